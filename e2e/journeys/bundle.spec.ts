import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";

/**
 * The third way of keeping the server's and the ledger adapters' code out of the app: whatever the import graph
 * says, no text that only they contain may be in what browsers are given.
 */

const ROOT = join(import.meta.dirname, "../..");
const HOST_FOLDERS = ["lib/server", "lib/ledger"];
const APP_FOLDERS = ["app", "lib/client", "lib/crypto", "lib/protocol", "lib/ui", "lib/verifier", "workers"];

function filesBelow(folder: string, extension: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => extension.test(path) && !/[.]test[.]|[/]testing[/]/.test(`/${path}`))
    .map((path) => join(ROOT, folder, path));
}

function sourceOf(folders: readonly string[]): string {
  return folders
    .flatMap((folder) => filesBelow(folder, /[.]tsx?$/))
    .map((file) => readFileSync(file, "utf8").replaceAll(/^(import|export) .* from .*$/gm, ""))
    .join("\n");
}

/** String literals of some length: they survive minification as they are. */
function textsOf(folders: readonly string[]): Set<string> {
  return new Set([...sourceOf(folders).matchAll(/"([^"\\\n]{12,})"/g)].map(([, text = ""]) => text));
}

test("no text of the server or the ledger adapters is in the built app", () => {
  const shared = sourceOf(APP_FOLDERS);
  // Names of headers and media types are everybody's, libraries' included: markers have a space or a capital.
  const markers = [...textsOf(HOST_FOLDERS)].filter((text) => /[ A-Z]/.test(text) && !shared.includes(text));
  expect(markers.length).toBeGreaterThan(50);
  const built = filesBelow("out", /[.](js|mjs|html|json|txt)$/).map((file) => readFileSync(file, "utf8"));
  expect(built.length).toBeGreaterThan(10);
  const leaked = markers.filter((marker) => built.some((text) => text.includes(marker)));
  expect(leaked).toEqual([]);
});

test("the app's own texts are found that way", () => {
  const built = filesBelow("out", /[.]js$/).map((file) => readFileSync(file, "utf8"));
  const found = [...textsOf(["lib/client"])].filter((text) => built.some((code) => code.includes(text)));
  expect(found.length).toBeGreaterThan(20);
});

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const config: unknown = createRequire(import.meta.url)(join(root, ".dependency-cruiser.cjs"));
const ruleNames = (config as { forbidden: { name: string }[] }).forbidden.map((rule) => rule.name);

/** For each rule, one file that breaks it: path and content. */
const VIOLATIONS: Readonly<Record<string, readonly [path: string, content: string]>> = {
  "protocol-is-closed": ["lib/protocol/bad.ts", 'import "#client/good.ts";'],
  "crypto-knows-only-protocol": ["lib/crypto/bad.ts", 'import "#client/good.ts";'],
  "client-knows-only-protocol": ["lib/client/bad.ts", 'import type {} from "#server/good.ts";'],
  "ledger-knows-only-protocol": ["lib/ledger/bad.ts", 'import "#server/good.ts";'],
  "server-knows-only-protocol-and-ledger": ["lib/server/bad.ts", 'import "#crypto/good.ts";'],
  "server-main-is-a-composition-root": ["lib/server/main.ts", 'import "#client/good.ts";'],
  "workers-compose-client-and-crypto": ["workers/bad.worker.ts", 'import "#server/good.ts";'],
  "ui-knows-only-client": ["lib/ui/bad.ts", 'import "#crypto/good.ts";'],
  "app-composes-ui-and-client": ["app/bad.ts", 'import "#server/good.ts";'],
  "screens-take-only-types-from-protocol": [
    "lib/ui/value.ts",
    'import { good } from "#protocol/good.ts"; good;',
  ],
  "verifier-stands-alone": ["lib/verifier/bad.ts", 'import type {} from "#protocol/good.ts";'],
  "scripts-are-not-a-library": ["lib/client/script.ts", 'import "../../scripts/good.ts";'],
  "test-support-stays-in-tests": ["lib/client/support.ts", 'import "./testing/good.ts";'],
  "one-home-for-dexie": ["lib/client/dexie.ts", 'import "dexie";'],
  "one-home-for-databases": ["lib/server/log/pg.ts", 'import "pg";'],
  "one-home-for-object-storage": ["lib/server/log/s3.ts", 'import "@aws-sdk/client-s3";'],
  "one-home-for-product-crypto": ["lib/client/hash.ts", 'import "hash-wasm";'],
  "one-home-for-noble": ["lib/client/noble.ts", 'import "@noble/hashes";'],
  "one-home-for-cbor": ["lib/protocol/log/cbor.ts", 'import "cborg";'],
  "one-home-for-comlink": ["lib/client/sync/comlink.ts", 'import "comlink";'],
  "one-home-for-react": ["lib/client/view.tsx", 'import "react";'],
  "no-circular": ["lib/client/circle.ts", 'import "./circle.ts";'],
  "no-orphans": ["lib/client/orphan.ts", "export {};"],
  "not-to-unresolvable": ["lib/client/lost.ts", 'import "./nowhere.ts";'],
  "not-to-undeclared-package": ["lib/client/undeclared.ts", 'import "undeclared";'],
  "product-needs-no-dev-dependency": ["lib/client/development.ts", 'import "development";'],
};

/** What the rules allow, and must not report. */
const ALLOWED: Readonly<Record<string, string>> = {
  "lib/protocol/good.ts": 'export { item as good } from "./item.ts";',
  "lib/protocol/item.ts": 'import "@noble/hashes"; export const item = 1;',
  "lib/protocol/dispatch.ts": 'import "./part.ts"; export interface Shape { readonly x: 1 }',
  "lib/protocol/part.ts": 'import type { Shape } from "./dispatch.ts"; export const part: Shape = { x: 1 };',
  "lib/crypto/good.ts": 'import "#protocol/good.ts"; import "hash-wasm";',
  "lib/client/good.ts": 'import "#protocol/good.ts";',
  "lib/client/storage/good.ts": 'import "dexie"; import "../good.ts";',
  "lib/client/good.test.ts": 'import "#server/good.ts"; import "development"; import "./testing/good.ts";',
  "lib/client/testing/good.ts": 'import "#crypto/good.ts";',
  "lib/ledger/good.ts": 'import "#protocol/good.ts";',
  "lib/server/good.ts": 'import "#ledger/good.ts"; import "#protocol/good.ts";',
  "lib/ui/good.tsx":
    'import type { good } from "#protocol/good.ts"; import "#client/good.ts"; import "react";',
  "app/good.tsx": 'import "#ui/good.tsx"; import "../workers/good.worker.ts";',
  "workers/good.worker.ts": 'import "#client/good.ts"; import "#crypto/good.ts"; import "comlink";',
  "scripts/good.ts": 'import "#server/good.ts"; import "#client/good.ts";',
};

const DEPENDENCIES = [
  "@aws-sdk/client-s3",
  "@noble/hashes",
  "cborg",
  "comlink",
  "dexie",
  "hash-wasm",
  "pg",
  "react",
];

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe("the architecture rules", () => {
  const reported = cruise({ ...ALLOWED, ...Object.fromEntries(Object.values(VIOLATIONS)) });

  it.each(ruleNames)("%s is seen to report its violation", (name) => {
    const violation = VIOLATIONS[name];
    expect(violation, `a violation of ${name} in this test`).toBeDefined();
    expect(reported).toContainEqual([name, violation?.[0]]);
  });

  it("report nothing on what is allowed", () => {
    expect(cruise(ALLOWED)).toEqual([]);
  });
});

/** Writes the files as a project of its own and returns the [rule, file] pairs that dependency-cruiser reports. */
function cruise(files: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  const folder = mkdtempSync(join(tmpdir(), "architecture-"));
  folders.push(folder);
  for (const [path, content] of Object.entries({ ...files, ...projectFiles() })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const executable = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const args = [executable, "--config", join(root, ".dependency-cruiser.cjs"), "--output-type", "json", "."];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 });
  const report = JSON.parse(stdout) as { summary: { violations: Violation[] } };
  return report.summary.violations.map(({ rule, from }) => [rule.name, from] as const);
}

function projectFiles(): Record<string, string> {
  const { imports } = createRequire(import.meta.url)(join(root, "package.json")) as { imports: object };
  const versions = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "1.0.0"]));
  const files: Record<string, string> = {
    "package.json": JSON.stringify({
      name: "fixture",
      type: "module",
      imports,
      dependencies: versions(DEPENDENCIES),
      devDependencies: versions(["development"]),
    }),
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        module: "esnext",
        moduleResolution: "bundler",
        allowImportingTsExtensions: true,
        jsx: "preserve",
      },
    }),
  };
  for (const name of [...DEPENDENCIES, "development", "undeclared"]) {
    files[`node_modules/${name}/package.json`] = JSON.stringify({ name, version: "1.0.0", main: "index.js" });
    files[`node_modules/${name}/index.js`] = "";
  }
  return files;
}

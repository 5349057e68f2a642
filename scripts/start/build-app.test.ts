import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { ensureAppIsBuilt } from "./build-app.ts";

/** A project whose build counts how often it ran. */
function createProject(build: string) {
  const root = mkdtempSync(path.join(tmpdir(), "holdfast-build-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ["app", "scripts"]) mkdirSync(path.join(root, folder));
  writeFileSync(path.join(root, "app/page.tsx"), "");
  writeFileSync(path.join(root, "scripts/build.mjs"), build);
  const touch = (file: string, secondsAhead: number) => {
    const at = Date.now() / 1000 + secondsAhead;
    utimesSync(path.join(root, file), at, at);
  };
  return { root, touch, built: () => readFileSync(path.join(root, "built"), "utf8").length };
}

const COUNTING = `
  import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
  mkdirSync("out", { recursive: true });
  appendFileSync("built", "x");
  writeFileSync("out/release.json", "{}");
`;

it("builds what is missing or older than its sources, and nothing else", async () => {
  const { root, touch, built } = createProject(COUNTING);
  const lines: string[] = [];
  const ensure = () => ensureAppIsBuilt(root, (line) => lines.push(line));
  await ensure();
  expect(built()).toBe(1);
  await ensure();
  expect(built()).toBe(1);
  touch("app/page.tsx", 10);
  await ensure();
  expect(built()).toBe(2);
  expect(lines).toHaveLength(2);
  touch("out/release.json", 20);
  writeFileSync(path.join(root, "app/page.test.tsx"), "");
  touch("app/page.test.tsx", 30);
  await ensure();
  expect(built()).toBe(2);
});

it("says when the build fails", async () => {
  const { root } = createProject("process.exit(3);");
  await expect(ensureAppIsBuilt(root, () => undefined)).rejects.toThrow("could not be built (exit code 3)");
});

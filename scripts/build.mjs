#!/usr/bin/env node
/**
 * Builds the app into out/: `next build`, then the steps that let it run under the strict content policy.
 * The same source gives the same bytes, in any folder. Run: `node scripts/build.mjs`.
 */
import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildDownloadWorker } from "./build/download-worker.mjs";
import {
  externaliseInlineScripts,
  insertBootScript,
  refuseInlineCode,
  shortHash,
} from "./build/externalise.mjs";
import { buildPreviewFrame } from "./build/frame.mjs";
import { deleteLeftovers, hashRelease, listFiles } from "./build/release.mjs";
import { writeVerifier } from "./build/verifier.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const outDir = path.join(root, "out");

await rm(outDir, { recursive: true, force: true });
await runNextBuild();
await deleteLeftovers(outDir);

const pages = (await listFiles(outDir)).filter((file) => file.endsWith(".html"));
await externaliseInlineScripts(outDir, pages);
await buildDownloadWorker(root, outDir);
await insertBootScript(outDir, pages, await writeBootScript());
await buildPreviewFrame(root, outDir);
// After the boot script: it is a program to download, no script of any page.
await writeVerifier(outDir);
await refuseInlineCode(outDir);
const release = { version: 1, files: await hashRelease(outDir) };
await writeFile(path.join(outDir, "release.json"), `${JSON.stringify(release, null, 1)}\n`);
console.log(`out/ holds ${Object.keys(release.files).length} files, ${pages.length} of them pages`);

async function runNextBuild() {
  const nextCommand = createRequire(import.meta.url).resolve("next/dist/bin/next");
  const child = spawn(process.execPath, [nextCommand, "build"], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  });
  const exitCode = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (exitCode !== 0) throw new Error(`next build ended with ${exitCode}`);
}

/** Writes the boot script, which carries the list of every other script, and returns its pathname. */
async function writeBootScript() {
  const scripts = (await listFiles(outDir)).filter((file) => /\.m?js$/.test(file)).map((file) => `/${file}`);
  const result = await build({
    entryPoints: [path.join(root, "lib/ui/boot/boot.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    define: { RELEASE_SCRIPTS: JSON.stringify(scripts) },
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error("esbuild wrote no boot script");
  const pathname = `/_next/static/boot-${shortHash(output.contents)}.js`;
  await writeFile(path.join(outDir, pathname), output.contents);
  return pathname;
}

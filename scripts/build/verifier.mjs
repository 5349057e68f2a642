import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** Where lib/client/worker/load-verifier.ts finds what it puts into proof files. */
const VERIFIER_PATHNAME = "/verify.mjs";

/**
 * The independent verifier as one file that needs Node and nothing else: no packages, no network. Readable on
 * purpose, since whoever runs it may want to know what it does.
 *
 * @returns {Promise<Uint8Array>}
 */
export async function buildVerifier() {
  const result = await build({
    entryPoints: [path.join(root, "scripts/verify.ts")],
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "esm",
    charset: "utf8",
    legalComments: "none",
    banner: { js: "#!/usr/bin/env node" },
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error("esbuild wrote no verifier");
  return output.contents;
}

/** @param {string} outDir the built app */
export async function writeVerifier(outDir) {
  await writeFile(path.join(outDir, VERIFIER_PATHNAME), await buildVerifier());
}

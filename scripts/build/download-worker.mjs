import path from "node:path";
import { build } from "esbuild";

/**
 * Builds the service worker that turns streams into downloads to out/sw.js: at the root, because its scope is the
 * whole origin, and apart from the bundler, whose workers all live below /_next/.
 *
 * @param {string} root
 * @param {string} outDir
 */
export async function buildDownloadWorker(root, outDir) {
  await build({
    absWorkingDir: root,
    entryPoints: ["lib/client/download-worker/download-worker.ts"],
    outfile: path.relative(root, path.join(outDir, "sw.js")),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
  });
}

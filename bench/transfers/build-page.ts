import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import { buildDownloadWorker } from "../../scripts/build/download-worker.mjs";

const WORKERS = {
  "workers/sync.worker": "workers/sync.worker.ts",
  "workers/crypto.worker": "workers/crypto.worker.ts",
  "workers/transfer.worker": "bench/transfers/tapped.worker.ts",
  "plain.worker": "bench/transfers/plain.worker.ts",
};
/** Three folders down, where `../../../workers/` leads to the top. */
const PAGE_SCRIPT = "bench/transfers/page/page";

/** The page of the benchmark with the product's own engine and workers, for the product's own host and headers. */
export async function buildBenchPage(root: string, outDir: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { ...WORKERS, [PAGE_SCRIPT]: "bench/transfers/page.ts" },
    outdir: outDir,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    conditions: ["browser"],
    plugins: [workersByTheirBuiltName],
  });
  await buildDownloadWorker(root, outDir);
  const scripts = [...Object.keys(WORKERS), PAGE_SCRIPT, "sw"].map((name) => `/${name}.js`);
  await build({
    absWorkingDir: root,
    entryPoints: ["lib/ui/boot/boot.ts"],
    outfile: path.join(outDir, "boot.js"),
    bundle: true,
    format: "iife",
    define: { RELEASE_SCRIPTS: JSON.stringify(scripts) },
  });
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Transfers</title><script src="/boot.js"></script><script type="module" src="/${PAGE_SCRIPT}.js"></script></head><body></body></html>`;
  await writeFile(path.join(outDir, "index.html"), html);
  await writeFile(path.join(outDir, "404.html"), "");
}

/** What the app's bundler does: `new Worker(new URL("….worker.ts"))` names the built file. */
const workersByTheirBuiltName: Plugin = {
  name: "workers-by-their-built-name",
  setup: (bundler) => {
    bundler.onLoad({ filter: /spawn-engine[.]ts$/ }, async ({ path: file }) => {
      const contents = (await readFile(file, "utf8")).replaceAll(".worker.ts", ".worker.js");
      return { contents, loader: "ts" };
    });
  },
};

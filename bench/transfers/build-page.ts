import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import { buildDownloadWorker } from "../../scripts/build/download-worker.mjs";

/** A page of a benchmark: names without an ending, and where each is written. */
export interface BenchPage {
  readonly workers: Readonly<Record<string, string>>;
  /** Three folders down, where `../../../workers/` leads to the top. */
  readonly script: string;
  readonly source: string;
  readonly stylesheet: string;
}

export const ENGINE_WORKERS = {
  "workers/sync.worker": "workers/sync.worker.ts",
  "workers/crypto.worker": "workers/crypto.worker.ts",
  "workers/transfer.worker": "workers/transfer.worker.ts",
};

export const TRANSFERS_PAGE: BenchPage = {
  workers: {
    ...ENGINE_WORKERS,
    "workers/transfer.worker": "bench/transfers/tapped.worker.ts",
    "plain.worker": "bench/transfers/plain.worker.ts",
  },
  script: "bench/transfers/page/page",
  source: "bench/transfers/page.ts",
  stylesheet: "",
};

/** The page of a benchmark with the product's own engine and workers, for the product's own host and headers. */
export async function buildBenchPage(root: string, outDir: string, page: BenchPage): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { ...page.workers, [page.script]: page.source },
    outdir: outDir,
    bundle: true,
    minify: true,
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    target: "es2022",
    conditions: ["browser"],
    plugins: [workersByTheirBuiltName],
  });
  await buildDownloadWorker(root, outDir);
  const scripts = [...Object.keys(page.workers), page.script, "sw"].map((name) => `/${name}.js`);
  await build({
    absWorkingDir: root,
    entryPoints: ["lib/ui/boot/boot.ts"],
    outfile: path.join(outDir, "boot.js"),
    bundle: true,
    format: "iife",
    define: { RELEASE_SCRIPTS: JSON.stringify(scripts) },
  });
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta id="react-aria-pressable-style"><title>Bench</title><link rel="stylesheet" href="/styles.css"><script src="/boot.js"></script><script type="module" src="/${page.script}.js"></script></head><body></body></html>`;
  await writeFile(path.join(outDir, "index.html"), html);
  await writeFile(path.join(outDir, "styles.css"), page.stylesheet);
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

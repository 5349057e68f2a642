import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { createProductSuite } from "#crypto/product-suite.ts";
import { unwrap } from "#protocol/result.ts";
import { EPOCHS, parseReport, type ReplayReport } from "./replay-browser/messages.ts";
import { encodeSampleFile, type SampleFile } from "./replay-browser/sample-file.ts";
import { median, timeMs } from "./support/measure.ts";
import { type BenchRow, IS_QUICK, reportRows } from "./support/rows.ts";
import { createSampleLog, createSampleReplay } from "./support/sample-log.ts";
import { openBrowser } from "./transfers/browser.ts";

/**
 * Full replay in a worker of a Chromium that nobody drives: microseconds an operation, whether the page's own thread
 * stays free meanwhile, and how long a thousand epochs under one header take there. The same leaves are replayed
 * in Node before and after. Run alone by `npx tsx bench/replay-browser.ts`.
 */
const LEAVES = IS_QUICK ? 3000 : 20_000;
const ROUNDS = IS_QUICK ? 2 : 5;
const EPOCHS_TARGET_MS = 100;
const LONG_TASK_MS = 50;

const suite = await createProductSuite();
const { organization, workspace, organizationLeaves, leaves } = createSampleLog(suite, LEAVES);
const sample: SampleFile = {
  organization: organization.identity.id,
  workspace: workspace.identity.id,
  organizationLeaves,
  leaves,
};
const nodeMs: number[] = [];
for (let round = 0; round < ROUNDS; round++) nodeMs.push(timeMs(replaySample));
const report = await replayInBrowser();
for (let round = 0; round < ROUNDS; round++) nodeMs.push(timeMs(replaySample));
if (!report.isObserverAwake) throw new Error("Chromium did not report a task made long on purpose");
reportRows([replayRow(), longTaskRow(), epochsRow()]);

function replaySample(): void {
  const replay = createSampleReplay(suite, sample, organizationLeaves);
  for (const leaf of leaves) unwrap(replay.append(leaf));
}

async function replayInBrowser(): Promise<ReplayReport> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-bench-"));
  const { server, reported } = createPageServer(await bundlePage(), encodeSampleFile(sample));
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const browser = await openBrowser(folder, `http://localhost:${port}/?rounds=${ROUNDS}`);
  try {
    return await reported;
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Pathname → script. */
async function bundlePage(): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = path.join(import.meta.dirname, "replay-browser");
  const { outputFiles } = await build({
    entryPoints: [path.join(folder, "page.ts"), path.join(folder, "replay.worker.ts")],
    outdir: "/",
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    conditions: ["browser"],
  });
  return new Map(outputFiles.map((file) => [file.path, file.contents]));
}

function createPageServer(scripts: ReadonlyMap<string, Uint8Array>, file: Uint8Array) {
  const page = '<!doctype html><title>Replay</title><script type="module" src="/page.js"></script>';
  let settle: { resolve: (report: ReplayReport) => void; reject: (error: Error) => void } | undefined;
  const reported = new Promise<ReplayReport>((resolve, reject) => (settle = { resolve, reject }));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    // Isolation gives the page's clock its full resolution.
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    if (request.method === "POST") {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        response.end();
        if (pathname === "/failed") settle?.reject(new Error(`the page's worker: ${body}`));
        else settle?.resolve(parseReport(body));
      });
      return;
    }
    const script = scripts.get(pathname);
    if (script) response.setHeader("content-type", "text/javascript");
    else if (pathname === "/") response.setHeader("content-type", "text/html");
    else if (pathname !== "/sample") response.statusCode = 404;
    response.end(script ?? (pathname === "/" ? page : pathname === "/sample" ? file : undefined));
  });
  return { server, reported };
}

function replayRow(): BenchRow {
  const leafUs = (1000 * median(report.replayMs)) / LEAVES;
  const nodeUs = (1000 * median(nodeMs)) / LEAVES;
  return {
    name: `full replay in a browser's worker, ${LEAVES.toLocaleString("en")} leaves`,
    ours: `${leafUs.toFixed(0)} µs a leaf`,
    comparedWith: `${nodeUs.toFixed(0)} µs in Node`,
    ratio: nodeUs / leafUs,
    target: null,
    isReached: null,
  };
}

function longTaskRow(): BenchRow {
  return {
    name: "page's own thread during that replay",
    ours: `${describeTasks(report.longTasksMs)}, ${report.frames} frames in ${(sum(report.replayMs) / 1000).toFixed(1)} s`,
    comparedWith: `${describeTasks(report.idleLongTasksMs)} beside a resting worker`,
    ratio: null,
    target: `no task over ${LONG_TASK_MS} ms`,
    isReached: report.longTasksMs.length === 0,
  };
}

function describeTasks(longTasksMs: readonly number[]): string {
  if (longTasksMs.length === 0) return `no task over ${LONG_TASK_MS} ms`;
  return `${longTasksMs.length} over ${LONG_TASK_MS} ms, longest ${Math.max(...longTasksMs).toFixed(0)} ms`;
}

function epochsRow(): BenchRow {
  const epochsMs = median(report.epochsMs);
  return {
    name: `${EPOCHS.toLocaleString("en")} epochs under one header, browser's worker`,
    ours: `${epochsMs.toFixed(1)} ms`,
    comparedWith: "",
    ratio: null,
    target: `< ${EPOCHS_TARGET_MS} ms`,
    isReached: epochsMs < EPOCHS_TARGET_MS,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

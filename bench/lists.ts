import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { startAppHost } from "../scripts/app-host.mjs";
import { startProduct } from "../scripts/start/product.ts";
import { type ListReport, type ListStep, parseListReport, STEPS } from "./lists/messages.ts";
import { type BenchRow, IS_QUICK, reportRows } from "./support/rows.ts";
import { openBrowser } from "./transfers/browser.ts";
import { buildBenchPage, ENGINE_WORKERS } from "./transfers/build-page.ts";
import { parseObject } from "./transfers/messages.ts";

/**
 * One folder of many entries on the real screen over the real engine, in a Chromium that nobody drives: showing it,
 * selecting all, sorting, moving and trashing all and taking both back, and the longest task of the page's own thread
 * meanwhile. Needs the built app's stylesheet. Run alone by `npx tsx bench/lists.ts`; BENCH_ENTRIES takes another size.
 */
const entries = Number(process.env["BENCH_ENTRIES"] ?? (IS_QUICK ? 2_000 : 20_000));
const sizes = [entries / 10, entries];
const MAX_TASK_MS = 100;
const TARGET_MS: Readonly<Record<ListStep, number>> = {
  list: 1_000,
  "select all": 200,
  "sort by size": 200,
  "sort by date": 200,
  "sort by name": 200,
  move: 3_000,
  "undo the move": 3_000,
  trash: 3_000,
  "undo the trash": 3_000,
};

type Measured = Extract<ListReport, { type: "measured" }>;

const root = path.dirname(import.meta.dirname);
const folder = await mkdtemp(path.join(tmpdir(), "holdfast-bench-"));
const pageDir = path.join(folder, "page");
const measured: Measured[] = [];
await mkdir(pageDir);
await buildBenchPage(root, pageDir, {
  workers: ENGINE_WORKERS,
  script: "bench/lists/page/page",
  source: "bench/lists/page.tsx",
  stylesheet: await readStylesheet(),
});

let finish: (error?: Error) => void = () => undefined;
const finished = new Promise<void>((resolve, reject) => {
  finish = (error) => (error ? reject(error) : resolve());
});
const collector = createServer((request, response) => {
  response.setHeader("access-control-allow-origin", "*");
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    response.end();
    note(parseListReport(body));
  });
});
await new Promise<void>((resolve) => collector.listen(0, "localhost", resolve));
const collectorOrigin = `http://localhost:${portOf(collector.address())}`;

const deploymentFile = path.join(folder, "deployment.json");
await writeFile(
  deploymentFile,
  JSON.stringify({ version: 1, api: "http://localhost", instances: [], stores: [], validators: [] }),
);
// The product has to know the app's origin before it writes the file that the app's host needs.
const probe = await startAppHost({ outDir: pageDir, deployment: deploymentFile, port: 0 });
await probe.close();
const product = await startProduct({
  options: {
    server: {
      dataDir: path.join(folder, "data"),
      host: "127.0.0.1",
      port: 0,
      databaseUrl: null,
      bootstrapToken: null,
      epochLengthMs: 60_000,
    },
    appOrigin: probe.origin,
    appPort: null,
    idleEpochMs: 600_000,
    heartbeatMs: 30_000,
    logLevel: "silent",
    metricsToken: null,
  },
  version: "bench",
  outDir: pageDir,
});
// The page's policy lets it talk to the origins of this file only; the collector is one of them here.
const deployment = parseObject(await readFile(product.deploymentFile, "utf8"));
await writeFile(deploymentFile, JSON.stringify({ ...deployment, stores: [collectorOrigin] }));
const app = await startAppHost({ outDir: pageDir, deployment: deploymentFile, port: probe.port });
const fragment = new URLSearchParams({ collector: collectorOrigin, sizes: JSON.stringify(sizes) });
const browser = await openBrowser(folder, `${app.origin}/#${fragment}`);
try {
  await finished;
  reportRows([...STEPS.map(rowOf), taskRow()]);
} finally {
  await browser.close();
  await app.close();
  collector.close();
  collector.closeAllConnections();
  await product.close();
  await rm(folder, { recursive: true, force: true });
}

function note(report: ListReport): void {
  if (report.type === "finished") finish();
  else if (report.type === "failed") finish(new Error(report.detail));
  else {
    measured.push(report);
    const { step, ms, longestTaskMs } = report;
    process.stderr.write(
      `${report.entries} entries, ${step}: ${ms.toFixed(0)} ms, longest task ${longestTaskMs} ms\n`,
    );
  }
}

function rowOf(step: ListStep): BenchRow {
  const [few, many] = sizes.map(
    (size) => measured.find((one) => one.entries === size && one.step === step)?.ms ?? Number.NaN,
  );
  const ms = many ?? Number.NaN;
  return {
    name: `${step}, a folder of ${entries.toLocaleString("en")} entries`,
    ours: `${ms.toFixed(0)} ms`,
    comparedWith: `${(few ?? Number.NaN).toFixed(0)} ms with a tenth of them`,
    ratio: ms / (few ?? Number.NaN),
    target: `< ${TARGET_MS[step]} ms`,
    isReached: ms < TARGET_MS[step],
  };
}

function taskRow(): BenchRow {
  const longest = Math.max(...measured.map(({ longestTaskMs }) => longestTaskMs));
  return {
    name: "longest task of the page's own thread meanwhile",
    ours: `${longest.toFixed(0)} ms`,
    comparedWith: "",
    ratio: null,
    target: `≤ ${MAX_TASK_MS} ms`,
    isReached: longest <= MAX_TASK_MS,
  };
}

/** As it was built: without it a list would have no height, and would show every row. */
async function readStylesheet(): Promise<string> {
  const chunks = path.join(root, "out/_next/static/chunks");
  const name = (await readdir(chunks)).find((file) => file.endsWith(".css"));
  if (name === undefined) throw new Error("The app is not built: its stylesheet is missing. Build it first.");
  return readFile(path.join(chunks, name), "utf8");
}

function portOf(address: ReturnType<typeof collector.address>): number {
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

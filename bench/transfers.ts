import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { startAppHost } from "../scripts/app-host.mjs";
import { startProduct } from "../scripts/start/product.ts";
import { median } from "./support/measure.ts";
import { type BenchRow, IS_QUICK, reportRows } from "./support/rows.ts";
import { openBrowser } from "./transfers/browser.ts";
import { buildBenchPage, TRANSFERS_PAGE } from "./transfers/build-page.ts";
import {
  type Measure,
  type PagePlan,
  type PageReport,
  parseObject,
  parseReport,
  type Size,
} from "./transfers/messages.ts";
import { differencesIn, findRealTree } from "./transfers/real-tree.ts";

/**
 * Uploads and downloads of one large file, of thousands of small ones and of a real tree (BENCH_TREE chooses one), in a
 * Chromium that nobody drives, against
 * the same page moving the same bytes unencrypted to and from the same server, round by round in turn. Run alone by
 * `npx tsx bench/transfers.ts`; BENCH_QUICK=1 takes small samples, BENCH_MIB, BENCH_FILES and BENCH_ROUNDS others.
 */
const MIB = 1024 * 1024;
const plan: PagePlan = {
  largeBytes: numberOf("BENCH_MIB", IS_QUICK ? 64 : 1024) * MIB,
  smallFiles: numberOf("BENCH_FILES", IS_QUICK ? 300 : 5000),
  rounds: numberOf("BENCH_ROUNDS", IS_QUICK ? 1 : 3),
};
const MEMORY_INTERVAL_MS = 500;
const MAX_LONG_TASK_MS = 50;
const MAX_GROWTH_BYTES = 200 * MIB;

const root = path.dirname(import.meta.dirname);
const tree = findRealTree(root, IS_QUICK);
const folder = await mkdtemp(path.join(tmpdir(), "holdfast-bench-"));
const times = new Map<Measure, number[]>();
const growth = new Map<Measure, number>();
const afterwards = new Map<Measure, number[]>();
const longTasks = new Map<Measure, number[]>();

await mkdir(path.join(folder, "page"));
await buildBenchPage(root, path.join(folder, "page"), TRANSFERS_PAGE);
let finish: (error?: Error) => void = () => undefined;
const finished = new Promise<void>((resolve, reject) => {
  finish = (error) => (error ? reject(error) : resolve());
});
let running: { readonly name: Measure; readonly atStart: number } | undefined;

const collector = createServer((request, response) => {
  response.setHeader("access-control-allow-origin", "*");
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    void note(parseReport(body)).then(() => response.end());
  });
});
await new Promise<void>((resolve) => collector.listen(0, "localhost", resolve));
const collectorOrigin = `http://localhost:${portOf(collector.address())}`;

const probe = await startAppHost({
  outDir: path.join(folder, "page"),
  deployment: await placeholder(),
  port: 0,
});
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
  outDir: path.join(folder, "page"),
});
// The page's policy lets it talk to the origins of this file only; the collector is one of them here.
const deployment = parseObject(await readFile(product.deploymentFile, "utf8"));
const deploymentFile = path.join(folder, "deployment.json");
await writeFile(deploymentFile, JSON.stringify({ ...deployment, stores: [collectorOrigin] }));
const app = await startAppHost({
  outDir: path.join(folder, "page"),
  deployment: deploymentFile,
  port: probe.port,
});
const fragment = new URLSearchParams({ collector: collectorOrigin, plan: JSON.stringify(plan) });
const browser = await openBrowser(folder, `${app.origin}/#${fragment}`);
const watch = setInterval(() => void watchMemory(), MEMORY_INTERVAL_MS);
try {
  await finished;
  reportRows([
    ...(["upload", "download"] as const).flatMap((direction) => [
      rowOf(direction, "large", 0.85),
      rowOf(direction, "small", direction === "upload" ? 0.65 : 0.6),
      rowOf(direction, "tree", 0.4),
    ]),
    await treeRow(),
    secondReadingRow(),
    memoryRow(),
    longTaskRow(),
  ]);
} finally {
  clearInterval(watch);
  await browser.close();
  await app.close();
  collector.close();
  collector.closeAllConnections();
  await product.close();
  await rm(folder, { recursive: true, force: true });
}

async function note(report: PageReport): Promise<void> {
  switch (report.type) {
    case "begin":
      await browser.findPages();
      running = { name: report.name, atStart: await browser.pageMemory() };
      return;
    case "measured":
      running = undefined;
      append(times, report.name, [report.ms]);
      append(afterwards, report.name, [report.afterwardsMs]);
      append(longTasks, report.name, report.longTasksMs);
      process.stderr.write(`${report.name}: ${(report.ms / 1000).toFixed(2)} s\n`);
      return;
    case "awaitsDrop":
      await browser.drop(tree.folder);
      return;
    case "finished":
      finish();
      return;
    case "failed":
      finish(new Error(report.detail));
  }
}

function append(lists: Map<Measure, number[]>, name: Measure, values: readonly number[]): void {
  lists.set(name, [...(lists.get(name) ?? []), ...values]);
}

async function watchMemory(): Promise<void> {
  const measured = running;
  if (!measured) return;
  const grown = (await browser.pageMemory()) - measured.atStart;
  growth.set(measured.name, Math.max(growth.get(measured.name) ?? 0, grown));
}

/** The archive that Chromium has saved against the folder that was dropped. */
async function treeRow(): Promise<BenchRow> {
  const different = await differencesIn(tree, path.join(folder, "downloads"));
  for (const name of different.slice(0, 5)) process.stderr.write(`differs: ${name}\n`);
  return {
    name: `${tree.what} as an archive`,
    ours: different.length === 0 ? "equal byte for byte" : `${different.length} entries differ`,
    comparedWith: `${tree.files} files in ${tree.folders} folders, ${Math.round(tree.bytes / MIB)} MiB`,
    ratio: null,
    target: "equal",
    isReached: different.length === 0,
  };
}

function rowOf(direction: "upload" | "download", size: Size, target: number): BenchRow {
  const ours = median(times.get(`ours ${direction} ${size}`) ?? []);
  const plain = median(times.get(`plain ${direction} ${size}`) ?? []);
  const ratio = plain / ours;
  const what =
    size === "large"
      ? `one file of ${plan.largeBytes / MIB} MiB`
      : size === "small"
        ? `a folder of ${plan.smallFiles} files`
        : tree.what;
  return {
    name: `${direction} of ${what}, Chromium`,
    ours: rate(ours, size),
    comparedWith: `${rate(plain, size)} plain`,
    ratio,
    target: `≥ ${target}`,
    isReached: ratio >= target,
  };
}

function rate(ms: number, size: Size): string {
  return size === "large"
    ? `${Math.round(plan.largeBytes / MIB / (ms / 1000))} MiB/s`
    : `${Math.round((size === "small" ? plan.smallFiles : tree.files) / (ms / 1000))} files/s`;
}

/** What it costs to know that the file committed is one that existed. */
function secondReadingRow(): BenchRow {
  const second = median(afterwards.get("ours upload large") ?? []);
  const whole = median(times.get("ours upload large") ?? []);
  return {
    name: "second reading and commit, of that upload's time",
    ours: `${(second / 1000).toFixed(2)} s`,
    comparedWith: `${(whole / 1000).toFixed(2)} s in all`,
    ratio: second / whole,
    target: null,
    isReached: null,
  };
}

function memoryRow(): BenchRow {
  const ours = [...growth].filter(([name]) => name.startsWith("ours"));
  const most = Math.max(0, ...ours.map(([, bytes]) => bytes));
  const plain = Math.max(
    0,
    ...[...growth].filter(([name]) => name.startsWith("plain")).map(([, bytes]) => bytes),
  );
  return {
    name: "growth of the tab's memory during a transfer",
    ours: `${Math.round(most / MIB)} MiB`,
    comparedWith: `${Math.round(plain / MIB)} MiB plain`,
    ratio: null,
    target: `< ${MAX_GROWTH_BYTES / MIB} MiB`,
    isReached: most < MAX_GROWTH_BYTES,
  };
}

function longTaskRow(): BenchRow {
  const long = [...longTasks]
    .filter(([name]) => name.startsWith("ours"))
    .flatMap(([, durations]) => durations.filter((ms) => ms > MAX_LONG_TASK_MS));
  return {
    name: "tasks over 50 ms on the main thread during transfers",
    ours: long.length === 0 ? "none" : `${long.length}, longest ${Math.round(Math.max(...long))} ms`,
    comparedWith: "",
    ratio: null,
    target: "none",
    isReached: long.length === 0,
  };
}

/** The product has to know the app's origin before it writes the file that the app's host needs. */
async function placeholder(): Promise<string> {
  const file = path.join(folder, "placeholder.json");
  await writeFile(
    file,
    JSON.stringify({ version: 1, api: "http://localhost", instances: [], stores: [], validators: [] }),
  );
  return file;
}

function numberOf(variable: string, fallback: number): number {
  return Number(process.env[variable] ?? fallback);
}

function portOf(address: ReturnType<typeof collector.address>): number {
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

/**
 * `npm run bench`: every benchmark of bench/ in a process of its own, one after another, and one table of what
 * they measured. `BENCH_QUICK=1` makes it short; names after `--` choose benchmarks (`npm run bench -- own-audit`).
 */
import { execFileSync, fork } from "node:child_process";
import { readdirSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { basename, join } from "node:path";
import { type BenchRow, formatTable, IS_QUICK } from "../bench/support/rows.ts";
import { findChromium } from "./test-run/chromium.ts";

const FOLDER = join(import.meta.dirname, "../bench");

const wanted = process.argv.slice(2);
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => basename(file, ".ts"))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .sort();
const machine = describeMachine();
const rows: BenchRow[] = [];
const failed: string[] = [];
for (const name of names) {
  console.log(`\n▸ ${name}`);
  const measured = await runBenchmark(name);
  if (measured) rows.push(...measured);
  else failed.push(name);
}
console.log(`\n${formatTable(rows)}\n\n${machine}`);
if (IS_QUICK) console.log("Quick mode: small samples, not figures to publish.");
if (failed.length > 0) console.error(`failed: ${failed.join(", ")}`);
if (failed.length > 0 || rows.some((row) => row.isReached === false)) process.exitCode = 1;

/** Undefined when it failed. */
async function runBenchmark(name: string): Promise<readonly BenchRow[] | undefined> {
  const startMs = performance.now();
  const child = fork(join(FOLDER, `${name}.ts`), { execArgv: ["--import", "tsx"] });
  let measured: readonly BenchRow[] | undefined;
  // The child is this project's own code, which sends `BenchRow[]` and nothing else.
  child.on("message", (rows: readonly BenchRow[]) => (measured = rows));
  const isDone = await new Promise<boolean>((settle) => {
    child.once("error", () => settle(false));
    child.once("exit", (code) => settle(code === 0));
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  console.log(`${isDone && measured ? formatTable(measured) : "failed"}\n(${seconds} s)`);
  return isDone ? measured : undefined;
}

function describeMachine(): string {
  const processors = cpus();
  const chromium = findChromium();
  const loads = loadavg().map((load) => load.toFixed(2));
  return [
    `Processor  ${processors[0]?.model ?? "unknown"}, ${processors.length} cores`,
    `Memory     ${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    `Node       ${process.version}`,
    `Chromium   ${chromium === undefined ? "none" : versionOf(chromium)}`,
    `Load       ${loads.join(" ")} at the start`,
  ].join("\n");
}

function versionOf(program: string): string {
  return execFileSync(program, ["--version"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

/**
 * `npm test`: everything, on a machine with nothing but Node and a package mirror. Ends with the totals counted
 * from the runners' own reports, and with an exit code other than 0 if anything failed.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, ROOT, runCommand } from "./check/command.ts";
import { STATIC_CHECKS } from "./check/static-checks.ts";
import { ensureChromium } from "./test-run/chromium.ts";
import { ensureFirefox } from "./test-run/firefox.ts";
import { ensurePostgresql } from "./test-run/postgresql.ts";
import {
  sumOfTotals,
  type Totals,
  totalsOfCheck,
  totalsOfPlaywright,
  totalsOfVitest,
} from "./test-run/totals.ts";

const reports = mkdtempSync(join(tmpdir(), "holdfast-reports-"));
const results: { readonly name: string; readonly totals: Totals }[] = [];

ensureChromium();
if (!ensureFirefox()) console.log("no Firefox here: its test reports itself skipped");
if (!ensurePostgresql()) console.log("no PostgreSQL here: its tests report themselves skipped");

for (const command of STATIC_CHECKS) await runCheck(command);
await runVitest("node");
await runVitest("browser");
await runCheck({ name: "build", line: ["node", "scripts/build.mjs"] });
await runCheck({ name: "check:size", line: ["npm", "run", "--silent", "check:size"] });
await runPlaywright();
await runVitest("firefox");
refuseSkippedVectors();
rmSync(reports, { recursive: true });
printTotals();

async function runCheck(command: Command): Promise<void> {
  results.push({ name: command.name, totals: totalsOfCheck(await runCommand(command)) });
}

async function runVitest(project: string): Promise<void> {
  const file = join(reports, `${project}.json`);
  const name = `vitest ${project}`;
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const succeeded = await runCommand({ name, line: ["vitest", "run", "--project", project, ...reporters] });
  results.push({ name, totals: totalsOfReport(file, succeeded, (json) => totalsOfVitest(json, ROOT)) });
}

async function runPlaywright(): Promise<void> {
  const file = join(reports, "playwright.json");
  const succeeded = await runCommand(
    { name: "playwright", line: ["playwright", "test", "--reporter=list,json"] },
    { environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: file } },
  );
  results.push({ name: "playwright", totals: totalsOfReport(file, succeeded, totalsOfPlaywright) });
}

/** A runner that ended badly, or wrote no report, has failed even if it counted no failure. */
function totalsOfReport(
  file: string,
  succeeded: boolean,
  parse: (json: string) => Totals | undefined,
): Totals {
  const totals = existsSync(file) ? parse(readFileSync(file, "utf8")) : undefined;
  if (totals === undefined) return totalsOfCheck(false);
  return !succeeded && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

/** The conformance vectors lie beside the project; where they must be present, skipping them is a failure. */
function refuseSkippedVectors(): void {
  if (process.env["CI"] !== "true") return;
  const skipped = results
    .flatMap((result) => result.totals.skippedNames)
    .filter((name) => /vectors/i.test(name));
  for (const name of skipped) console.error(`skipped under CI=true: ${name}`);
  results.push({ name: "no vectors skipped", totals: totalsOfCheck(skipped.length === 0) });
}

function printTotals(): void {
  console.log("");
  for (const { name, totals } of results) {
    const skipped = totals.skipped === 0 ? "" : `, ${totals.skipped} skipped`;
    console.log(`${name.padEnd(24)} ${totals.passed} passed, ${totals.failed} failed${skipped}`);
  }
  const sum = sumOfTotals(results.map((result) => result.totals));
  for (const name of sum.skippedNames) console.log(`skipped: ${name}`);
  console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
  process.exitCode = sum.failed === 0 ? 0 : 1;
}

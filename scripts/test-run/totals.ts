import { relative } from "node:path";
import * as v from "valibot";

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Full names of the skipped tests, with their files. */
  readonly skippedNames: readonly string[];
}

const NOTHING: Totals = { passed: 0, failed: 0, skipped: 0, skippedNames: [] };

const vitestReport = v.object({
  success: v.boolean(),
  testResults: v.array(
    v.object({
      name: v.string(),
      status: v.string(),
      assertionResults: v.array(v.object({ fullName: v.string(), status: v.string() })),
    }),
  ),
});

const playwrightReport = v.object({
  stats: v.object({ expected: v.number(), unexpected: v.number(), flaky: v.number(), skipped: v.number() }),
  errors: v.array(v.unknown()),
});

/** One check that either holds or does not. */
export function totalsOfCheck(succeeded: boolean): Totals {
  return { ...NOTHING, passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 };
}

/**
 * Totals of vitest's JSON report. A file that could not be loaded has no tests and counts as one failure, and so
 * does an error outside any test. Undefined when the text is not such a report. `root`: the folder to which the
 * names of files become relative.
 */
export function totalsOfVitest(json: string, root: string): Totals | undefined {
  const report = parseJson(vitestReport, json);
  if (report === undefined) return undefined;
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({
      status: test.status,
      name: `${relative(root, file.name)}: ${test.fullName}`,
    })),
  );
  const passed = tests.filter((test) => test.status === "passed").length;
  const failedTests = tests.filter((test) => test.status === "failed").length;
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = failedTests + brokenFiles;
  const skippedNames = tests
    .filter((test) => test.status !== "passed" && test.status !== "failed")
    .map((test) => test.name);
  return {
    passed,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: skippedNames.length,
    skippedNames,
  };
}

/** Totals of Playwright's JSON report; a test that passed only on a second try counts as failed. */
export function totalsOfPlaywright(json: string): Totals | undefined {
  const report = parseJson(playwrightReport, json);
  if (report === undefined) return undefined;
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + report.errors.length, skipped, skippedNames: [] };
}

export function sumOfTotals(parts: readonly Totals[]): Totals {
  return parts.reduce(
    (sum, part) => ({
      passed: sum.passed + part.passed,
      failed: sum.failed + part.failed,
      skipped: sum.skipped + part.skipped,
      skippedNames: [...sum.skippedNames, ...part.skippedNames],
    }),
    NOTHING,
  );
}

function parseJson<S extends v.GenericSchema>(schema: S, json: string): v.InferOutput<S> | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(json));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sumOfTotals, totalsOfCheck, totalsOfPlaywright, totalsOfVitest } from "./totals.ts";

function vitestFile(status: string, ...statuses: readonly string[]) {
  return {
    name: "/project/lib/a.test.ts",
    status,
    assertionResults: statuses.map((each, index) => ({ fullName: `test ${index}`, status: each })),
  };
}

function vitestJson(success: boolean, ...testResults: readonly unknown[]): string {
  return JSON.stringify({ success, numTotalTests: 99, testResults });
}

describe("totals of vitest", () => {
  it("counts tests by status and names the skipped ones", () => {
    const json = vitestJson(false, vitestFile("failed", "passed", "failed", "skipped", "todo", "passed"));
    expect(totalsOfVitest(json, "/project")).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      skippedNames: ["lib/a.test.ts: test 2", "lib/a.test.ts: test 3"],
    });
  });

  it("counts a file that could not be loaded as one failure", () => {
    expect(
      totalsOfVitest(vitestJson(false, vitestFile("failed"), vitestFile("passed", "passed")), "/project"),
    ).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  it("counts an error outside any test as one failure", () => {
    expect(totalsOfVitest(vitestJson(false, vitestFile("passed", "passed")), "/project")).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });
});

describe("totals of Playwright", () => {
  it("counts flaky tests and errors outside tests as failures", () => {
    const json = JSON.stringify({
      stats: { expected: 5, unexpected: 1, flaky: 2, skipped: 3 },
      errors: [{}],
    });
    expect(totalsOfPlaywright(json)).toMatchObject({ passed: 5, failed: 4, skipped: 3 });
  });
});

describe("totals", () => {
  it("are undefined for anything but a report", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(totalsOfVitest(text, "/project")).toBeUndefined();
        expect(totalsOfPlaywright(text)).toBeUndefined();
      }),
    );
  });

  it("add up", () => {
    expect(sumOfTotals([totalsOfCheck(true), totalsOfCheck(false), totalsOfCheck(true)])).toMatchObject({
      passed: 2,
      failed: 1,
      skipped: 0,
    });
  });
});

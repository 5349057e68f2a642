import { expect, it } from "vitest";
import { addSample, type ProgressSample, secondsLeft } from "./time-left.ts";

/** A sample a second. */
function afterSeconds(seconds: number, at: (second: number) => Omit<ProgressSample, "atMs">) {
  let samples: readonly ProgressSample[] = [];
  for (let second = 0; second <= seconds; second++) {
    samples = addSample(samples, { atMs: second * 1000, ...at(second) });
  }
  return secondsLeft(samples);
}

const MB = 1_000_000;
const oneLargeFile = (second: number) => ({
  doneBytes: second * 10 * MB,
  totalBytes: 1000 * MB,
  doneFiles: 0,
  totalFiles: 1,
});

it("says nothing in the first seconds", () => {
  expect(afterSeconds(0, oneLargeFile)).toBeUndefined();
  expect(afterSeconds(2, oneLargeFile)).toBeUndefined();
});

it("takes the pace of the last seconds", () => {
  expect(afterSeconds(10, oneLargeFile)).toBeCloseTo(90);
});

it("says nothing while small files go before a large one", () => {
  const mixed = (second: number) => ({
    doneBytes: second * 0.1 * MB,
    totalBytes: 315 * MB,
    doneFiles: second * 100,
    totalFiles: 2049,
  });
  expect(afterSeconds(5, mixed)).toBeUndefined();
});

it("tells how long many files of one size take", () => {
  const even = (second: number) => ({
    doneBytes: second * MB,
    totalBytes: 100 * MB,
    doneFiles: second * 10,
    totalFiles: 1000,
  });
  expect(afterSeconds(10, even)).toBeCloseTo(90);
});

it("says nothing when nothing moves", () => {
  const stuck = () => ({ doneBytes: 5 * MB, totalBytes: 10 * MB, doneFiles: 0, totalFiles: 1 });
  expect(afterSeconds(10, stuck)).toBeUndefined();
});

it("begins anew when more is added", () => {
  const before = [{ atMs: 0, ...oneLargeFile(0) }];
  const more = { atMs: 5000, ...oneLargeFile(5), totalBytes: 2000 * MB };
  expect(addSample(before, more)).toEqual([more]);
});

import type { TransferSummary } from "#client/engine.ts";

type Counts = Pick<TransferSummary, "doneBytes" | "totalBytes" | "doneFiles" | "totalFiles">;

/** How far the transfers were at one moment, in Unix milliseconds. */
export interface ProgressSample extends Counts {
  readonly atMs: number;
}

/** What is behind this says nothing about what is ahead: small files go first, and slowly. */
const WINDOW_MS = 8_000;
/** Before so much time has passed, one early answer would look like a pace. */
const MIN_SPAN_MS = 3_000;
/** So few files are on their way at once: how fast files end says nothing about them. */
const FEW_FILES = 8;
/** By bytes and by files the rest takes about as long, or nobody knows. */
const MAX_DISAGREEMENT = 3;

/** Adds the newest sample and forgets those that are too old. A new upload changes the totals and starts anew. */
export function addSample(
  samples: readonly ProgressSample[],
  newest: ProgressSample,
): readonly ProgressSample[] {
  const isSameWork = samples.at(-1)?.totalBytes === newest.totalBytes;
  const kept = isSameWork ? samples.filter(({ atMs }) => atMs > newest.atMs - WINDOW_MS) : [];
  return [...kept, newest];
}

/** Seconds until everything is done; undefined while a number would only be a guess. */
export function secondsLeft(samples: readonly ProgressSample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const spanMs = last.atMs - first.atMs;
  if (spanMs < MIN_SPAN_MS || last.doneBytes <= first.doneBytes) return undefined;
  const rest = (done: number, total: number, before: number) =>
    ((total - done) / (done - before)) * (spanMs / 1000);
  const byBytes = rest(last.doneBytes, last.totalBytes, first.doneBytes);
  if (last.totalFiles - last.doneFiles <= FEW_FILES) return byBytes;
  const byFiles = rest(last.doneFiles, last.totalFiles, first.doneFiles);
  const isAgreed = byBytes <= byFiles * MAX_DISAGREEMENT && byFiles <= byBytes * MAX_DISAGREEMENT;
  return isAgreed ? Math.max(byBytes, byFiles) : undefined;
}

import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { SealedRows } from "../storage/sealed-rows.ts";
import { CHECKPOINTS, type CheckpointRow, PROGRESS, type ProgressRow } from "./tables.ts";

/** How far a log is checked; undefined unless the very checkpoint that its checks passed for is still kept. */
export async function progressOf(
  rows: Pick<SealedRows, "get">,
  log: Bytes,
): Promise<ProgressRow | undefined> {
  const progress = await rows.get(PROGRESS, log);
  const newest = progress && (await rows.get(CHECKPOINTS, log, progress.verifiedEpoch));
  return newest && equalBytes(newest.root, progress.verifiedRoot) ? progress : undefined;
}

/** Leaves of a checkpoint that went through a replay of the one history that all `kept` checkpoints are of. */
export function replayedIn(
  { replayed }: Pick<ProgressRow, "replayed">,
  { size, root }: CheckpointRow,
  kept: readonly CheckpointRow[],
): number {
  if (!replayed || !kept.some((row) => equalBytes(row.root, replayed.sealedRoot))) return 0;
  if (replayed.size === size && !equalBytes(replayed.root, root)) return 0;
  return Math.min(size, replayed.size);
}

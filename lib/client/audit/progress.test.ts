import { expect, it } from "vitest";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { putRow, removeRow } from "../storage/sealed-rows.ts";
import { createMemoryRows } from "../storage/testing/memory-rows.ts";
import { progressOf, replayedIn } from "./progress.ts";
import { CHECKPOINTS, type CheckpointRow, PROGRESS, type ProgressRow } from "./tables.ts";

const log = new Uint8Array(32).fill(1);
const rootOf = (history: string, size: number) =>
  suite.sha256(new TextEncoder().encode(`${history} ${size}`));

function checkpoint(epoch: number, size: number, history = "true"): CheckpointRow {
  const empty = new Uint8Array(0);
  const slot = { epoch, note: empty, proof: { siblings: [], otherEntry: null } };
  const root = rootOf(history, size);
  return { v: 1, slot, size, root, closedEpoch: epoch, epochLeaf: empty, inclusionPath: [] };
}

const PROGRESS_ROW: ProgressRow = {
  v: 1,
  fromEpoch: 0,
  isFromBirth: true,
  verifiedEpoch: 7,
  verifiedRoot: rootOf("true", 90),
  incompleteThrough: null,
  checkedAt: 1,
  replayed: { size: 60, root: rootOf("true", 60), sealedRoot: rootOf("true", 90) },
  isReplayFull: false,
};

it("counts progress only beside the checkpoint of the root that it was made under", async () => {
  const rows = createMemoryRows(suite);
  await rows.write([putRow(PROGRESS, [log], PROGRESS_ROW)]);
  expect(await progressOf(rows, log)).toBeUndefined();
  for (const other of [checkpoint(7, 90, "other"), checkpoint(7, 91)]) {
    await rows.write([putRow(CHECKPOINTS, [log, 7], other)]);
    expect(await progressOf(rows, log)).toBeUndefined();
  }
  // Of that root, and another epoch's.
  await rows.write([removeRow(CHECKPOINTS, [log, 7]), putRow(CHECKPOINTS, [log, 6], checkpoint(6, 90))]);
  expect(await progressOf(rows, log)).toBeUndefined();
  await rows.write([putRow(CHECKPOINTS, [log, 7], checkpoint(7, 90))]);
  expect(await progressOf(rows, log)).toEqual(PROGRESS_ROW);
});

it("counts replayed leaves only in the history that they were replayed of", () => {
  const [short, same, newest] = [checkpoint(3, 40), checkpoint(5, 60), checkpoint(7, 90)];
  const kept = [short, same, newest];
  expect(kept.map((row) => replayedIn(PROGRESS_ROW, row, kept))).toEqual([40, 60, 60]);
  expect(replayedIn({ replayed: null }, short, kept)).toBe(0);
  // Nothing that is kept was ever proven to go on from them.
  expect(replayedIn(PROGRESS_ROW, short, [short, same])).toBe(0);
  expect(replayedIn(PROGRESS_ROW, short, [short, checkpoint(7, 90, "other")])).toBe(0);
  expect(replayedIn(PROGRESS_ROW, checkpoint(5, 60, "other"), kept)).toBe(0);
});

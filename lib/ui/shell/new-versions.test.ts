import { expect, it } from "vitest";
import type { TransferItem } from "#client/engine.ts";
import { countNewVersions } from "./new-versions.ts";

const done = (id: string, rest: Partial<TransferItem>): TransferItem => ({
  id,
  direction: "upload",
  name: id,
  doneBytes: 1,
  totalBytes: 1,
  state: "done",
  error: null,
  ...rest,
});
const saved = (file: string, replacedVersion: number | null) => ({
  saved: { workspace: "a1", folder: null, file, name: file, replacedVersion },
});

it("counts each new version once, however often the list is told and however its rows are ordered", () => {
  const told = new Map<string, number>();
  const items = [done("1", saved("a", 2)), done("2", saved("b", null)), done("3", {})];
  const first = countNewVersions(items, told);
  expect(first).toEqual({ count: 1, saved: [items[0]?.saved] });
  expect(countNewVersions(items.toReversed(), told)).toEqual({ count: 0, saved: [] });
});

it("adds what comes later to a batch that is still shown: one message, not sixty", () => {
  const told = new Map<string, number>();
  let batch = countNewVersions([], told);
  const items: TransferItem[] = [];
  for (let number = 0; number < 60; number++) {
    items.push(done(`file ${number}`, saved(`file ${number}`, 1)));
    batch = countNewVersions(items, told, batch);
  }
  expect(batch.count).toBe(60);
  expect(batch.saved).toHaveLength(60);
});

it("follows the number of a folder that grows while its files come in", () => {
  const told = new Map<string, number>();
  const first = countNewVersions([done("folder", { newVersions: 3, state: "running" })], told);
  const second = countNewVersions([done("folder", { newVersions: 60 })], told, first);
  expect([first, second]).toEqual([
    { count: 3, saved: [] },
    { count: 60, saved: [] },
  ]);
});

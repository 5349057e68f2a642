import { expect, it } from "vitest";
import type { TransferItem } from "#client/engine.ts";
import { countNewVersions, type NewVersions } from "./new-versions.ts";

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

const nothingTold = () => ({ ids: new Set<string>(), count: 0 });

it("counts each new version once, however often the list is told and however its rows are ordered", () => {
  const told = nothingTold();
  const items = [done("1", saved("a", 2)), done("2", saved("b", null)), done("3", {})];
  const first = countNewVersions({ items, newVersions: 1 }, told);
  expect(first).toEqual({ count: 1, saved: [items[0]?.saved] });
  const again = countNewVersions({ items: items.toReversed(), newVersions: 1 }, told);
  expect(again).toEqual({ count: 0, saved: [] });
});

it("adds what comes later to a batch that is still shown: one message, not sixty", () => {
  const told = nothingTold();
  let batch: NewVersions | undefined;
  const items: TransferItem[] = [];
  for (let number = 0; number < 60; number++) {
    items.push(done(`file ${number}`, saved(`file ${number}`, 1)));
    batch = countNewVersions({ items, newVersions: items.length }, told, batch);
  }
  expect(batch?.count).toBe(60);
  expect(batch?.saved).toHaveLength(60);
});

it("knows of more than the list shows: files of a folder, and those beyond its length", () => {
  const told = nothingTold();
  const first = countNewVersions({ items: [done("folder", {})], newVersions: 3 }, told);
  const second = countNewVersions({ items: [done("folder", {})], newVersions: 60 }, told, first);
  expect([first, second]).toEqual([
    { count: 3, saved: [] },
    { count: 60, saved: [] },
  ]);
  // Cleared away, and begun again.
  expect(countNewVersions({ items: [], newVersions: 0 }, told)).toEqual({ count: 0, saved: [] });
  const one = [done("9", saved("z", 1))];
  expect(countNewVersions({ items: one, newVersions: 1 }, told).count).toBe(1);
});

import type { SavedUpload, TransferSummary } from "#client/engine.ts";

export interface NewVersions {
  readonly count: number;
  /** Those of `count` that are known one by one: not the files of a folder, nor more than the list of transfers holds. */
  readonly saved: readonly SavedUpload[];
}

/** What was told already. */
export interface ToldVersions {
  readonly ids: Set<string>;
  count: number;
}

/** What became a new version since `told` was last brought up to date, added to a batch that is still on the screen. */
export function countNewVersions(
  { items, newVersions }: Pick<TransferSummary, "items" | "newVersions">,
  told: ToldVersions,
  batch: NewVersions = { count: 0, saved: [] },
): NewVersions {
  const saved: SavedUpload[] = [];
  for (const item of items) {
    if (item.saved === undefined || item.saved.replacedVersion === null || told.ids.has(item.id)) continue;
    told.ids.add(item.id);
    saved.push(item.saved);
  }
  // Fewer than before are listed once finished uploads were cleared away.
  const count = Math.max(saved.length, newVersions - told.count);
  told.count = newVersions;
  return { count: batch.count + count, saved: [...batch.saved, ...saved] };
}

import type { SavedUpload, TransferItem } from "#client/engine.ts";

export interface NewVersions {
  readonly count: number;
  /** Those of `count` that are known one by one. */
  readonly saved: readonly SavedUpload[];
}

/**
 * What became a new version since `told` was last filled, added to a batch that is still on the screen. `told` takes
 * the ids in; a folder's stands there with its number, which grows while its files come in.
 */
export function countNewVersions(
  items: readonly TransferItem[],
  told: Map<string, number>,
  batch: NewVersions = { count: 0, saved: [] },
): NewVersions {
  let { count } = batch;
  const saved = [...batch.saved];
  for (const item of items) {
    const one = item.saved?.replacedVersion === null ? undefined : item.saved;
    const number = one === undefined ? (item.newVersions ?? 0) : 1;
    const before = told.get(item.id) ?? 0;
    if (number <= before) continue;
    told.set(item.id, number);
    count += number - before;
    if (one !== undefined) saved.push(one);
  }
  return { count, saved };
}

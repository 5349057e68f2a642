import { toHex } from "#protocol/bytes/text.ts";
import type { FileBlock } from "#protocol/manifest/file-manifest.ts";
import type { ProgressStep, StoredPieceRow } from "./job-rows.ts";
import type { FileState } from "./upload-file.ts";

/** What an earlier run of a job got done, by the keys of its files. */
export interface EarlierProgress {
  readonly steps: number;
  readonly isSettled: (file: string) => boolean;
  readonly isGivenUp: (file: string) => boolean;
  readonly mayBeCommitted: (file: string) => boolean;
  /**
   * Blocks of the file when it looked like this, the latest of each place last. Whether it still has their content has
   * to be seen; those of another state are not worth looking at.
   */
  readonly storedBlocks: (file: string, state: FileState) => readonly FileBlock[];
}

export const NO_PROGRESS: EarlierProgress = readProgress([]);

export function readProgress(steps: readonly ProgressStep[]): EarlierProgress {
  const settled = new Set<string>();
  const givenUp = new Set<string>();
  const committing = new Set<string>();
  const pieces = new Map<string, StoredPieceRow[]>();
  for (const step of steps) {
    switch (step.kind) {
      case "stored":
        for (const piece of step.body) append(pieces, toHex(piece.file), piece);
        break;
      case "committing":
        for (const file of step.body) committing.add(toHex(file));
        break;
      case "settled":
        for (const file of step.body) settled.add(toHex(file));
        break;
      case "givenUp":
        for (const file of step.body) givenUp.add(toHex(file));
        break;
    }
  }
  return {
    steps: steps.length,
    isSettled: (file) => settled.has(file),
    isGivenUp: (file) => givenUp.has(file),
    mayBeCommitted: (file) => committing.has(file) && !settled.has(file),
    storedBlocks: (file, state) =>
      (pieces.get(file) ?? [])
        .filter((piece) => piece.sizeBytes === state.sizeBytes && piece.modifiedAt === state.modifiedAt)
        .map(({ block }) => block),
  };
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

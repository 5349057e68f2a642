import type { FileBlock, FileManifest } from "#protocol/manifest/file-manifest.ts";
import { MAX_BLOCKS_PER_REQUEST } from "#protocol/wire/blocks.ts";
import { workAhead } from "./ahead.ts";

/** What one request asks for: large enough to keep the line busy, small enough for a steady flow. */
const REQUEST_BYTES = 2 * 1024 * 1024;
const REQUESTS_AHEAD = 4;
/** Entries without content cost no request; one group of them must end somewhere. */
const MAX_ENTRIES_PER_GROUP = 1_000;

/** A file, or a folder where `manifest` is null, on its way out. */
export interface SavedEntry {
  /** Path in the archive. */
  readonly path: string;
  readonly modifiedAt: number;
  readonly manifest: FileManifest | null;
}

/** Each entry followed by its content, in order. */
export type ContentEvent =
  | { readonly kind: "entry"; readonly entry: SavedEntry }
  | { readonly kind: "content"; readonly bytes: Uint8Array<ArrayBuffer> };

export type FetchBlocks = (blocks: readonly FileBlock[]) => Promise<readonly Uint8Array<ArrayBuffer>[]>;

/**
 * The content of many files as one stream. Blocks of neighbouring small files come with one request, those of a large
 * file with several at a time; what is held in memory does not depend on the size of anything.
 */
export async function* streamContent(
  entries: AsyncIterable<SavedEntry>,
  fetchBlocks: FetchBlocks,
): AsyncGenerator<ContentEvent> {
  const groups = workAhead(groupSteps(entries), REQUESTS_AHEAD, async (group) => ({
    group,
    contents: await fetchBlocks(group.flatMap((step) => (step.kind === "block" ? step.block : []))),
  }));
  for await (const { group, contents } of groups) {
    let next = 0;
    for (const step of group) {
      if (step.kind === "entry") {
        yield step;
        continue;
      }
      const bytes = contents[next++];
      if (bytes === undefined) throw new Error("fewer blocks than asked for");
      yield { kind: "content", bytes };
    }
  }
}

type Step =
  | { readonly kind: "entry"; readonly entry: SavedEntry }
  | { readonly kind: "block"; readonly block: FileBlock };

/** Cuts the sequence of entries and blocks into what one request brings. */
async function* groupSteps(entries: AsyncIterable<SavedEntry>): AsyncGenerator<readonly Step[]> {
  let group: Step[] = [];
  let blocks = 0;
  let sizeBytes = 0;
  for await (const entry of entries) {
    group.push({ kind: "entry", entry });
    for (const block of entry.manifest?.blocks ?? []) {
      group.push({ kind: "block", block });
      blocks++;
      sizeBytes += block.sizeBytes;
      if (sizeBytes < REQUEST_BYTES && blocks < MAX_BLOCKS_PER_REQUEST) continue;
      yield group;
      [group, blocks, sizeBytes] = [[], 0, 0];
    }
    if (group.length < MAX_ENTRIES_PER_GROUP) continue;
    yield group;
    [group, blocks, sizeBytes] = [[], 0, 0];
  }
  if (group.length > 0) yield group;
}

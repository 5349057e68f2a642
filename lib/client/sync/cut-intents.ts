import { toHex } from "#protocol/bytes/text.ts";
import { MAX_WRITE_ITEMS } from "#protocol/log/record.ts";
import type { IntendedChange, IntendedContent, Intent } from "../journal/intent.ts";

/** What one record may carry of the queue. */
export interface Room {
  readonly changes: number;
  /** Manifests that it writes. */
  readonly items: number;
  readonly bytes: number;
}

export const RECORD_ROOM: Room = {
  changes: Number.MAX_SAFE_INTEGER,
  items: MAX_WRITE_ITEMS,
  bytes: 8 * 1024 * 1024,
};
/** What the journal's row of an operation can name. */
const MAX_INTENTS = 256;

export interface Batch {
  /** Whole intents, oldest first. */
  readonly intents: readonly Intent[];
  /** Where no intent fits as a whole: so many changes of the oldest one do. */
  readonly cutOldestAt: number | undefined;
}

/** As much of the queue as there is room for, whatever the folders are by then; always one change at the least. */
export function takeBatch(queue: readonly Intent[], room: Room): Batch {
  const batch: Intent[] = [];
  const items = new Set<string>();
  let changes = 0;
  let bytes = 0;
  for (const intent of queue.slice(0, MAX_INTENTS)) {
    if (batch.length > 0 && isConfirmation(intent)) break;
    const contents = contentsByChange(intent);
    for (const [index, change] of intent.changes.entries()) {
      const own = contents[index] ?? [];
      for (const id of manifestsOf(change, own)) items.add(id);
      bytes += own.reduce((sum, { encoded }) => sum + encoded.length, 0);
      changes++;
      if (changes === 1 || (changes <= room.changes && items.size <= room.items && bytes <= room.bytes))
        continue;
      return batch.length > 0
        ? { intents: batch, cutOldestAt: undefined }
        : { intents: [], cutOldestAt: index };
    }
    batch.push(intent);
    if (isConfirmation(intent)) break;
  }
  return { intents: batch, cutOldestAt: undefined };
}

/** In two, each content with the change that speaks of it. */
export function splitIntent(
  intent: Intent,
  isFirst: (change: IntendedChange, index: number) => boolean,
): readonly [Intent, Intent] {
  const contents = contentsByChange(intent);
  const firsts = intent.changes.map(isFirst);
  const part = (isTaken: boolean): Intent => ({
    ...intent,
    changes: intent.changes.filter((_, index) => firsts[index] === isTaken),
    contents: contents.filter((_, index) => firsts[index] === isTaken).flat(),
  });
  return [part(true), part(false)];
}

/** Contents that no change speaks of go with the first one. */
function contentsByChange({ changes, contents }: Intent): readonly (readonly IntendedContent[])[] {
  const indices = new Map<string, number>();
  for (const [index, change] of changes.entries()) {
    if (change.kind === "put") indices.set(toHex(change.body.after.id), index);
  }
  const lists = changes.map((): IntendedContent[] => []);
  for (const content of contents) lists[indices.get(toHex(content.manifest)) ?? 0]?.push(content);
  return lists;
}

export function isConfirmation({ changes: [first] }: Intent): boolean {
  return first?.kind === "confirm";
}

function manifestsOf(change: IntendedChange, contents: readonly IntendedContent[]): readonly string[] {
  const written = contents.map(({ manifest }) => toHex(manifest));
  switch (change.kind) {
    case "put":
    case "remove":
      return [toHex(change.body.folder), ...written];
    case "move": {
      const { from, to, before } = change.body;
      return [toHex(from), toHex(to), ...(before.kind === "folder" ? [toHex(before.id)] : []), ...written];
    }
    case "confirm":
      return written;
  }
}

import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { Group } from "./group.ts";
import type { LogDraft } from "./log-draft.ts";
import { readStoredLeaf, type StampedRecord } from "./receipts.ts";

/** The same record where it stands already, in this group or before it. */
export async function findDuplicate(
  group: Group,
  draft: LogDraft,
  recordHash: Bytes,
): Promise<StampedRecord | undefined> {
  const found =
    draft.findRecord(recordHash) ?? (await group.store.leafByRecord(draft.live.identity.id, recordHash));
  return found && readStoredLeaf(found.leaf);
}

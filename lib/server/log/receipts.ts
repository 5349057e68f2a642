import type { Bytes } from "#protocol/bytes/bytes.ts";
import { parseLeaf, parseStamp, type Stamp } from "#protocol/log/leaf.ts";
import type { EntryReader } from "#protocol/log/map-entry.ts";
import { NO_ENTRIES, type ProvenEntries } from "#protocol/log/proven-entries.ts";
import type { ProvenEntry, ProvenLeaf, Receipt } from "#protocol/log/receipt.ts";
import { parseRecord, type Record } from "#protocol/log/record.ts";
import { proveEntry } from "#protocol/prefix-map/map-proof.ts";
import type { PrefixMap } from "#protocol/prefix-map/prefix-map.ts";
import { unwrap } from "#protocol/result.ts";
import type { CommittedHead } from "./committed-heads.ts";

/** A leaf that is in the log, as it was stamped. */
export interface StampedRecord {
  readonly record: Record;
  readonly stamp: Stamp;
  readonly stampBytes: Bytes;
}

export function createReceipt(
  head: CommittedHead,
  { record, stamp, stampBytes }: StampedRecord,
  entries: ProvenEntries = NO_ENTRIES,
): Receipt {
  const { live, size, note } = head;
  return {
    note,
    stamp: stampBytes,
    inclusionPath: live.tree.inclusionPath(stamp.index, size),
    consistencyPath: record.seenSize > 0 ? live.tree.consistencyPath(record.seenSize, size) : [],
    entries,
  };
}

export function proveLeaf(head: CommittedHead, index: number, leaf: Bytes): ProvenLeaf {
  return { leaf, index, inclusionPath: head.live.tree.inclusionPath(index, head.size) };
}

export function proveEntries(map: PrefixMap, entries: EntryReader, keys: readonly Bytes[]): ProvenEntry[] {
  return keys.map((key) => ({ key, value: entries(key) ?? null, proof: proveEntry(map, key) }));
}

/** Of a leaf that this server has stored. */
export function readStoredLeaf(bytes: Bytes): StampedRecord {
  const leaf = unwrap(parseLeaf(bytes));
  return {
    record: unwrap(parseRecord(leaf.record)),
    stamp: unwrap(parseStamp(leaf.stamp)),
    stampBytes: leaf.stamp,
  };
}

import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import { parseLeaf, parseStamp, type Stamp } from "#protocol/log/leaf.ts";
import { createMapChange, type MapChange } from "#protocol/log/map-entry.ts";
import { type Record as LogRecord, parseRecord, type SignedRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";
import type { DraftedLeaf, LogDraft } from "#server/log/log-draft.ts";

/** A leaf as it stands in some history. */
export interface StoredRecord {
  readonly signed: SignedRecord;
  readonly record: LogRecord;
  readonly stamp: Stamp;
}

/** Undefined for the server's own leaves. */
export function readRecord(leafBytes: Bytes): StoredRecord | undefined {
  const leaf = unwrap(parseLeaf(leafBytes));
  const record = parseRecord(leaf.record);
  if (!record.ok) return undefined;
  const { signature } = leaf;
  return {
    signed: { record: leaf.record, signature },
    record: record.value,
    stamp: unwrap(parseStamp(leaf.stamp)),
  };
}

/** What an applied record of these kinds would honestly do to the map at this place. */
export function changesOf(
  suite: CryptoSuite,
  { signed, record }: Pick<StoredRecord, "signed" | "record">,
  index: number,
): readonly MapChange[] {
  const recordHash = recordHashOf(suite, signed.record, signed.signature);
  return [deviceChange(suite, record, recordHash, index), ...writtenItems(suite, record, recordHash, index)];
}

/** The author's own entry and nothing else. */
export function deviceChange(
  suite: CryptoSuite,
  { device, incarnation, seq }: LogRecord,
  recordHash: Bytes,
  index: number,
): MapChange {
  return createMapChange(suite, { kind: "device", id: device }, "device", [
    incarnation,
    seq,
    recordHash,
    index,
  ]);
}

/** Appends a record without asking whether it may be there. */
export function forge(
  suite: CryptoSuite,
  draft: LogDraft,
  stored: Pick<StoredRecord, "signed" | "record">,
  stamp: Pick<Stamp, "instance" | "epoch" | "organizationSize"> & { readonly results?: Bytes | null },
  changes: readonly MapChange[] = changesOf(suite, stored, draft.tail.size),
): DraftedLeaf {
  const { instance, epoch, organizationSize, results = null } = stamp;
  return draft.append(
    stored.signed,
    recordHashOf(suite, stored.signed.record, stored.signed.signature),
    changes,
    { serverTime: draft.tail.lastTime, instance, epoch, organizationSize, outcome: "applied", results },
  );
}

function writtenItems(
  suite: CryptoSuite,
  { content }: LogRecord,
  recordHash: Bytes,
  index: number,
): readonly MapChange[] {
  if (content.kind !== "write") return [];
  return content.body.items.flatMap(({ manifest: id, baseVersion, contentHash, tombstone }) => {
    const version = baseVersion + 1;
    return [
      createMapChange(suite, { kind: "manifest", id }, "manifest", [version, tombstone]),
      createMapChange(suite, { kind: "manifestVersion", id, version }, "manifestVersion", [
        index,
        recordHash,
        contentHash,
      ]),
    ];
  });
}

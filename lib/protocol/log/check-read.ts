import { type Bytes, equalBytes, isZero } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { verifyInclusion } from "../merkle/merkle-proof.ts";
import { err, ok, type Result } from "../result.ts";
import { recordHashOf } from "./identifiers.ts";
import { leafHashOf, parseLeaf, parseStamp } from "./leaf.ts";
import { type EntryReader, mapKeyOf, readMapEntry } from "./map-entry.ts";
import {
  type ReadItem,
  type ReadOpening,
  type ReadResult,
  readRequestHash,
  readResultsHash,
} from "./read.ts";
import type { ProvenLeaf, VerifiedReceipt } from "./receipt.ts";
import { parseRecord, type Record, verifyRecordSignature } from "./record.ts";

/**
 * Check I3: what a READ gave back is what the log says, now. The results are bound to the stamp, proven by the
 * map under the stamp's root, not older than anything this device has seen, and each was written by a leaf that
 * is included under the receipt's head and signed by a device of the organization.
 */
export type ReadFault =
  | { readonly type: "ReadResultsNotBound" }
  | { readonly type: "ReadResultCountWrong" }
  | { readonly type: "ReadEntryMissing"; readonly item: number }
  | { readonly type: "ReadResultDiffersFromMap"; readonly item: number }
  | { readonly type: "ReadOlderThanSeen"; readonly item: number }
  | { readonly type: "ReadContentMissing"; readonly item: number }
  | { readonly type: "ReadContentHashWrong"; readonly item: number }
  | { readonly type: "ReadWriteNotProven"; readonly item: number };

export interface ReadAnswer {
  readonly results: readonly ReadResult[];
  readonly contents: readonly (Bytes | null)[];
  readonly writes: readonly (ProvenLeaf | null)[];
}

export interface VerifiedRead {
  readonly item: ReadItem;
  readonly result: ReadResult;
  /** Ciphertext whose SHA-256 is the result's contentHash; null where absent or deleted. */
  readonly content: Bytes | null;
  /** The record that wrote it, and when the server took it in; null where absent. */
  readonly write: { readonly record: Record; readonly serverTime: number } | null;
}

export function checkRead(
  suite: CryptoSuite,
  input: {
    readonly record: Record;
    readonly opening: ReadOpening;
    readonly receipt: VerifiedReceipt;
    readonly answer: ReadAnswer;
    /** Newest version of a manifest that this device has ever verified; 0 if none. */
    readonly highestSeen: (manifest: Bytes) => number;
    /** The organization's map at a size of its log that this device has verified; undefined beyond that. */
    readonly organizationAt: (size: number) => EntryReader | undefined;
  },
): Result<readonly VerifiedRead[], ReadFault> {
  const { record, opening, receipt, answer } = input;
  const { results, contents, writes } = answer;
  const { content } = record;
  if (content.kind !== "read" || !equalBytes(content.body.request, readRequestHash(suite, opening))) {
    return err({ type: "ReadResultsNotBound" });
  }
  const expected = opening.items.length;
  if (results.length !== expected || contents.length !== expected || writes.length !== expected) {
    return err({ type: "ReadResultCountWrong" });
  }
  const bound = receipt.stamp.results;
  if (bound === null || !equalBytes(bound, readResultsHash(suite, opening.nonce, results))) {
    return err({ type: "ReadResultsNotBound" });
  }
  const reads: VerifiedRead[] = [];
  for (const [item, asked] of opening.items.entries()) {
    const result = results[item];
    if (!result) return err({ type: "ReadResultCountWrong" });
    const inMap = checkAgainstMap(suite, receipt, asked, result, input.highestSeen(asked.manifest), item);
    if (!inMap.ok) return inMap;
    const bytes = checkContent(suite, result, contents[item] ?? null, item);
    if (!bytes.ok) return bytes;
    const write = checkWrite(suite, receipt, asked, result, writes[item] ?? null, input.organizationAt);
    if (write === undefined) return err({ type: "ReadWriteNotProven", item });
    reads.push({ item: asked, result, content: bytes.value, write });
  }
  return ok(reads);
}

function checkAgainstMap(
  suite: CryptoSuite,
  receipt: VerifiedReceipt,
  asked: ReadItem,
  result: ReadResult,
  highestSeen: number,
  item: number,
): Result<null, ReadFault> {
  const differs = err({ type: "ReadResultDiffersFromMap", item } as const);
  const newestName = { kind: "manifest", id: asked.manifest } as const;
  let version = asked.version;
  let isDeleted = false;
  if (version === null) {
    if (!receipt.isProven(mapKeyOf(suite, newestName))) return err({ type: "ReadEntryMissing", item });
    const newest = readMapEntry(suite, receipt.entries, newestName);
    version = newest?.[0] ?? 0;
    isDeleted = newest?.[1] ?? false;
    if (version < highestSeen) return err({ type: "ReadOlderThanSeen", item });
  }
  if (version === 0) {
    const isAbsent = result.status === "absent" && result.version === 0 && isZero(result.recordHash);
    return isAbsent && isZero(result.contentHash) ? ok(null) : differs;
  }
  const versionName = { kind: "manifestVersion", id: asked.manifest, version } as const;
  if (!receipt.isProven(mapKeyOf(suite, versionName))) return err({ type: "ReadEntryMissing", item });
  const written = readMapEntry(suite, receipt.entries, versionName);
  if (!written) return result.status === "absent" && asked.version !== null ? ok(null) : differs;
  const [writeIndex, recordHash, contentHash] = written;
  isDeleted ||= isZero(contentHash);
  const matches =
    result.status === (isDeleted ? "deleted" : "found") &&
    result.version === version &&
    result.writeIndex === writeIndex &&
    equalBytes(result.recordHash, recordHash) &&
    equalBytes(result.contentHash, contentHash);
  return matches ? ok(null) : differs;
}

function checkContent(
  suite: CryptoSuite,
  result: ReadResult,
  content: Bytes | null,
  item: number,
): Result<Bytes | null, ReadFault> {
  if (result.status !== "found")
    return content === null ? ok(null) : err({ type: "ReadContentHashWrong", item });
  if (content === null) return err({ type: "ReadContentMissing", item });
  return equalBytes(suite.sha256(content), result.contentHash)
    ? ok(content)
    : err({ type: "ReadContentHashWrong", item });
}

/** Null for an absent result, undefined for a proof that does not hold. */
function checkWrite(
  suite: CryptoSuite,
  receipt: VerifiedReceipt,
  asked: ReadItem,
  result: ReadResult,
  proven: ProvenLeaf | null,
  organizationAt: (size: number) => EntryReader | undefined,
): VerifiedRead["write"] | undefined {
  if (result.status === "absent") return proven === null ? null : undefined;
  if (proven?.index !== result.writeIndex) return undefined;
  const leaf = parseLeaf(proven.leaf);
  if (!leaf.ok) return undefined;
  const { head } = receipt;
  const inclusion = verifyInclusion(suite.sha256, {
    leafIndex: BigInt(proven.index),
    treeSize: BigInt(head.size),
    leafHash: leafHashOf(suite, leaf.value),
    path: proven.inclusionPath,
    root: head.root,
  });
  if (!inclusion.ok) return undefined;
  const record = parseRecord(leaf.value.record);
  const stamp = parseStamp(leaf.value.stamp);
  if (!record.ok || !stamp.ok || stamp.value.outcome !== "applied") return undefined;
  if (!equalBytes(recordHashOf(suite, leaf.value.record, leaf.value.signature), result.recordHash))
    return undefined;
  const { content } = record.value;
  const isTheWrite =
    content.kind === "write" &&
    content.body.items.some(
      ({ manifest, baseVersion, contentHash }) =>
        equalBytes(manifest, asked.manifest) &&
        baseVersion + 1 === result.version &&
        equalBytes(contentHash, result.contentHash),
    );
  if (!isTheWrite || !equalBytes(record.value.log, head.log)) return undefined;
  const organization = organizationAt(stamp.value.organizationSize);
  const author =
    organization && readMapEntry(suite, organization, { kind: "registeredDevice", id: record.value.device });
  if (author?.[2] !== "active" || !verifyRecordSignature(suite, leaf.value, author[1])) return undefined;
  return { record: record.value, serverTime: stamp.value.serverTime };
}

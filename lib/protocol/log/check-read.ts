import { type Bytes, equalBytes, isZero } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import { mayWrite } from "./apply-workspace.ts";
import { authenticateDevice } from "./authenticate.ts";
import type { AuthorityList } from "./authority-list.ts";
import { recordHashOf } from "./identifiers.ts";
import { parseLeaf, parseStamp } from "./leaf.ts";
import {
  type EntryReader,
  type MapEntryKind,
  type MapEntryName,
  type MapValueOf,
  mapKeyOf,
  type NameOf,
  parseMapValue,
  readMapEntry,
} from "./map-entry.ts";
import {
  type ReadItem,
  type ReadOpening,
  type ReadResult,
  readRequestHash,
  readResultsHash,
} from "./read.ts";
import { isIncluded, type ProvenLeaf, type VerifiedReceipt } from "./receipt.ts";
import { EPOCHS_APPLIABLE, parseRecord, type Record } from "./record.ts";

/**
 * Check I3: what a READ gave back is what the log says, now. The results are bound to the stamp, proven by the
 * map under the stamp's root, and each was written by a leaf that is included under the receipt's head, signed by an
 * active device of the organization, whose user had at that very leaf a role that may write: a role that members gave
 * it, not one that the map claims.
 */
export type ReadFault =
  | { readonly type: "ReadResultsNotBound" }
  | { readonly type: "ReadResultCountWrong" }
  | { readonly type: "ReadEntryMissing"; readonly item: number }
  | { readonly type: "ReadResultDiffersFromMap"; readonly item: number }
  | { readonly type: "ReadContentMissing"; readonly item: number }
  | { readonly type: "ReadContentHashWrong"; readonly item: number }
  | { readonly type: "ReadWriteNotProven"; readonly item: number }
  /** The receipt does not prove the `authority` entry, or it is not that of the records which this device holds. */
  | { readonly type: "ReadAuthorityDiffers" }
  /** Whoever wrote it had no role that may write. */
  | { readonly type: "ReadAuthorNotAllowed"; readonly item: number };

export interface ReadAnswer {
  readonly results: readonly ReadResult[];
  readonly contents: readonly (Bytes | null)[];
  /** Each leaf that wrote one of the results, once: many files are often written by one record. */
  readonly writes: readonly ProvenLeaf[];
}

export interface VerifiedRead {
  readonly item: ReadItem;
  readonly result: ReadResult;
  /** Ciphertext whose SHA-256 is the result's contentHash; null where absent or deleted. */
  readonly content: Bytes | null;
  /** The record that wrote it, and when the server took it in; null where absent. */
  readonly write: { readonly record: Record; readonly serverTime: number } | null;
}

/**
 * The entries of the map that a READ's answer rests on. Whoever has read before holds them against what was seen then
 * (`compareWithSeen`), for an answer that is right by itself may still be an old one.
 */
export function readEntryNames(
  { items }: ReadOpening,
  results: readonly ReadResult[],
): readonly MapEntryName[] {
  const names: MapEntryName[] = [{ kind: "authority" }];
  for (const [item, { manifest: id, version }] of items.entries()) {
    if (version === null) names.push({ kind: "manifest", id });
    const read = version ?? results[item]?.version ?? 0;
    if (read > 0) names.push({ kind: "manifestVersion", id, version: read });
  }
  return names;
}

export function checkRead(
  suite: CryptoSuite,
  input: {
    readonly record: Record;
    readonly opening: ReadOpening;
    readonly receipt: VerifiedReceipt;
    readonly answer: ReadAnswer;
    /** The organization's map at a size of its log that this device has verified; undefined beyond that. */
    readonly organizationAt: (size: number) => EntryReader | undefined;
    /** Of the receipt's log, holding as many records as its `authority` entry counts, or more. */
    readonly authority: AuthorityList;
  },
): Result<readonly VerifiedRead[], ReadFault> {
  const { record, opening, receipt, answer } = input;
  const { results, contents, writes } = answer;
  const { content } = record;
  if (content.kind !== "read" || !equalBytes(content.body.request, readRequestHash(suite, opening))) {
    return err({ type: "ReadResultsNotBound" });
  }
  const expected = opening.items.length;
  if (results.length !== expected || contents.length !== expected || writes.length > expected) {
    return err({ type: "ReadResultCountWrong" });
  }
  const bound = receipt.stamp.results;
  if (bound === null || !equalBytes(bound, readResultsHash(suite, opening.nonce, results))) {
    return err({ type: "ReadResultsNotBound" });
  }
  const authority = readMapEntry(suite, receipt.entries, { kind: "authority" });
  if (!authority || !input.authority.agreesWith(authority, receipt.stamp.index + 1))
    return err({ type: "ReadAuthorityDiffers" });
  const written = new Map<number, ProvenWrite>();
  for (const proven of writes) {
    const write = verifyWrite(suite, receipt, proven, input);
    if (write) written.set(proven.index, write);
  }
  const reads: VerifiedRead[] = [];
  for (const [item, asked] of opening.items.entries()) {
    const result = results[item];
    if (!result) return err({ type: "ReadResultCountWrong" });
    const inMap = checkAgainstMap(suite, receipt, asked, result, item);
    if (!inMap.ok) return inMap;
    const bytes = checkContent(suite, result, contents[item] ?? null, item);
    if (!bytes.ok) return bytes;
    const write = result.status === "absent" ? null : written.get(result.writeIndex);
    if (write === undefined || (write !== null && !isWriteOf(write, asked, result)))
      return err({ type: "ReadWriteNotProven", item });
    if (write?.isAllowed === false) return err({ type: "ReadAuthorNotAllowed", item });
    reads.push({ item: asked, result, content: bytes.value, write });
  }
  return ok(reads);
}

function checkAgainstMap(
  suite: CryptoSuite,
  receipt: VerifiedReceipt,
  asked: ReadItem,
  result: ReadResult,
  item: number,
): Result<null, ReadFault> {
  const differs = err({ type: "ReadResultDiffersFromMap", item } as const);
  const newestName = { kind: "manifest", id: asked.manifest } as const;
  let version = asked.version;
  let isTombstone: boolean | undefined;
  if (version === null) {
    const newest = provenEntry(suite, receipt, newestName);
    if (newest === "unproven") return err({ type: "ReadEntryMissing", item });
    version = newest?.[0] ?? 0;
    isTombstone = newest?.[1];
  }
  if (version === 0) return isAbsent(result) ? ok(null) : differs;
  const versionName = { kind: "manifestVersion", id: asked.manifest, version } as const;
  const written = provenEntry(suite, receipt, versionName);
  if (written === "unproven") return err({ type: "ReadEntryMissing", item });
  if (!written) return isAbsent(result) && asked.version !== null ? ok(null) : differs;
  const [writeIndex, recordHash, contentHash] = written;
  // The author's record says which it is, and only of the content hash.
  const isDeleted = isZero(contentHash);
  const matches =
    (isTombstone ?? isDeleted) === isDeleted &&
    result.status === (isDeleted ? "deleted" : "found") &&
    result.version === version &&
    result.writeIndex === writeIndex &&
    equalBytes(result.recordHash, recordHash) &&
    equalBytes(result.contentHash, contentHash);
  return matches ? ok(null) : differs;
}

/** Undefined where the map has none. */
function provenEntry<K extends MapEntryKind>(
  suite: CryptoSuite,
  receipt: VerifiedReceipt,
  name: NameOf<K> & { readonly kind: K },
): MapValueOf<K> | undefined | "unproven" {
  const key = mapKeyOf(suite, name);
  if (!receipt.isProven(key)) return "unproven";
  const value = receipt.entries(key);
  const parsed = value && parseMapValue<K>(name.kind, value);
  return parsed?.ok === true ? parsed.value : undefined;
}

/** With nothing else in it: what is not there must not count as a version that this device has seen. */
function isAbsent({ status, version, writeIndex, recordHash, contentHash }: ReadResult): boolean {
  return (
    status === "absent" && version === 0 && writeIndex === 0 && isZero(recordHash) && isZero(contentHash)
  );
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

interface ProvenWrite {
  readonly record: Record;
  readonly recordHash: Bytes;
  readonly serverTime: number;
  /** Whether its author's role allowed it, at this leaf. */
  readonly isAllowed: boolean;
}

/** A leaf of the log, applied in time, by a device of the organization; undefined for a proof that does not hold. */
function verifyWrite(
  suite: CryptoSuite,
  { head }: VerifiedReceipt,
  proven: ProvenLeaf,
  {
    organizationAt,
    authority,
  }: {
    readonly organizationAt: (size: number) => EntryReader | undefined;
    readonly authority: AuthorityList;
  },
): ProvenWrite | undefined {
  if (!isIncluded(suite, head, proven)) return undefined;
  const leaf = parseLeaf(proven.leaf);
  const parsed = leaf.ok ? parseRecord(leaf.value.record) : undefined;
  const stamped = leaf.ok ? parseStamp(leaf.value.stamp) : undefined;
  if (!leaf.ok || parsed?.ok !== true || stamped?.ok !== true) return undefined;
  const [record, stamp] = [parsed.value, stamped.value];
  const { outcome, epoch, index, organizationSize } = stamp;
  if (outcome !== "applied" || index !== proven.index || epoch > record.sealedEpoch + EPOCHS_APPLIABLE)
    return undefined;
  if (!equalBytes(record.log, head.log) || organizationSize < record.seenOrganization[0]) return undefined;
  const organization = organizationAt(organizationSize);
  const author = organization && authenticateDevice(suite, "workspace", organization, record, leaf.value);
  if (author?.ok !== true) return undefined;
  const role = authority.roleAt(author.value.user, index);
  return {
    record,
    recordHash: recordHashOf(suite, leaf.value.record, leaf.value.signature),
    serverTime: stamp.serverTime,
    isAllowed: role !== null && mayWrite(role),
  };
}

function isWriteOf({ record, recordHash }: ProvenWrite, asked: ReadItem, result: ReadResult): boolean {
  return (
    equalBytes(recordHash, result.recordHash) &&
    record.content.kind === "write" &&
    record.content.body.items.some(
      ({ manifest, baseVersion, contentHash }) =>
        equalBytes(manifest, asked.manifest) &&
        baseVersion + 1 === result.version &&
        equalBytes(contentHash, result.contentHash),
    )
  );
}

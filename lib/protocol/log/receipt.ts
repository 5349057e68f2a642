import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { type InstanceKey, isActiveAt, isRetiredBy } from "../checkpoint/ledger-state.ts";
import { array, bytesUpTo, type Infer, nullable, struct, uint } from "../codec/schema.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { verifyConsistency, verifyInclusion } from "../merkle/merkle-proof.ts";
import { leafHash } from "../merkle/tree-hash.ts";
import { mapProofSchema, verifyEntry } from "../prefix-map/map-proof.ts";
import { err, ok, type Result } from "../result.ts";
import { type Head, MAX_NOTE_BYTES, type NoteError, verifyNote } from "./head.ts";
import { hashSchema, instanceIdOf } from "./identifiers.ts";
import { encodeLeaf, encodeStamp, MAX_LEAF_BYTES, MAX_STAMP_BYTES, parseStamp, type Stamp } from "./leaf.ts";
import { type EntriesRead, provenEntriesSchema, readProven, verifyTogether } from "./proven-entries.ts";
import { EPOCHS_APPLIABLE, type Record, type SignedRecord } from "./record.ts";

/** Merkle paths of a tree of at most 2^53 leaves. */
export const pathSchema = array(hashSchema, 64);

/** One entry of a log's map with its proof; a null value is a proof of absence. */
export const provenEntrySchema = struct({
  key: [1, hashSchema],
  value: [2, nullable(bytesUpTo(256))],
  proof: [3, mapProofSchema],
});
export type ProvenEntry = Infer<typeof provenEntrySchema>;

/** A leaf's bytes with its place in a tree whose size and root the reader knows. */
export const provenLeafSchema = struct({
  leaf: [1, bytesUpTo(MAX_LEAF_BYTES)],
  index: [2, uint],
  inclusionPath: [3, pathSchema],
});
export type ProvenLeaf = Infer<typeof provenLeafSchema>;

/** What the server answers to a record that it appended. The leaf itself is rebuilt by the client from its own record. */
export const receiptSchema = struct({
  note: [1, bytesUpTo(MAX_NOTE_BYTES)],
  stamp: [2, bytesUpTo(MAX_STAMP_BYTES)],
  inclusionPath: [3, pathSchema],
  /** From the record's seenSize to the note's size; empty where seenSize is 0 or equal. */
  consistencyPath: [4, pathSchema],
  /** Entries that the answer rests on, proven under the stamp's map root; of an applied READ `authority` is one. */
  entries: [5, provenEntriesSchema],
});
export type Receipt = Infer<typeof receiptSchema>;

export type ReceiptError =
  | { readonly type: "ReceiptNoteInvalid"; readonly note: NoteError }
  | { readonly type: "ReceiptForAnotherLog" }
  | { readonly type: "ReceiptStampMalformed" }
  | {
      readonly type: "ReceiptStampOutOfBounds";
      readonly field: "index" | "epoch" | "organizationSize" | "results";
    }
  /** The note is by a key whose last epoch was over before the leaf was stamped. */
  | { readonly type: "ReceiptSignerRetired" }
  /** No registered instance of this id may sign the stamp's epoch. */
  | { readonly type: "ReceiptInstanceNotRegistered" }
  /** The first answer to a record comes from the instance that stamped it. */
  | { readonly type: "ReceiptStampedByAnother" }
  | { readonly type: "ReceiptLeafNotIncluded" }
  | { readonly type: "ReceiptNotConsistentWithSeen" }
  | { readonly type: "ReceiptEntryNotProven" };

export interface VerifiedReceipt extends EntriesRead {
  readonly head: Head;
  readonly note: Bytes;
  readonly stamp: Stamp;
  readonly leafHash: Bytes;
}

/** Check I1, and I2 against the head that the record itself names: `protocol` §7. */
export function verifyReceipt(
  suite: CryptoSuite,
  input: {
    /** The log's id: for a genesis it is not in the record. */
    readonly log: Bytes;
    readonly signed: SignedRecord;
    readonly record: Record;
    readonly receipt: Receipt;
    /** The instances of the deployment by the ledger, retired ones with them. */
    readonly registry: readonly InstanceKey[];
    /** False where the record was sent before: then another instance may have appended it. */
    readonly isFirstAnswer: boolean;
  },
): Result<VerifiedReceipt, ReceiptError> {
  const { log, signed, record, receipt } = input;
  const { registry } = input;
  const note = verifyNote(
    suite,
    receipt.note,
    registry.map(({ key }) => key),
  );
  if (!note.ok) return err({ type: "ReceiptNoteInvalid", note: note.error });
  const head = note.value;
  if (!equalBytes(head.log, log)) return err({ type: "ReceiptForAnotherLog" });
  const parsed = parseStamp(receipt.stamp);
  if (!parsed.ok || !equalBytes(encodeStamp(parsed.value), receipt.stamp))
    return err({ type: "ReceiptStampMalformed" });
  const stamp = parsed.value;
  const bounds = verifyStampBounds(record, stamp, head);
  if (!bounds.ok) return bounds;
  const instance = verifyInstance(suite, registry, stamp, note.value.instanceKey, input.isFirstAnswer);
  if (!instance.ok) return instance;
  const leaf = encodeLeaf({ ...signed, stamp: receipt.stamp });
  const { inclusionPath } = receipt;
  if (!isIncluded(suite, head, { leaf, index: stamp.index, inclusionPath }))
    return err({ type: "ReceiptLeafNotIncluded" });
  if (record.seenSize > 0) {
    const consistency = verifyConsistency(suite.sha256, {
      size1: BigInt(record.seenSize),
      size2: BigInt(head.size),
      root1: record.seenRoot,
      root2: head.root,
      path: receipt.consistencyPath,
    });
    if (!consistency.ok) return err({ type: "ReceiptNotConsistentWithSeen" });
  } else if (receipt.consistencyPath.length > 0) {
    return err({ type: "ReceiptNotConsistentWithSeen" });
  }
  const proven = verifyTogether(suite, stamp.mapRoot, receipt.entries);
  if (!proven) return err({ type: "ReceiptEntryNotProven" });
  return ok({ head, note: receipt.note, stamp, leafHash: leafHash(suite.sha256, leaf), ...proven });
}

/** Whether the leaf stands at its index under the head. */
export function isIncluded(suite: CryptoSuite, head: Head, proven: ProvenLeaf): boolean {
  return verifyInclusion(suite.sha256, {
    leafIndex: BigInt(proven.index),
    treeSize: BigInt(head.size),
    leafHash: leafHash(suite.sha256, proven.leaf),
    path: proven.inclusionPath,
    root: head.root,
  }).ok;
}

/** Entries each with a proof of its own under one map root; undefined if any proof fails. */
export function verifyEntries(
  suite: Pick<CryptoSuite, "sha256">,
  mapRoot: Bytes,
  entries: readonly ProvenEntry[],
): EntriesRead | undefined {
  for (const { key, value, proof } of entries) {
    const valueHash = value === null ? null : suite.sha256(value);
    if (!verifyEntry(suite.sha256, { root: mapRoot, key, valueHash, proof }).ok) return undefined;
  }
  return readProven(entries);
}

/**
 * Who stamped the leaf, and who signed the head above it: the head is younger than the leaf, so its signer's last
 * epoch is the leaf's or a later one.
 */
function verifyInstance(
  suite: CryptoSuite,
  registry: readonly InstanceKey[],
  { instance, epoch }: Stamp,
  signerKey: Bytes,
  isFirstAnswer: boolean,
): Result<null, ReceiptError> {
  const signer = registry.find(({ key }) => equalBytes(key, signerKey));
  if (!signer || isRetiredBy(signer, epoch)) return err({ type: "ReceiptSignerRetired" });
  const stamper = registry.find(({ key }) => equalBytes(instanceIdOf(suite, key), instance));
  if (!stamper || !isActiveAt(stamper, epoch)) return err({ type: "ReceiptInstanceNotRegistered" });
  return isFirstAnswer && stamper !== signer ? err({ type: "ReceiptStampedByAnother" }) : ok(null);
}

function verifyStampBounds(record: Record, stamp: Stamp, head: Head): Result<null, ReceiptError> {
  const outOfBounds = (field: "index" | "epoch" | "organizationSize" | "results") =>
    err({ type: "ReceiptStampOutOfBounds", field } as const);
  if (stamp.index < record.seenSize || stamp.index >= head.size) return outOfBounds("index");
  const isOpenEpoch = stamp.epoch > record.sealedEpoch;
  const isLate = stamp.epoch > record.sealedEpoch + EPOCHS_APPLIABLE;
  if (!isOpenEpoch || isLate !== (stamp.outcome === "expired")) return outOfBounds("epoch");
  if (stamp.organizationSize < record.seenOrganization[0]) return outOfBounds("organizationSize");
  const isAppliedRead = record.content.kind === "read" && stamp.outcome === "applied";
  return (stamp.results !== null) === isAppliedRead ? ok(null) : outOfBounds("results");
}

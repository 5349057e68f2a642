import type { Bytes } from "../bytes/bytes.ts";
import { epochRecordBytesMax } from "../checkpoint/epoch-record.ts";
import type { FormatError } from "../codec/cbor.ts";
import {
  array,
  bytes,
  bytesUpTo,
  codec,
  enumeration,
  type Infer,
  literal,
  nullable,
  struct,
  text,
  uint,
  variant,
} from "../codec/schema.ts";
import { MAX_NOTE_BYTES } from "../log/head.ts";
import { hashSchema, idSchema, keySchema, SIGNATURE_BYTES } from "../log/identifiers.ts";
import { readOpeningSchema, readResultSchema } from "../log/read.ts";
import { pathSchema, provenEntrySchema, provenLeafSchema } from "../log/receipt.ts";
import { MAX_READ_ITEMS, MAX_RECORD_BYTES } from "../log/record.ts";
import { signedRefusalSchema } from "../log/refusal.ts";
import { mapProofSchema } from "../prefix-map/map-proof.ts";
import type { Result } from "../result.ts";

/**
 * Evidence: signed bytes that show misbehaviour to a stranger, who needs nothing but the ledger anchor. Ids,
 * hashes and signatures only; no name, no content. This file is its form; what makes it convincing is in
 * `docs/spec/evidence.md`, implemented a second time in `lib/verifier`, which shares no code with this one.
 */

export const MAX_EVIDENCE_FILE_BYTES = 32 * 1024 * 1024;

const signedRecordSchema = struct({
  record: [1, bytesUpTo(MAX_RECORD_BYTES)],
  signature: [2, bytes(SIGNATURE_BYTES)],
});

const prefixProofSchema = struct({ prefixRoot: [1, hashSchema], path: [2, pathSchema] });
/** The root that a head has at a smaller size. */
export type PrefixProof = Infer<typeof prefixProofSchema>;

const epochSlotSchema = struct({
  epoch: [1, uint],
  noteBody: [2, bytesUpTo(MAX_NOTE_BYTES)],
  proof: [3, mapProofSchema],
});
/** A log's place in the tree of an epoch. */
export type EpochSlot = Infer<typeof epochSlotSchema>;

export const signedEpochRecordSchema = struct({
  record: [1, bytesUpTo(epochRecordBytesMax)],
  key: [2, keySchema],
  signature: [3, bytes(SIGNATURE_BYTES)],
});
export type SignedEpochRecord = Infer<typeof signedEpochRecordSchema>;

/** How somebody other than the accuser stands behind a head of a log. */
const voucherSchema = variant({
  /** A note signed by an instance that the ledger has registered. */
  note: [1, struct({ note: [1, bytesUpTo(MAX_NOTE_BYTES)] })],
  /** The log's slot in the tree of an epoch whose record the ledger holds. */
  slot: [2, epochSlotSchema],
  /** What the record of a leaf says it had seen, where that leaf is included in the other head. */
  seen: [3, struct({ leaf: [1, provenLeafSchema] })],
});
export type Voucher = Infer<typeof voucherSchema>;

const divergenceSchema = variant({
  /** `prefixRoot` is proven to be the longer head's root at the shorter one's size, and is another root. */
  prefix: [1, prefixProofSchema],
  /** Two leaves at one index, `a` in head a and `b` in head b. */
  leaves: [2, struct({ a: [1, provenLeafSchema], b: [2, provenLeafSchema] })],
  /** A leaf in head a whose stamp names an epoch not later than the slot's, at or beyond the size of slot b. */
  beyondSeal: [3, struct({ leaf: [1, provenLeafSchema] })],
});

const registrationSchema = struct({
  head: [1, voucherSchema],
  leaf: [2, provenLeafSchema],
  entries: [3, array(provenEntrySchema, 4)],
});
/** What the organization's log says after one of its leaves; entries are under that leaf's map root. */
export type Registration = Infer<typeof registrationSchema>;

/** A log's leaf with what is needed to judge it: the leaf before it and proven entries of the map in between. */
const leafInQuestionSchema = struct({
  head: [1, voucherSchema],
  leaf: [2, provenLeafSchema],
  /** Null at index 0. */
  before: [3, nullable(provenLeafSchema)],
  /** Under the map root of `before`. */
  entries: [4, array(provenEntrySchema, 1024)],
});
export type LeafInQuestion = Infer<typeof leafInQuestionSchema>;

const invalidLeafReasonSchema = enumeration({
  notCanonical: 1,
  badSignature: 2,
  foreignLog: 3,
  outOfStep: 4,
  seenNotTrue: 5,
  outcomeWrong: 6,
  expiredApplied: 7,
  unauthorised: 8,
  stampNotMonotone: 9,
  indexWrong: 10,
});
export type InvalidLeafReason = Infer<typeof invalidLeafReasonSchema>;

const claimSchema = variant({
  contradiction: [
    1,
    struct({ a: [1, voucherSchema], b: [2, voucherSchema], divergence: [3, divergenceSchema] }),
  ],
  /** A READ of a newest version whose next version had been written before it. */
  staleRead: [
    2,
    struct({
      head: [1, voucherSchema],
      read: [2, provenLeafSchema],
      opening: [3, readOpeningSchema],
      results: [4, array(readResultSchema, MAX_READ_ITEMS)],
      item: [5, uint],
      /** A later leaf of the same head, under whose map root `entry` is proven. */
      later: [6, provenLeafSchema],
      entry: [7, provenEntrySchema],
    }),
  ],
  mapLie: [3, leafInQuestionSchema],
  invalidLeaf: [
    4,
    struct({
      question: [1, leafInQuestionSchema],
      reason: [2, invalidLeafReasonSchema],
      /** The author's registration: leaf `organizationSize - 1` of the organization's log, and entries under its map root. */
      organization: [3, nullable(registrationSchema)],
      /** For `seenNotTrue`: the root that the head has at the leaf's seenSize, and its path. */
      prefix: [4, nullable(prefixProofSchema)],
    }),
  ],
  /** A log that had a slot in an epoch and has none in a later one. */
  missingSlot: [
    5,
    struct({
      earlier: [1, epochSlotSchema],
      later: [2, struct({ epoch: [1, uint], proof: [2, mapProofSchema] })],
    }),
  ],
  /** Two records of one epoch, each signed by a registered instance; `b` may be the anchored one without signature. */
  twoEpochRecords: [
    6,
    struct({ a: [1, signedEpochRecordSchema], b: [2, nullable(signedEpochRecordSchema)] }),
  ],
  /** A signed refusal that the log, as the refusal's own head has it, contradicts. */
  refusalContradicted: [
    7,
    struct({
      refusal: [1, signedRefusalSchema],
      record: [2, signedRecordSchema],
      /** Last leaf of the refusal's head, with the device's entry (and for a workspace the organization's) under its map root. */
      last: [3, provenLeafSchema],
      entries: [4, array(provenEntrySchema, 4)],
      organization: [5, nullable(registrationSchema)],
      /** From the record's seenSize to the refusal's head. */
      consistencyPath: [6, pathSchema],
    }),
  ],
  /** Liveness: the ledger goes on, and this epoch is not on it. */
  overdueEpoch: [8, struct({ epoch: [1, uint], graceMs: [2, uint] })],
});
export type Claim = Infer<typeof claimSchema>;
export type EvidenceKind = Claim["kind"];

/** Where the verifier's trust starts. A stranger compares it with an anchor from a source of his own. */
const anchorSchema = struct({
  chainId: [1, text(50)],
  height: [2, uint],
  headerHash: [3, hashSchema],
  deployment: [4, hashSchema],
});
export type EvidenceAnchor = Infer<typeof anchorSchema>;

const evidenceSchema = struct({
  v: [1, literal(1)],
  anchor: [2, anchorSchema],
  /** Ledger bundles (`docs/spec/ledger.md`), each with light blocks from the anchor's height on. */
  ledger: [3, array(bytesUpTo(8 * 1024 * 1024), 4)],
  organization: [4, hashSchema],
  /** The log accused; zeros where the claim is about the deployment as a whole. */
  log: [5, hashSchema],
  claim: [6, claimSchema],
  /** Whose device made this file; of no weight in the proof. */
  reporter: [7, nullable(idSchema)],
  /**
   * First record of `log`, whose hash the log's id is: it proves what kind of log this is and of which organization.
   * Without it a claim may rest on no organization's log, since anybody could bring the log of another one.
   */
  genesis: [8, nullable(signedRecordSchema)],
});
export type Evidence = Infer<typeof evidenceSchema>;

/** Safety: proves a lie. Liveness: proves only that something due has not happened. */
export function evidenceClass(kind: EvidenceKind): "safety" | "liveness" {
  return kind === "overdueEpoch" ? "liveness" : "safety";
}

const evidenceCodec = codec(evidenceSchema, MAX_EVIDENCE_FILE_BYTES);

export function encodeEvidence(evidence: Evidence): Bytes {
  return evidenceCodec.encode(evidence);
}

export function parseEvidence(encoded: Bytes): Result<Evidence, FormatError> {
  return evidenceCodec.decode(encoded);
}

import { epochSealSchema } from "#protocol/checkpoint/epoch-seal.ts";
import {
  array,
  boolean,
  bytes,
  bytesUpTo,
  enumeration,
  type Infer,
  integer,
  nullable,
  struct,
  text,
  timeMs,
  uint,
} from "#protocol/codec/schema.ts";
import { lightBlockSchema } from "#protocol/comet/light-block-schema.ts";
import { MAX_EVIDENCE_FILE_BYTES, signedEpochRecordSchema } from "#protocol/evidence/evidence.ts";
import { MAX_NOTE_BYTES } from "#protocol/log/head.ts";
import { hashSchema, idSchema, SIGNATURE_BYTES } from "#protocol/log/identifiers.ts";
import { MAX_LEAF_BYTES } from "#protocol/log/leaf.ts";
import { pathSchema } from "#protocol/log/receipt.ts";
import { MAX_RECORD_BYTES } from "#protocol/log/record.ts";
import { signedRefusalSchema } from "#protocol/log/refusal.ts";
import { replayPartSchema } from "#protocol/log/replay-part.ts";
import { mapProofSchema } from "#protocol/prefix-map/map-proof.ts";
import { checkSchema, rowVersion } from "../journal/row-schemas.ts";
import { createTable } from "../storage/sealed-rows.ts";

const slotSchema = struct({
  epoch: [1, uint],
  note: [2, bytesUpTo(MAX_NOTE_BYTES)],
  proof: [3, mapProofSchema],
});
export type Slot = Infer<typeof slotSchema>;

const checkpointRowSchema = struct({
  v: [0, rowVersion],
  slot: [1, slotSchema],
  size: [2, uint],
  root: [3, hashSchema],
  /** Newest epoch leaf's number: from there to the slot's epoch the log had this very checkpoint. */
  closedEpoch: [4, uint],
  /** The checkpoint's last leaf, kept since it proves a later, shorter checkpoint false. */
  epochLeaf: [5, bytesUpTo(MAX_LEAF_BYTES)],
  inclusionPath: [6, pathSchema],
});
export type CheckpointRow = Infer<typeof checkpointRowSchema>;

const replayedSchema = struct({
  size: [1, uint],
  root: [2, hashSchema],
  /** Of the checkpoint that these leaves are proven to be the beginning of. */
  sealedRoot: [3, hashSchema],
});
export type Replayed = Infer<typeof replayedSchema>;

const progressRowSchema = struct({
  v: [0, rowVersion],
  /** Periods before this one were before this device's time in the log. */
  fromEpoch: [1, uint],
  /** Whether the log did not exist before `fromEpoch`. */
  isFromBirth: [2, boolean],
  /** Newest epoch in which all checks passed. */
  verifiedEpoch: [3, uint],
  /** Of the log's checkpoint in that epoch. It is kept, or nothing of this row counts. */
  verifiedRoot: [4, hashSchema],
  /** Newest period of which the journal does not know every record of this device; null for none. */
  incompleteThrough: [5, nullable(uint)],
  checkedAt: [6, timeMs],
  /** Leaves that went through a full replay without a fault; null before the first. */
  replayed: [7, nullable(replayedSchema)],
  /** The replay ends there, since this device has no room for more. */
  isReplayFull: [8, boolean],
});
export type ProgressRow = Infer<typeof progressRowSchema>;

const refusedRecordSchema = struct({
  refusal: [1, signedRefusalSchema],
  record: [2, bytesUpTo(MAX_RECORD_BYTES)],
  signature: [3, bytes(SIGNATURE_BYTES)],
});
export type RefusedRecord = Infer<typeof refusedRecordSchema>;

export const MAX_FAULT_NOTES = 16;

const faultRowSchema = struct({
  v: [0, rowVersion],
  log: [1, hashSchema],
  check: [2, checkSchema],
  detail: [3, text(500)],
  /** Null where it showed in an operation and not in a seal. */
  epoch: [4, nullable(uint)],
  since: [5, timeMs],
  attempts: [6, uint],
  nextAttemptAt: [7, timeMs],
  /** Signed notes at odds with what this device had accepted, exactly as they came: the first ones and the newest. */
  notes: [8, array(bytesUpTo(MAX_NOTE_BYTES), MAX_FAULT_NOTES)],
  /** The log's slot in the epoch's tree as it was shown. */
  slot: [9, nullable(slotSchema)],
  /** Only a replay of the whole log takes it back. */
  needsReplay: [10, boolean],
  /** Newest sealed epoch when it last showed in an operation, else -1: a later seal must pass before it is taken back. */
  foundAfterEpoch: [11, integer(-1, Number.MAX_SAFE_INTEGER)],
  /** It stands until the log has shown that it is true. */
  refused: [12, nullable(refusedRecordSchema)],
  /** Signed, and not the anchored record of its epoch. It stands for good. */
  rival: [13, nullable(signedEpochRecordSchema)],
});
export type FaultRow = Infer<typeof faultRowSchema>;

const accusedSchema = enumeration({
  instance: 1,
  deployment: 2,
  device: 3,
  validators: 4,
  liveness: 5,
});
export type Accused = Infer<typeof accusedSchema>;

const findingRowSchema = struct({
  v: [0, rowVersion],
  id: [1, idSchema],
  kind: [2, text(40)],
  accused: [3, accusedSchema],
  /** Null where it is about the deployment as a whole. */
  log: [4, nullable(hashSchema)],
  epoch: [5, nullable(uint)],
  foundAt: [6, timeMs],
});
export type FindingRow = Infer<typeof findingRowSchema>;

const blockRowSchema = struct({ v: [0, rowVersion], block: [1, lightBlockSchema] });
export type BlockRow = Infer<typeof blockRowSchema>;

const anchorRowSchema = struct({ v: [0, rowVersion], height: [1, uint], headerHash: [2, hashSchema] });

const statementRowSchema = struct({
  v: [0, rowVersion],
  /** Height of the header under which it is proven. */
  height: [1, uint],
  firstEpoch: [2, uint],
  lastEpoch: [3, uint],
  /** An encoded ledger bundle without light blocks. */
  statement: [4, bytesUpTo(3 * 1024 * 1024)],
});
export type StatementRow = Infer<typeof statementRowSchema>;

const reportRowSchema = struct({
  v: [0, rowVersion],
  reasons: [
    1,
    array(
      struct({
        code: [1, checkSchema],
        state: [2, enumeration({ stale: 1, suspect: 2 })],
        /** Hex; null where it is about the deployment as a whole. */
        workspace: [3, nullable(text(64))],
        since: [4, timeMs],
        detail: [5, text(200)],
      }),
      1000,
    ),
  ],
  /** When server and ledger last answered all that was asked; null if they never did. */
  completedAt: [2, nullable(timeMs)],
});
export type ReportRow = Infer<typeof reportRowSchema>;
export type LivenessReason = ReportRow["reasons"][number];

const sealRowSchema = struct({
  v: [0, rowVersion],
  epoch: [1, uint],
  /** Its record is the anchored one, and each signature is valid. */
  seal: [2, epochSealSchema],
  /** An instance that should have signed did not. */
  isMissed: [3, boolean],
});
export type SealRow = Infer<typeof sealRowSchema>;

const genesisRowSchema = struct({
  v: [0, rowVersion],
  record: [1, bytesUpTo(MAX_RECORD_BYTES)],
  signature: [2, bytes(SIGNATURE_BYTES)],
});
export type GenesisRow = Infer<typeof genesisRowSchema>;

/** [log, epoch]: checkpoints that passed E3 and E4, one for each time the log had grown. */
export const CHECKPOINTS = createTable("audit-checkpoint", checkpointRowSchema, MAX_LEAF_BYTES + 64 * 1024);
/** [log] */
export const PROGRESS = createTable("audit-progress", progressRowSchema, 512);
/** [log] */
export const FAULTS = createTable("audit-fault", faultRowSchema, MAX_RECORD_BYTES + 64 * 1024);
/** [id] */
export const FINDINGS = createTable("audit-finding", findingRowSchema, 1024);
/** [id]: encoded evidence. */
export const EVIDENCE = createTable(
  "audit-evidence",
  bytesUpTo(MAX_EVIDENCE_FILE_BYTES),
  MAX_EVIDENCE_FILE_BYTES + 16,
);
/** [log]: its first record, whose hash the log's id is. */
export const GENESES = createTable("audit-genesis", genesisRowSchema, MAX_RECORD_BYTES + 128);
/** [epoch]: what instances signed of the epochs looked at last. */
export const SEALS = createTable("audit-seal", sealRowSchema, 16 * 1024);
/** [log, index of its first leaf]: what a replay has taken in, and need not take in again. */
export const REPLAY_PARTS = createTable("audit-replay", replayPartSchema, 16 * 1024 * 1024);
/** [height] */
export const BLOCKS = createTable("audit-block", blockRowSchema, 512 * 1024);
/** [height]: anchors that this device was given, and whose block it keeps. */
export const ANCHORS = createTable("audit-anchor", anchorRowSchema, 256);
/** [last epoch] */
export const STATEMENTS = createTable("audit-statement", statementRowSchema, 4 * 1024 * 1024);
/** []: what the newest round said of liveness. */
export const REPORT = createTable("audit-report", reportRowSchema, 512 * 1024);

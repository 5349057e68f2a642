import {
  array,
  boolean,
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
import { MAX_NOTE_BYTES } from "#protocol/log/head.ts";
import { hashSchema, SIGNATURE_BYTES } from "#protocol/log/identifiers.ts";
import { MAX_MAP_VALUE_BYTES } from "#protocol/log/map-entry.ts";
import { readOpeningSchema, readResultSchema } from "#protocol/log/read.ts";
import { receiptSchema } from "#protocol/log/receipt.ts";
import { MAX_READ_ITEMS, MAX_RECORD_BYTES } from "#protocol/log/record.ts";
import { createTable } from "../storage/sealed-rows.ts";
import { checkSchema, rowVersion } from "./row-schemas.ts";

const headRowSchema = struct({
  size: [1, uint],
  root: [2, hashSchema],
  /** Signed by an instance, exactly as it came. */
  note: [3, bytesUpTo(MAX_NOTE_BYTES)],
});
export type HeadRow = Infer<typeof headRowSchema>;

const ownEntrySchema = struct({
  seq: [1, uint],
  recordHash: [2, hashSchema],
  index: [3, uint],
});
export type OwnEntry = Infer<typeof ownEntrySchema>;

const suspicionSchema = struct({
  check: [1, checkSchema],
  detail: [2, text(500)],
  since: [3, timeMs],
});
export type Suspicion = Infer<typeof suspicionSchema>;

const logRowSchema = struct({
  v: [0, rowVersion],
  /** Newest verified head; null before the first. */
  head: [1, nullable(headRowSchema)],
  /** This device's newest record that has a receipt, as the log's map has it. */
  own: [2, nullable(ownEntrySchema)],
  /** False once an entry turned up that this journal knows nothing of: checks before it can only be partial. */
  isComplete: [3, boolean],
  /** A failed check; writes wait until it is cleared. */
  suspicion: [4, nullable(suspicionSchema)],
  nextOrder: [5, uint],
  /** At the newest read: the log's size, and how many authority records below it are in this device's list, all of them. */
  authority: [6, struct({ size: [1, uint], count: [2, uint] })],
});
export type LogRow = Infer<typeof logRowSchema>;

const operationStateSchema = enumeration({
  prepared: 1,
  receipted: 2,
  sealed: 3,
  verified: 4,
  refused: 5,
  abandoned: 6,
  contradicted: 7,
});
export type OperationState = Infer<typeof operationStateSchema>;

const operationRowSchema = struct({
  v: [0, rowVersion],
  /** Counts this device's operations in this log, abandoned ones included. */
  order: [1, uint],
  record: [2, bytesUpTo(MAX_RECORD_BYTES)],
  signature: [3, bytesUpTo(SIGNATURE_BYTES)],
  state: [4, operationStateSchema],
  preparedAt: [5, timeMs],
  /** Of a READ. */
  opening: [6, nullable(readOpeningSchema)],
  /** Of an applied READ whose results match its stamp. */
  results: [7, nullable(array(readResultSchema, MAX_READ_ITEMS))],
  /** Without proven entries: note, stamp and paths are what stays evidence. */
  receipt: [8, nullable(receiptSchema)],
  /** Of the stamp. */
  epoch: [9, nullable(uint)],
  /** Names of what it was about, for people. */
  subjects: [10, array(text(255), 8)],
  /** Orders of the intents that it carries out: they are done when it is applied, and only then. */
  intents: [11, array(uint, 256)],
});
export type OperationRow = Infer<typeof operationRowSchema>;

const seenRowSchema = struct({
  v: [0, rowVersion],
  value: [1, bytesUpTo(MAX_MAP_VALUE_BYTES)],
  since: [2, uint],
  until: [3, uint],
});

const mirrorStartSchema = struct({
  v: [0, rowVersion],
  /** The tree of this size is known by its peaks alone. */
  size: [1, uint],
  peaks: [2, array(hashSchema, 64)],
  /** Leaf hashes kept from `size` on. */
  count: [3, uint],
});
export type MirrorStart = Infer<typeof mirrorStartSchema>;

const epochRowSchema = struct({
  v: [0, rowVersion],
  epoch: [1, uint],
  record: [2, bytesUpTo(256)],
  hash: [3, hashSchema],
  height: [4, uint],
  seconds: [5, uint],
});
export type EpochRow = Infer<typeof epochRowSchema>;

const ledgerRowSchema = struct({
  v: [0, rowVersion],
  chainId: [1, text(50)],
  deployment: [2, hashSchema],
  /** The light block trusted last, and its header's hash. */
  lightBlock: [3, bytesUpTo(512 * 1024)],
  headerHash: [4, hashSchema],
  height: [5, uint],
  /** What the newest bundle proved of the deployment. */
  sealedEpoch: [6, integer(-1, Number.MAX_SAFE_INTEGER)],
  sealedHash: [7, hashSchema],
});
export type LedgerRow = Infer<typeof ledgerRowSchema>;

/** Epochs sealed while this device's trust ran out, and taken on the word of a newer anchor. */
const trustGapRowSchema = struct({ v: [0, rowVersion], fromEpoch: [1, uint], throughEpoch: [2, uint] });
export type TrustGapRow = Infer<typeof trustGapRowSchema>;

/** [log] */
export const LOGS = createTable("log", logRowSchema, 4096);
/** [log, order]: prepared. Few at any time, and looked for before each operation. */
export const PREPARED_OPERATIONS = createTable("prepared", operationRowSchema, 512 * 1024);
/** [log, order]: receipted, sealed. */
export const OPEN_OPERATIONS = createTable("open", operationRowSchema, 512 * 1024);
/** [log, epoch + 1 or 0, order]: verified, refused, abandoned, contradicted. */
export const CLOSED_OPERATIONS = createTable("closed", operationRowSchema, 512 * 1024);
/** [log]: the verified operation with the highest index. */
export const LAST_VERIFIED = createTable("last", operationRowSchema, 512 * 1024);
/** [log, size, root] */
export const HEADS = createTable("head", headRowSchema, 1024);
/** [log, key of its map] */
export const SEEN = createTable("seen", seenRowSchema, 512);
/** [log] */
export const MIRRORS = createTable("mirror", mirrorStartSchema, 4096);
/** [log, chunk]: leaf hashes, one after the other. */
export const MIRROR_CHUNKS = createTable("leaves", bytesUpTo(512 * 32), 20_000);
/** [epoch] */
export const EPOCHS = createTable("epoch", epochRowSchema, 1024);
/** [] */
export const LEDGER = createTable("ledger", ledgerRowSchema, 600 * 1024);
/** [first epoch] */
export const TRUST_GAPS = createTable("trust-gap", trustGapRowSchema, 64);

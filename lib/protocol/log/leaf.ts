import type { Bytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import {
  bytesUpTo,
  codec,
  enumeration,
  type Infer,
  nullable,
  struct,
  timeMs,
  tuple,
  uint,
} from "../codec/schema.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { leafHash } from "../merkle/tree-hash.ts";
import { ok, type Result } from "../result.ts";
import { hashSchema, idSchema, SIGNATURE_BYTES } from "./identifiers.ts";
import { MAX_RECORD_BYTES } from "./record.ts";

/** What an authentic record led to. Every authentic record is appended; only `applied` changes more than the author's entry. */
const outcomeSchema = enumeration({ applied: 1, conflict: 2, expired: 3, denied: 4, staleKey: 5 });
export type Outcome = Infer<typeof outcomeSchema>;

/** What the server adds to a record when it appends it. */
const stampSchema = struct({
  index: [1, uint],
  /** Never decreasing within a log. */
  serverTime: [2, timeMs],
  instance: [3, idSchema],
  /** The deployment's open epoch at commit. */
  epoch: [4, uint],
  /** The record is authorised by the organization's state at exactly this size of its log. */
  organizationSize: [5, uint],
  /** Root of the log's prefix map after this leaf. */
  mapRoot: [6, hashSchema],
  outcome: [7, outcomeSchema],
  /** Hash of a read's results; null for every other kind. */
  results: [8, nullable(hashSchema)],
});
export type Stamp = Infer<typeof stampSchema>;

export const MAX_STAMP_BYTES = 512;
export const MAX_LEAF_BYTES = MAX_RECORD_BYTES + SIGNATURE_BYTES + MAX_STAMP_BYTES + 16;

const stampCodec = codec(stampSchema, MAX_STAMP_BYTES);
const leafCodec = codec(
  tuple(bytesUpTo(MAX_RECORD_BYTES), bytesUpTo(SIGNATURE_BYTES), bytesUpTo(MAX_STAMP_BYTES)),
  MAX_LEAF_BYTES,
);

/** The three byte strings of one leaf; `signature` is empty for the server's own epoch leaf. */
export interface Leaf {
  readonly record: Bytes;
  readonly signature: Bytes;
  readonly stamp: Bytes;
}

export function encodeStamp(stamp: Stamp): Bytes {
  return stampCodec.encode(stamp);
}

export function parseStamp(encoded: Bytes): Result<Stamp, FormatError> {
  return stampCodec.decode(encoded);
}

export function encodeLeaf(leaf: Leaf): Bytes {
  return leafCodec.encode([leaf.record, leaf.signature, leaf.stamp]);
}

export function parseLeaf(encoded: Bytes): Result<Leaf, FormatError> {
  const parsed = leafCodec.decode(encoded);
  if (!parsed.ok) return parsed;
  const [record, signature, stamp] = parsed.value;
  return ok({ record, signature, stamp });
}

/** RFC 9162 §2.1.1: SHA-256(0x00 ‖ leaf). */
export function leafHashOf(suite: Pick<CryptoSuite, "sha256">, leaf: Leaf): Bytes {
  return leafHash(suite.sha256, encodeLeaf(leaf));
}

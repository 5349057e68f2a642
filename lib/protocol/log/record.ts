import type { Bytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import {
  array,
  boolean,
  bytesUpTo,
  codec,
  enumeration,
  type Infer,
  integer,
  literal,
  nullable,
  struct,
  text,
  timeMs,
  tuple,
  uint,
  variant,
} from "../codec/schema.ts";
import { signInContext, verifyInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { Result } from "../result.ts";
import { hashSchema, idSchema, keySchema } from "./identifiers.ts";

/**
 * Everything anyone does is a record, signed by one device (the first three of an organization: by its root
 * key) and appended to one log. A record names the newest head its author had verified (`seen…`), so each
 * one also acknowledges the history before it; `seq` and `prev` chain the records of one author in one log.
 */

export const MAX_RECORD_BYTES = 64 * 1024;
export const MAX_WRITE_ITEMS = 256;
export const MAX_READ_ITEMS = 256;
const MAX_MEMBERS = 512;
/** A record may be applied in epochs up to `sealedEpoch + EPOCHS_APPLIABLE`: a held-back one expires. */
export const EPOCHS_APPLIABLE = 3;

export const roleSchema = enumeration({ reader: 1, contributor: 2, manager: 3, owner: 4 });
export type Role = Infer<typeof roleSchema>;

export const profileSchema = enumeration({ administrator: 1, standard: 2, outsider: 3 });
export type Profile = Infer<typeof profileSchema>;

const writeItemSchema = struct({
  manifest: [1, idSchema],
  /** 0 and zeros for the first version. */
  baseVersion: [2, uint],
  baseRecord: [3, hashSchema],
  /** SHA-256 of the manifest's ciphertext; zeros for a tombstone. */
  contentHash: [4, hashSchema],
  sizeBytes: [5, uint],
  keyIndex: [6, uint],
  tombstone: [7, boolean],
});
export type WriteItem = Infer<typeof writeItemSchema>;

const guardSchema = struct({ manifest: [1, idSchema], version: [2, uint] });

const sealedRingSchema = struct({ user: [1, idSchema], ringHash: [2, hashSchema] });

const contentSchema = variant({
  // In an organization's log.
  organizationGenesis: [
    1,
    struct({ rootKey: [1, keySchema], deployment: [2, hashSchema], nameHash: [3, hashSchema] }),
  ],
  user: [
    2,
    struct({
      user: [1, idSchema],
      boxKey: [2, keySchema],
      profile: [3, profileSchema],
      profileHash: [4, hashSchema],
    }),
  ],
  device: [3, struct({ user: [1, idSchema], verifyKey: [2, keySchema], labelHash: [3, hashSchema] })],
  profile: [4, struct({ user: [1, idSchema], profileHash: [2, hashSchema] })],
  workspace: [5, struct({ workspace: [1, hashSchema] })],
  anchor: [6, struct({ chainId: [1, text(50)], height: [2, uint], headerHash: [3, hashSchema] })],
  recover: [
    7,
    struct({
      user: [1, idSchema],
      verifyKey: [2, keySchema],
      boxKey: [3, keySchema],
      labelHash: [4, hashSchema],
    }),
  ],
  // In a workspace's log.
  workspaceGenesis: [
    20,
    struct({
      organization: [1, hashSchema],
      owner: [2, idSchema],
      nonce: [3, idSchema],
      /** Commitment of key 0 and the hash of the creator's sealed ring. */
      keyCommitment: [4, hashSchema],
      ringHash: [5, hashSchema],
    }),
  ],
  write: [
    21,
    struct({
      items: [1, array(writeItemSchema, MAX_WRITE_ITEMS)],
      guards: [2, array(guardSchema, MAX_WRITE_ITEMS)],
    }),
  ],
  read: [22, struct({ count: [1, integer(1, MAX_READ_ITEMS)], request: [2, hashSchema] })],
  name: [23, struct({ keyIndex: [1, uint], ciphertext: [2, bytesUpTo(1024)] })],
  role: [
    24,
    struct({ user: [1, idSchema], role: [2, nullable(roleSchema)], ringHash: [3, nullable(hashSchema)] }),
  ],
  rotation: [
    25,
    struct({
      keyIndex: [1, uint],
      keyCommitment: [2, hashSchema],
      rings: [3, array(sealedRingSchema, MAX_MEMBERS)],
    }),
  ],
  ack: [26, struct({})],
  audit: [27, struct({ epoch: [1, uint], operations: [2, uint] })],
  resolve: [28, struct({ evidenceHash: [1, hashSchema], checkpointHash: [2, hashSchema] })],
});
export type RecordContent = Infer<typeof contentSchema>;
export type RecordKind = RecordContent["kind"];
export type BodyOf<K extends RecordKind> = Extract<RecordContent, { readonly kind: K }>["body"];

const recordSchema = struct({
  v: [1, literal(1)],
  /** Zeros inside a genesis. */
  log: [2, hashSchema],
  device: [3, idSchema],
  /** Random, drawn at every unlock. */
  incarnation: [4, idSchema],
  /** One more than this device's entry in the log's map; 0 and zeros if it has none. */
  seq: [5, uint],
  prev: [6, hashSchema],
  /** Newest head of this log that the device had verified; 0 and zeros before the first. */
  seenSize: [7, uint],
  seenRoot: [8, hashSchema],
  /** The same for the organization's log; 0 and zeros in the organization's own log. */
  seenOrganization: [9, tuple(uint, hashSchema)],
  /** Newest epoch record that the device had verified on the ledger; -1 and zeros before the first. */
  sealedEpoch: [10, integer(-1, Number.MAX_SAFE_INTEGER)],
  sealedHash: [11, hashSchema],
  clientTime: [12, timeMs],
  content: [13, contentSchema],
});
export type Record = Infer<typeof recordSchema>;

/** A record's exact bytes with the signature over them: what is sent, stored and hashed. */
export interface SignedRecord {
  readonly record: Bytes;
  readonly signature: Bytes;
}

/** The server's own record closes an epoch in a log. It is vouched for by signed heads above it, by nothing else. */
const epochLeafSchema = struct({
  v: [1, literal(1)],
  log: [2, hashSchema],
  content: [
    13,
    variant({
      epoch: [
        40,
        struct({
          epoch: [1, uint],
          ledgerHeight: [2, uint],
          ledgerHash: [3, hashSchema],
          /** Size and root of the organization's checkpoint of this epoch; 0 and zeros in the organization's own log. */
          organization: [4, tuple(uint, hashSchema)],
        }),
      ],
    }),
  ],
});
export type EpochLeafRecord = Infer<typeof epochLeafSchema>;

const recordCodec = codec(recordSchema, MAX_RECORD_BYTES);
const epochLeafCodec = codec(epochLeafSchema, MAX_RECORD_BYTES);

export function encodeRecord(record: Record): Bytes {
  return recordCodec.encode(record);
}

export function parseRecord(encoded: Bytes): Result<Record, FormatError> {
  return recordCodec.decode(encoded);
}

export function encodeEpochLeafRecord(record: EpochLeafRecord): Bytes {
  return epochLeafCodec.encode(record);
}

export function parseEpochLeafRecord(encoded: Bytes): Result<EpochLeafRecord, FormatError> {
  return epochLeafCodec.decode(encoded);
}

/** Signs with an Ed25519 seed of 32 bytes under the context "record". */
export function signRecord(suite: CryptoSuite, record: Record, secretKey: Bytes): SignedRecord {
  const encoded = encodeRecord(record);
  return { record: encoded, signature: signInContext(suite, "record", encoded, secretKey) };
}

export function verifyRecordSignature(suite: CryptoSuite, signed: SignedRecord, verifyKey: Bytes): boolean {
  return verifyInContext(suite, "record", signed.record, signed.signature, verifyKey);
}

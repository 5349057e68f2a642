import type { Bytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import { bytes, codec, type Infer, literal, struct, uint } from "../codec/schema.ts";
import { hashInContext, signInContext, verifyInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { Result } from "../result.ts";

const MAX_EPOCH_RECORD_BYTES = 128;

/** One epoch of one deployment as the ledger records it: `root` is the root of its epoch tree. */
const epochRecordSchema = struct({
  v: [0, literal(1)],
  /** Deployment id. */
  deployment: [1, bytes(32)],
  epoch: [2, uint],
  /** `epochRecordHash` of the epoch before; 32 zero bytes in epoch 0. */
  previous: [3, bytes(32)],
  root: [4, bytes(32)],
});

export type EpochRecord = Infer<typeof epochRecordSchema>;

const epochRecordCodec = codec(epochRecordSchema, MAX_EPOCH_RECORD_BYTES);

export const epochRecordBytesMax = MAX_EPOCH_RECORD_BYTES;

export function encodeEpochRecord(record: EpochRecord): Bytes {
  return epochRecordCodec.encode(record);
}

export function parseEpochRecord(recordBytes: Bytes): Result<EpochRecord, FormatError> {
  return epochRecordCodec.decode(recordBytes);
}

/** The link from one epoch record to the next, and the ledger's `head` of a deployment. */
export function epochRecordHash(suite: Pick<CryptoSuite, "sha256">, recordBytes: Bytes): Bytes {
  return hashInContext(suite, "epoch-record-hash", recordBytes);
}

/** An instance's signature over the exact bytes of an epoch record (context `epoch`). */
export function signEpochRecord(suite: CryptoSuite, recordBytes: Bytes, instanceSecretKey: Bytes): Bytes {
  return signInContext(suite, "epoch", recordBytes, instanceSecretKey);
}

export function verifyEpochSignature(
  suite: CryptoSuite,
  recordBytes: Bytes,
  signature: Bytes,
  instanceKey: Bytes,
): boolean {
  return verifyInContext(suite, "epoch", recordBytes, signature, instanceKey);
}

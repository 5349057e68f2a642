import type { Bytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import { bytes, bytesUpTo, codec, type Infer, struct } from "../codec/schema.ts";
import type { Result } from "../result.ts";
import { MAX_FORCED_RECORD_BYTES } from "./limits.ts";

/** The content of a FORCE claim: a record as its device signed it. */
const forcedRecordSchema = struct({
  record: [0, bytesUpTo(MAX_FORCED_RECORD_BYTES)],
  signature: [1, bytes(64)],
});

export type ForcedRecord = Infer<typeof forcedRecordSchema>;

const forcedRecordCodec = codec(forcedRecordSchema, MAX_FORCED_RECORD_BYTES + 128);

export function encodeForcedRecord(forced: ForcedRecord): Bytes {
  return forcedRecordCodec.encode(forced);
}

export function parseForcedRecord(content: Bytes): Result<ForcedRecord, FormatError> {
  return forcedRecordCodec.decode(content);
}

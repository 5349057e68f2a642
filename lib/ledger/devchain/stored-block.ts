import type { Bytes } from "#protocol/bytes/bytes.ts";
import { MAX_TRANSACTION_BYTES } from "#protocol/checkpoint/limits.ts";
import { array, bytesUpTo, codec, type Infer, literal, struct } from "#protocol/codec/schema.ts";
import { lightBlockSchema } from "#protocol/comet/light-block-schema.ts";
import { unwrap } from "#protocol/result.ts";

/** A committed block as the block file holds it. */
const storedBlockSchema = struct({
  v: [0, literal(1)],
  lightBlock: [1, lightBlockSchema],
  transactions: [2, array(bytesUpTo(MAX_TRANSACTION_BYTES), 100_000)],
});

export type StoredBlock = Infer<typeof storedBlockSchema>;

const storedBlockCodec = codec(storedBlockSchema, 64 * 1024 * 1024);

export const encodeStoredBlock = storedBlockCodec.encode;

/** Bytes that this process or an earlier one wrote and that match their checksum: anything else is a bug. */
export function decodeStoredBlock(stored: Bytes): StoredBlock {
  return unwrap(storedBlockCodec.decode(stored));
}

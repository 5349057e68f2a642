import type { Bytes } from "../bytes/bytes.ts";
import { array, codec, enumeration, type Infer, nullable, struct, uint } from "../codec/schema.ts";
import { hashInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { hashSchema, idSchema } from "./identifiers.ts";
import { MAX_READ_ITEMS } from "./record.ts";

/** What a READ asks for and what it got. Both travel beside the record; the leaf holds only their salted hashes. */
const readItemSchema = struct({
  manifest: [1, idSchema],
  /** Null asks for the newest version. */
  version: [2, nullable(uint)],
});
export type ReadItem = Infer<typeof readItemSchema>;

export const readOpeningSchema = struct({
  nonce: [1, idSchema],
  items: [2, array(readItemSchema, MAX_READ_ITEMS)],
});
export type ReadOpening = Infer<typeof readOpeningSchema>;

export const readResultSchema = struct({
  status: [1, enumeration({ found: 1, deleted: 2, absent: 3 })],
  /** 0 and zeros where absent. A deleted manifest's newest version is its tombstone, whose contentHash is zeros. */
  version: [2, uint],
  writeIndex: [3, uint],
  recordHash: [4, hashSchema],
  contentHash: [5, hashSchema],
});
export type ReadResult = Infer<typeof readResultSchema>;

const itemsCodec = codec(array(readItemSchema, MAX_READ_ITEMS), 32 * 1024);
const resultsCodec = codec(array(readResultSchema, MAX_READ_ITEMS), 64 * 1024);

/** SHA-256(ctx ‖ nonce ‖ items): the `request` of a READ record's body. */
export function readRequestHash(suite: Pick<CryptoSuite, "sha256">, opening: ReadOpening): Bytes {
  return hashInContext(suite, "read-request", opening.nonce, itemsCodec.encode(opening.items));
}

/** SHA-256(ctx ‖ nonce ‖ results): the `results` of its stamp. */
export function readResultsHash(
  suite: Pick<CryptoSuite, "sha256">,
  nonce: Bytes,
  results: readonly ReadResult[],
): Bytes {
  return hashInContext(suite, "read-results", nonce, resultsCodec.encode(results));
}

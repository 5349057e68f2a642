import { type Bytes, concatBytes } from "../bytes/bytes.ts";
import { bytesField, messageField, varintField } from "./protobuf.ts";
import type { BlockId } from "./types.ts";

/**
 * A block identifier as protobuf: hash, then part-set header. The identifier before the first block comes out
 * as `12 00`. `BlockID` in headers and `CanonicalBlockID` in votes share this encoding.
 */
export function encodeBlockId(blockId: BlockId): Bytes {
  return concatBytes(
    bytesField(1, blockId.hash),
    messageField(
      2,
      concatBytes(varintField(1, BigInt(blockId.parts.total)), bytesField(2, blockId.parts.hash)),
    ),
  );
}

/** True for the identifier that votes for nil carry, which canonical votes leave out. */
export function isNilBlockId(blockId: BlockId): boolean {
  return blockId.hash.length === 0 && blockId.parts.total === 0 && blockId.parts.hash.length === 0;
}

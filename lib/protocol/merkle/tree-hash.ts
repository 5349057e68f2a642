import { type Bytes, EMPTY_BYTES } from "../bytes/bytes.ts";

/** The SHA-256 of whichever crypto suite the caller runs on. */
export type Sha256 = (message: Bytes) => Bytes;

export const HASH_BYTES = 32;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** MTH of one entry, SHA-256(0x00 ‖ leaf) (RFC 9162 §2.1.1). */
export function leafHash(sha256: Sha256, leaf: Bytes): Bytes {
  const message = new Uint8Array(1 + leaf.length);
  message[0] = LEAF_PREFIX;
  message.set(leaf, 1);
  return sha256(message);
}

/** SHA-256(0x01 ‖ left ‖ right) of two 32-byte subtree hashes (RFC 9162 §2.1.1). */
export function nodeHash(sha256: Sha256, left: Bytes, right: Bytes): Bytes {
  const message = new Uint8Array(1 + 2 * HASH_BYTES);
  message[0] = NODE_PREFIX;
  message.set(left, 1);
  message.set(right, 1 + HASH_BYTES);
  return sha256(message);
}

/** MTH of the empty tree, SHA-256 of nothing (RFC 9162 §2.1.1). */
export function emptyRoot(sha256: Sha256): Bytes {
  return sha256(EMPTY_BYTES);
}

/**
 * Root hash of a tree given the roots of its complete subtrees, left to right (largest first). How many peaks
 * there are and how high each one stands follows from the tree size; the caller knows it, the hash does not say.
 */
export function rootOfFrontier(sha256: Sha256, peaks: readonly Bytes[]): Bytes {
  if (peaks.length === 0) return emptyRoot(sha256);
  return peaks.reduceRight((right, peak) => nodeHash(sha256, peak, right));
}

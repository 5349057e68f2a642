import type { Bytes } from "../bytes/bytes.ts";
import { HASH_BYTES } from "../merkle/tree-hash.ts";

/**
 * 32 bytes held as a string of 32 characters U+0000 … U+00FF. The engine keeps such a string in 48 bytes of
 * memory, a byte array in about 270, and a map of a million entries holds some four million of them.
 * Characters compare as the bytes do.
 */
export type PackedHash = string;

export const KEY_BITS = 256;
export const EMPTY_HASH: PackedHash = "\0".repeat(HASH_BYTES);

export function packHash(bytes: Bytes): PackedHash {
  if (bytes.length !== HASH_BYTES) throw new RangeError(`hash of ${bytes.length} bytes`);
  // A third quicker than spreading a copy of the bytes.
  const text: unknown = Reflect.apply(String.fromCharCode, null, bytes);
  return String(text);
}

export function unpackHash(hash: PackedHash): Bytes {
  const bytes = new Uint8Array(HASH_BYTES);
  writeHash(hash, bytes, 0);
  return bytes;
}

export function writeHash(hash: PackedHash, target: Bytes, offset: number): void {
  for (let i = 0; i < HASH_BYTES; i++) target[offset + i] = hash.charCodeAt(i);
}

/** Bit `depth` of a key, most significant first: which way its path turns below a node at this depth. */
export function turnsRight(key: PackedHash, depth: number): boolean {
  return ((key.charCodeAt(depth >> 3) >> (7 - (depth & 7))) & 1) === 1;
}

/** That two keys agree in their first `depth` bits, so that their paths run together down to that depth. */
export function sharePath(a: PackedHash, b: PackedHash, depth: number): boolean {
  const wholeBytes = depth >> 3;
  if (a.slice(0, wholeBytes) !== b.slice(0, wholeBytes)) return false;
  for (let bit = wholeBytes << 3; bit < depth; bit++)
    if (turnsRight(a, bit) !== turnsRight(b, bit)) return false;
  return true;
}

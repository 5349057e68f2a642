import type { Bytes } from "#protocol/bytes/bytes.ts";

/** Sizes in bytes of the fixed-length arguments of a `CryptoSuite` or a `BlockSuite`. */
export const BYTES = {
  signSeed: 32,
  verifyKey: 32,
  signature: 64,
  aeadKey: 32,
  aeadNonce: 24,
  aesGcmKey: 32,
  aesGcmNonce: 12,
  aesGcmTag: 16,
  boxKey: 32,
  boxSecretKey: 32,
} as const;

const BLAKE2B_MIN_BYTES = 16;
const BLAKE2B_MAX_BYTES = 64;

export function requireLength(name: string, bytes: Bytes, length: number): void {
  if (bytes.length !== length) throw new RangeError(`${name} of ${bytes.length} bytes, expected ${length}`);
}

/** Key empty or 16…64 bytes, digest 16…64 bytes: the range in which libsodium and RFC 7693 agree. */
export function requireBlake2bShape(key: Bytes, length: number): void {
  if (key.length !== 0 && !isBlake2bLength(key.length))
    throw new RangeError(`BLAKE2b key of ${key.length} bytes`);
  if (!isBlake2bLength(length)) throw new RangeError(`BLAKE2b digest of ${length} bytes`);
}

function isBlake2bLength(length: number): boolean {
  return Number.isSafeInteger(length) && length >= BLAKE2B_MIN_BYTES && length <= BLAKE2B_MAX_BYTES;
}

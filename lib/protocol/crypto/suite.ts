import type { Bytes } from "../bytes/bytes.ts";

/**
 * Everything the core needs from a cryptographic library, as synchronous functions: the product hands in
 * libsodium and hash-wasm, differential tests hand in noble. Implementations MUST verify Ed25519 by
 * libsodium's rule (S < L; key and R canonical and not of small order; cofactorless) and MUST NOT keep or
 * change the arrays they are given.
 */
export interface CryptoSuite {
  /** SHA-256, 32 bytes (FIPS 180-4). */
  readonly sha256: (message: Bytes) => Bytes;
  /** Ed25519 (RFC 8032): `secretKey` is the 32-byte seed; 64-byte signature. */
  readonly sign: (message: Bytes, secretKey: Bytes) => Bytes;
  /** False for anything but a valid signature; never throws, whatever the lengths. */
  readonly verify: (message: Bytes, signature: Bytes, verifyKey: Bytes) => boolean;
  /** Ed25519 public key (32 bytes) of a 32-byte seed. */
  readonly verifyKeyOf: (secretKey: Bytes) => Bytes;
  /** XChaCha20-Poly1305-IETF; 32-byte key, 24-byte nonce; ciphertext ‖ 16-byte tag. */
  readonly aeadEncrypt: (plaintext: Bytes, associatedData: Bytes, nonce: Bytes, key: Bytes) => Bytes;
  /** Undefined when the tag does not match. */
  readonly aeadDecrypt: (
    ciphertext: Bytes,
    associatedData: Bytes,
    nonce: Bytes,
    key: Bytes,
  ) => Bytes | undefined;
  /** Keyed BLAKE2b (RFC 7693); `key` empty or 16…64 bytes. */
  readonly blake2b: (message: Bytes, key: Bytes, length: number) => Bytes;
  /** X25519 public key of a 32-byte secret key. */
  readonly boxKeyOf: (secretKey: Bytes) => Bytes;
  /** libsodium sealed box: anonymous encryption to an X25519 public key. Draws its own ephemeral key. */
  readonly sealTo: (message: Bytes, boxKey: Bytes) => Bytes;
  /** Undefined when the box is not for this key or was changed. */
  readonly openSealed: (sealed: Bytes, secretKey: Bytes) => Bytes | undefined;
}

/** Fresh random bytes; handed in wherever the core needs randomness. */
export type RandomBytes = (length: number) => Bytes;

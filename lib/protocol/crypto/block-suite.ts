import type { Bytes } from "../bytes/bytes.ts";

/**
 * What blocks need of a cryptographic library. Asynchronous, unlike `CryptoSuite`: content comes by the gigabyte, and
 * the fastest code for it is the platform's own. Implementations MUST NOT keep or change the arrays they are given.
 */
export interface BlockSuite {
  /** SHA-256, 32 bytes (FIPS 180-4). */
  readonly sha256: (message: Bytes) => Promise<Bytes>;
  /** AES-256-GCM (NIST SP 800-38D); 32-byte key, 12-byte nonce; ciphertext ‖ 16-byte tag. */
  readonly aesGcmEncrypt: (
    plaintext: Bytes,
    associatedData: Bytes,
    nonce: Bytes,
    key: Bytes,
  ) => Promise<Uint8Array<ArrayBuffer>>;
  /** Undefined when the tag does not match, whatever the ciphertext's length. */
  readonly aesGcmDecrypt: (
    ciphertext: Bytes,
    associatedData: Bytes,
    nonce: Bytes,
    key: Bytes,
  ) => Promise<Uint8Array<ArrayBuffer> | undefined>;
}

import { type Bytes, concatBytes, equalBytes } from "../bytes/bytes.ts";
import { contextBytes } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { blockIdOf } from "../log/identifiers.ts";
import { err, ok, type Result } from "../result.ts";

/**
 * A block: a piece of a file under a key of its own, named by the SHA-256 of its ciphertext. Associated data is
 * the organization alone, so that a copy of a file shares its blocks.
 */
export interface EncryptedBlock {
  /** 32 bytes. */
  readonly id: Bytes;
  /** nonce (24) ‖ XChaCha20-Poly1305 ciphertext ‖ tag (16). */
  readonly ciphertext: Bytes;
}

/** What a file's manifest says of a block. */
export interface NamedBlock {
  readonly id: Bytes;
  readonly key: Bytes;
  /** Of the plaintext. */
  readonly sizeBytes: number;
}

export type BlockError =
  /** Not the bytes that the file names: the store's doing, and nothing of them was used. */
  | { readonly type: "BlockIdMismatch" }
  /** The bytes are the named ones, yet do not open: the file's author wrote a wrong key, or another organization's. */
  | { readonly type: "BlockNotDecryptable" }
  | { readonly type: "BlockSizeMismatch"; readonly sizeBytes: number; readonly expectedBytes: number };

const NONCE_BYTES = 24;
const TAG_BYTES = 16;
export const BLOCK_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/** `organization` is its log id; `key` 32 and `nonce` 24 random bytes, never used before. */
export function encryptBlock(
  suite: CryptoSuite,
  organization: Bytes,
  plaintext: Bytes,
  key: Bytes,
  nonce: Bytes,
): EncryptedBlock {
  const ciphertext = sealBlock(suite, organization, plaintext, key, nonce);
  return { id: blockIdOf(suite, ciphertext), ciphertext };
}

/** The ciphertext alone, for callers that hash it by other means. */
export function sealBlock(
  suite: Pick<CryptoSuite, "aeadEncrypt">,
  organization: Bytes,
  plaintext: Bytes,
  key: Bytes,
  nonce: Bytes,
): Bytes {
  return concatBytes(nonce, suite.aeadEncrypt(plaintext, associatedData(organization), nonce, key));
}

/** Plaintext of exactly `sizeBytes`, or the reason why nothing may be shown. */
export function decryptBlock(
  suite: CryptoSuite,
  organization: Bytes,
  block: NamedBlock,
  ciphertext: Bytes,
): Result<Bytes, BlockError> {
  return decryptHashedBlock(suite, organization, block, ciphertext, blockIdOf(suite, ciphertext));
}

/** The same, where `hash` MUST be the SHA-256 of `ciphertext` as the caller computed it by other means. */
export function decryptHashedBlock(
  suite: Pick<CryptoSuite, "aeadDecrypt">,
  organization: Bytes,
  block: NamedBlock,
  ciphertext: Bytes,
  hash: Bytes,
): Result<Bytes, BlockError> {
  const expectedBytes = block.sizeBytes + BLOCK_OVERHEAD_BYTES;
  if (ciphertext.length !== expectedBytes) {
    return err({ type: "BlockSizeMismatch", sizeBytes: ciphertext.length, expectedBytes });
  }
  if (!equalBytes(hash, block.id)) return err({ type: "BlockIdMismatch" });
  const nonce = ciphertext.subarray(0, NONCE_BYTES);
  const plaintext = suite.aeadDecrypt(
    ciphertext.subarray(NONCE_BYTES),
    associatedData(organization),
    nonce,
    block.key,
  );
  return plaintext ? ok(plaintext) : err({ type: "BlockNotDecryptable" });
}

function associatedData(organization: Bytes): Bytes {
  return concatBytes(contextBytes("block"), organization);
}

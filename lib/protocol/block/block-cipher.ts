import { type Bytes, concatBytes, equalBytes } from "../bytes/bytes.ts";
import type { BlockSuite } from "../crypto/block-suite.ts";
import { contextBytes } from "../crypto/context.ts";
import { err, ok, type Result } from "../result.ts";

/**
 * A block: a piece of a file under a key of its own, named by the SHA-256 of its ciphertext. Associated data is
 * the organization alone, so that a copy of a file shares its blocks.
 */
export interface EncryptedBlock {
  /** 32 bytes. */
  readonly id: Bytes;
  /** AES-256-GCM ciphertext ‖ tag (16). */
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

/** A key seals one block only, so a nonce could add nothing; without one, key and plaintext alone fix the block. */
const NONCE: Bytes = new Uint8Array(12);
const TAG_BYTES = 16;
export const BLOCK_OVERHEAD_BYTES = TAG_BYTES;

/**
 * `organization` is its log id; `key` 32 random bytes, under which no other plaintext MUST ever be encrypted and given
 * away. The same arguments make the same block.
 */
export async function encryptBlock(
  suite: BlockSuite,
  organization: Bytes,
  plaintext: Bytes,
  key: Bytes,
): Promise<EncryptedBlock> {
  const ciphertext = await suite.aesGcmEncrypt(plaintext, associatedData(organization), NONCE, key);
  return { id: await suite.sha256(ciphertext), ciphertext };
}

/** Plaintext of exactly `sizeBytes` in a buffer of its own, or the reason why nothing may be shown. */
export async function decryptBlock(
  suite: BlockSuite,
  organization: Bytes,
  block: NamedBlock,
  ciphertext: Bytes,
): Promise<Result<Uint8Array<ArrayBuffer>, BlockError>> {
  const expectedBytes = block.sizeBytes + BLOCK_OVERHEAD_BYTES;
  if (ciphertext.length !== expectedBytes) {
    return err({ type: "BlockSizeMismatch", sizeBytes: ciphertext.length, expectedBytes });
  }
  if (!equalBytes(await suite.sha256(ciphertext), block.id)) return err({ type: "BlockIdMismatch" });
  const plaintext = await suite.aesGcmDecrypt(ciphertext, associatedData(organization), NONCE, block.key);
  return plaintext ? ok(plaintext) : err({ type: "BlockNotDecryptable" });
}

function associatedData(organization: Bytes): Bytes {
  return concatBytes(contextBytes("block"), organization);
}

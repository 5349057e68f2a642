import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { BlockSuite } from "#protocol/crypto/block-suite.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { createFasterSha256 } from "./faster-sha256.ts";
import { BYTES, requireLength } from "./lengths.ts";
import { unshared } from "./unshared.ts";

/**
 * Blocks by WebCrypto, which uses the processor's instructions for AES and works in threads of its own. Resolves when
 * it is measured which SHA-256 is the faster one here. Keys and nonces of a wrong length throw a `RangeError`.
 */
export async function createProductBlockSuite(suite: Pick<CryptoSuite, "sha256">): Promise<BlockSuite> {
  return {
    sha256: await createFasterSha256({
      wasm: suite.sha256,
      native: nativeSha256,
      now: () => performance.now(),
    }),
    aesGcmEncrypt: async (plaintext, associatedData, nonce, key) => {
      const imported = await importKey(key, "encrypt");
      const sealed = await crypto.subtle.encrypt(gcm(associatedData, nonce), imported, unshared(plaintext));
      return new Uint8Array(sealed);
    },
    aesGcmDecrypt: async (ciphertext, associatedData, nonce, key) => {
      const imported = await importKey(key, "decrypt");
      const algorithm = gcm(associatedData, nonce);
      try {
        return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, unshared(ciphertext)));
      } catch {
        // The tag did not match, or there is no room for one.
        return undefined;
      }
    },
  };
}

async function nativeSha256(message: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", unshared(message)));
}

function importKey(key: Bytes, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  requireLength("key", key, BYTES.aesGcmKey);
  return crypto.subtle.importKey("raw", unshared(key), "AES-GCM", false, [usage]);
}

function gcm(associatedData: Bytes, nonce: Bytes): AesGcmParams {
  requireLength("nonce", nonce, BYTES.aesGcmNonce);
  return {
    name: "AES-GCM",
    iv: unshared(nonce),
    additionalData: unshared(associatedData),
    tagLength: BYTES.aesGcmTag * 8,
  };
}

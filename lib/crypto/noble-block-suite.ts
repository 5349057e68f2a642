import { gcm } from "@noble/ciphers/aes.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { BlockSuite } from "#protocol/crypto/block-suite.ts";
import { BYTES, requireLength } from "./lengths.ts";

/** The same on Paul Miller's noble libraries: the independent implementation of the differential tests. */
export function createNobleBlockSuite(): BlockSuite {
  return {
    sha256: async (message) => sha256(message),
    aesGcmEncrypt: async (plaintext, associatedData, nonce, key) => {
      requireLength("nonce", nonce, BYTES.aesGcmNonce);
      requireLength("key", key, BYTES.aesGcmKey);
      return new Uint8Array(gcm(key, nonce, associatedData).encrypt(plaintext));
    },
    aesGcmDecrypt: async (ciphertext, associatedData, nonce, key) => {
      requireLength("nonce", nonce, BYTES.aesGcmNonce);
      requireLength("key", key, BYTES.aesGcmKey);
      try {
        return new Uint8Array(gcm(key, nonce, associatedData).decrypt(ciphertext));
      } catch {
        return undefined;
      }
    },
  };
}

import { createSHA256 } from "hash-wasm";
import sodium from "libsodium-wrappers";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { BYTES, requireBlake2bShape, requireLength } from "./lengths.ts";

/**
 * The suite of the product: libsodium for everything but SHA-256, which hash-wasm computes (libsodium's
 * wrappers have none, and WebCrypto's is asynchronous). Resolves when both WebAssembly modules are compiled.
 *
 * Arguments of a wrong length throw a `RangeError`, for they are our own mistakes, with three exceptions that
 * an attacker can reach: `verify` answers false, `aeadDecrypt` and `openSealed` answer undefined for a
 * ciphertext of any length.
 */
export async function createProductSuite(): Promise<CryptoSuite> {
  const [hasher] = await Promise.all([createSHA256(), sodium.ready]);
  return {
    // One hasher serves all calls: init, update and digest run without giving up the thread in between.
    sha256: (message) => hasher.init().update(message).digest("binary"),
    sign,
    verify,
    verifyKeyOf,
    aeadEncrypt: (plaintext, associatedData, nonce, key) => {
      requireLength("nonce", nonce, BYTES.aeadNonce);
      requireLength("key", key, BYTES.aeadKey);
      return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, associatedData, null, nonce, key);
    },
    aeadDecrypt: (ciphertext, associatedData, nonce, key) => {
      requireLength("nonce", nonce, BYTES.aeadNonce);
      requireLength("key", key, BYTES.aeadKey);
      return undefinedIfThrown(() =>
        sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, associatedData, nonce, key),
      );
    },
    blake2b: (message, key, length) => {
      requireBlake2bShape(key, length);
      return sodium.crypto_generichash(length, message, key.length === 0 ? null : key);
    },
    boxKeyOf: (secretKey) => {
      requireLength("secret key", secretKey, BYTES.boxSecretKey);
      return sodium.crypto_scalarmult_base(secretKey);
    },
    sealTo: (message, boxKey) => {
      requireLength("box key", boxKey, BYTES.boxKey);
      return sodium.crypto_box_seal(message, boxKey);
    },
    openSealed: (sealed, secretKey) => {
      requireLength("secret key", secretKey, BYTES.boxSecretKey);
      const boxKey = sodium.crypto_scalarmult_base(secretKey);
      return undefinedIfThrown(() => sodium.crypto_box_seal_open(sealed, boxKey, secretKey));
    },
  };
}

function sign(message: Bytes, secretKey: Bytes): Bytes {
  requireLength("secret key", secretKey, BYTES.signSeed);
  // libsodium signs with seed ‖ public key. Expanding anew costs 30 µs beside the signature's 40 and keeps no
  // secret in a cache.
  const expanded = sodium.crypto_sign_seed_keypair(secretKey);
  try {
    return sodium.crypto_sign_detached(message, expanded.privateKey);
  } finally {
    expanded.privateKey.fill(0);
  }
}

function verify(message: Bytes, signature: Bytes, verifyKey: Bytes): boolean {
  if (signature.length !== BYTES.signature || verifyKey.length !== BYTES.verifyKey) return false;
  return sodium.crypto_sign_verify_detached(signature, message, verifyKey);
}

function verifyKeyOf(secretKey: Bytes): Bytes {
  requireLength("secret key", secretKey, BYTES.signSeed);
  const expanded = sodium.crypto_sign_seed_keypair(secretKey);
  expanded.privateKey.fill(0);
  return expanded.publicKey;
}

/** libsodium's wrappers throw where the C function returns -1: the tag did not match, or the input is too short. */
function undefinedIfThrown(open: () => Bytes): Bytes | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

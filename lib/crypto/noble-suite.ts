import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concatBytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import { BYTES, requireBlake2bShape, requireLength } from "./lengths.ts";

const SEALED_TAG_BYTES = 16;

/**
 * The same suite on Paul Miller's noble libraries, an independent implementation in plain JavaScript. Only the
 * differential tests use it: about ten times slower than the product's, and not constant-time.
 */
export function createNobleSuite(randomBytes: RandomBytes): CryptoSuite {
  return {
    sha256,
    sign: (message, secretKey) => ed25519.sign(message, secretKey),
    verify,
    verifyKeyOf: (secretKey) => ed25519.getPublicKey(secretKey),
    aeadEncrypt: (plaintext, associatedData, nonce, key) =>
      xchacha20poly1305(key, nonce, associatedData).encrypt(plaintext),
    aeadDecrypt: (ciphertext, associatedData, nonce, key) => {
      requireLength("nonce", nonce, BYTES.aeadNonce);
      requireLength("key", key, BYTES.aeadKey);
      return undefinedIfThrown(() => xchacha20poly1305(key, nonce, associatedData).decrypt(ciphertext));
    },
    blake2b: (message, key, length) => {
      requireBlake2bShape(key, length);
      return blake2b(message, key.length === 0 ? { dkLen: length } : { dkLen: length, key });
    },
    boxKeyOf: (secretKey) => x25519.getPublicKey(secretKey),
    sealTo: (message, boxKey) => sealTo(message, boxKey, randomBytes(BYTES.boxSecretKey)),
    openSealed,
  };
}

/**
 * libsodium's rule on noble's curve arithmetic. noble's own `verify` multiplies by the cofactor and so accepts
 * signatures that libsodium refuses.
 */
function verify(message: Bytes, signature: Bytes, verifyKey: Bytes): boolean {
  if (signature.length !== BYTES.signature || verifyKey.length !== BYTES.verifyKey) return false;
  const encodedR = signature.subarray(0, 32);
  const s = readLittleEndian(signature.subarray(32));
  if (s >= ed25519.Point.Fn.ORDER) return false;
  const publicPoint = strictPoint(verifyKey);
  const r = strictPoint(encodedR);
  if (publicPoint === undefined || r === undefined) return false;
  const challenge =
    readLittleEndian(sha512(concatBytes(encodedR, verifyKey, message))) % ed25519.Point.Fn.ORDER;
  const expectedR = ed25519.Point.BASE.multiplyUnsafe(s).subtract(publicPoint.multiplyUnsafe(challenge));
  return equalBytes(expectedR.toBytes(), encodedR);
}

/** The point, if its encoding is canonical (RFC 8032, 5.1.3) and it is not of small order. */
function strictPoint(encoding: Bytes): typeof ed25519.Point.BASE | undefined {
  try {
    const point = ed25519.Point.fromBytes(encoding, false);
    return point.isSmallOrder() ? undefined : point;
  } catch {
    return undefined;
  }
}

function readLittleEndian(bytes: Bytes): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}

/** libsodium's crypto_box_seal: ephemeral key ‖ box, the nonce being BLAKE2b-192(ephemeral key ‖ recipient's key). */
function sealTo(message: Bytes, boxKey: Bytes, ephemeralSecretKey: Bytes): Bytes {
  const ephemeralKey = x25519.getPublicKey(ephemeralSecretKey);
  const key = boxSharedKey(ephemeralSecretKey, boxKey);
  return concatBytes(ephemeralKey, xsalsa20poly1305(key, sealNonce(ephemeralKey, boxKey)).encrypt(message));
}

function openSealed(sealed: Bytes, secretKey: Bytes): Bytes | undefined {
  requireLength("secret key", secretKey, BYTES.boxSecretKey);
  if (sealed.length < BYTES.boxKey + SEALED_TAG_BYTES) return undefined;
  const ephemeralKey = sealed.subarray(0, BYTES.boxKey);
  const nonce = sealNonce(ephemeralKey, x25519.getPublicKey(secretKey));
  return undefinedIfThrown(() =>
    xsalsa20poly1305(boxSharedKey(secretKey, ephemeralKey), nonce).decrypt(sealed.subarray(BYTES.boxKey)),
  );
}

function sealNonce(ephemeralKey: Bytes, boxKey: Bytes): Bytes {
  return blake2b(concatBytes(ephemeralKey, boxKey), { dkLen: 24 });
}

/** NaCl's crypto_box_beforenm: HSalsa20 of the X25519 secret under a nonce of zeros. Throws for a key of small order. */
function boxSharedKey(secretKey: Bytes, boxKey: Bytes): Bytes {
  const sigma = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574);
  const words = new Uint32Array(8);
  hsalsa(sigma, littleEndianWords(x25519.getSharedSecret(secretKey, boxKey)), new Uint32Array(4), words);
  return littleEndianBytes(words);
}

function littleEndianWords(bytes: Bytes): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index, true));
}

function littleEndianBytes(words: Uint32Array): Bytes {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => {
    view.setUint32(4 * index, word, true);
  });
  return bytes;
}

function undefinedIfThrown(open: () => Bytes): Bytes | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

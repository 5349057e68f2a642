import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { createNobleSuite } from "./noble-suite.ts";
import { createProductSuite } from "./product-suite.ts";

const product = await createProductSuite();
const noble = createNobleSuite((length) => crypto.getRandomValues(new Uint8Array(length)));
const directions: readonly (readonly [string, CryptoSuite, CryptoSuite])[] = [
  ["product → noble", product, noble],
  ["noble → product", noble, product],
];

const message = fc.uint8Array({ maxLength: 600 });
const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe("the two suites agree", () => {
  it("on SHA-256", () => {
    fc.assert(
      fc.property(message, (input) => {
        expect(product.sha256(input)).toEqual(noble.sha256(input));
      }),
    );
  });

  it("on SHA-256 of inputs longer than the hasher's buffer, and of subarrays", () => {
    const large = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    expect(product.sha256(large)).toEqual(noble.sha256(large));
    expect(product.sha256(large.subarray(7, 70_001))).toEqual(noble.sha256(large.slice(7, 70_001)));
  });

  it("on Ed25519 keys and signatures", () => {
    fc.assert(
      fc.property(message, exactly(32), (input, secretKey) => {
        const verifyKey = product.verifyKeyOf(secretKey);
        const signature = product.sign(input, secretKey);
        expect(noble.verifyKeyOf(secretKey)).toEqual(verifyKey);
        expect(noble.sign(input, secretKey)).toEqual(signature);
        expect(product.verify(input, signature, verifyKey)).toBe(true);
        expect(noble.verify(input, signature, verifyKey)).toBe(true);
      }),
    );
  });

  it("on keyed and plain BLAKE2b", () => {
    const key = fc.oneof(fc.constant(new Uint8Array(0)), fc.uint8Array({ minLength: 16, maxLength: 64 }));
    fc.assert(
      fc.property(message, key, fc.integer({ min: 16, max: 64 }), (input, blakeKey, length) => {
        const digest = product.blake2b(input, blakeKey, length);
        expect(digest.length).toBe(length);
        expect(noble.blake2b(input, blakeKey, length)).toEqual(digest);
      }),
    );
  });

  it("on XChaCha20-Poly1305, byte for byte", () => {
    fc.assert(
      fc.property(message, message, exactly(24), exactly(32), (plaintext, associatedData, nonce, key) => {
        const ciphertext = product.aeadEncrypt(plaintext, associatedData, nonce, key);
        expect(noble.aeadEncrypt(plaintext, associatedData, nonce, key)).toEqual(ciphertext);
        for (const suite of [product, noble]) {
          expect(suite.aeadDecrypt(ciphertext, associatedData, nonce, key)).toEqual(plaintext);
        }
      }),
    );
  });

  it("on X25519 public keys", () => {
    fc.assert(
      fc.property(exactly(32), (secretKey) => {
        expect(product.boxKeyOf(secretKey)).toEqual(noble.boxKeyOf(secretKey));
      }),
    );
  });

  it.each(directions)("on sealed boxes, %s", (_, sealer, opener) => {
    fc.assert(
      fc.property(message, exactly(32), exactly(32), (input, secretKey, otherSecretKey) => {
        const sealed = sealer.sealTo(input, sealer.boxKeyOf(secretKey));
        expect(sealed.length).toBe(input.length + 48);
        expect(opener.openSealed(sealed, secretKey)).toEqual(input);
        fc.pre(sealer.boxKeyOf(otherSecretKey).join() !== sealer.boxKeyOf(secretKey).join());
        expect(opener.openSealed(sealed, otherSecretKey)).toBeUndefined();
      }),
    );
  });
});

describe.each([
  ["product", product],
  ["noble", noble],
] as const)("the %s suite", (_, suite) => {
  const nonce = new Uint8Array(24);
  const key = new Uint8Array(32).fill(1);

  it("answers undefined for a changed ciphertext, associated data, or one of any length", () => {
    const ciphertext = suite.aeadEncrypt(Uint8Array.of(1, 2, 3), Uint8Array.of(9), nonce, key);
    for (let index = 0; index < ciphertext.length; index++) {
      const changed = ciphertext.slice();
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(suite.aeadDecrypt(changed, Uint8Array.of(9), nonce, key)).toBeUndefined();
    }
    expect(suite.aeadDecrypt(ciphertext, Uint8Array.of(8), nonce, key)).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (garbage) => {
        expect(suite.aeadDecrypt(garbage, new Uint8Array(0), nonce, key)).toBeUndefined();
      }),
    );
  });

  it("answers undefined for a changed sealed box, one of any length, or one with a key of small order", () => {
    const sealed = suite.sealTo(Uint8Array.of(1, 2, 3), suite.boxKeyOf(key));
    for (let index = 0; index < sealed.length; index++) {
      const changed = sealed.slice();
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(suite.openSealed(changed, key)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (garbage) => {
        expect(suite.openSealed(garbage, key)).toBeUndefined();
      }),
    );
    expect(suite.openSealed(new Uint8Array(60), key)).toBeUndefined();
  });

  it("does not seal to a key of small order", () => {
    expect(() => suite.sealTo(Uint8Array.of(1), new Uint8Array(32))).toThrow();
  });

  it("seals the same message differently every time", () => {
    const boxKey = suite.boxKeyOf(key);
    expect(suite.sealTo(key, boxKey)).not.toEqual(suite.sealTo(key, boxKey));
  });

  it("throws for keys, nonces and digests of a wrong length", () => {
    const short = new Uint8Array(31);
    expect(() => suite.sign(key, short)).toThrow();
    expect(() => suite.verifyKeyOf(short)).toThrow();
    expect(() => suite.aeadEncrypt(key, key, nonce, short)).toThrow();
    expect(() => suite.aeadDecrypt(key, key, nonce, short)).toThrow();
    expect(() => suite.aeadDecrypt(key, key, short, key)).toThrow();
    expect(() => suite.boxKeyOf(short)).toThrow();
    expect(() => suite.sealTo(key, short)).toThrow();
    expect(() => suite.openSealed(new Uint8Array(60), short)).toThrow();
    expect(() => suite.blake2b(key, new Uint8Array(15), 32)).toThrow();
    expect(() => suite.blake2b(key, key, 65)).toThrow();
  });

  it("neither keeps nor changes the arrays it is given", () => {
    const secretKey = key.slice();
    const input = Uint8Array.of(4, 5, 6);
    const digest = suite.sha256(input);
    const firstDigest = digest.slice();
    suite.sha256(Uint8Array.of(7));
    suite.sign(input, secretKey);
    suite.openSealed(suite.sealTo(input, suite.boxKeyOf(secretKey)), secretKey);
    expect(digest).toEqual(firstDigest);
    expect(secretKey).toEqual(key);
    expect(input).toEqual(Uint8Array.of(4, 5, 6));
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { fromHex, toHex } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";
import { createNobleBlockSuite } from "./noble-block-suite.ts";
import { createNobleSuite } from "./noble-suite.ts";
import { createProductBlockSuite } from "./product-block-suite.ts";
import { createProductSuite } from "./product-suite.ts";

const product = await createProductBlockSuite(await createProductSuite());
const noble = createNobleBlockSuite();
const sync = createNobleSuite((length) => new Uint8Array(length));
const hex = (text: string): Bytes => unwrap(fromHex(text));

const message = fc.uint8Array({ maxLength: 600 });
const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** Test cases 13, 14 and 16 of McGrew and Viega's "The Galois/Counter Mode of Operation", as NIST took them over. */
const AES_256_GCM = [
  {
    name: "nothing",
    key: "00".repeat(32),
    nonce: "00".repeat(12),
    plaintext: "",
    associatedData: "",
    ciphertext: "530f8afbc74536b9a963b4f1c4cb738b",
  },
  {
    name: "zeros",
    key: "00".repeat(32),
    nonce: "00".repeat(12),
    plaintext: "00".repeat(16),
    associatedData: "",
    ciphertext: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
  },
  {
    name: "associated data and a part of a block",
    key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
    nonce: "cafebabefacedbaddecaf888",
    plaintext:
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    associatedData: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    ciphertext:
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
  },
];

describe.each([
  ["product", product],
  ["noble", noble],
] as const)("the %s block suite", (_, suite) => {
  it.each(AES_256_GCM)("knows the answer for $name", async (vector) => {
    const key = hex(vector.key);
    const nonce = hex(vector.nonce);
    const associatedData = hex(vector.associatedData);
    const sealed = await suite.aesGcmEncrypt(hex(vector.plaintext), associatedData, nonce, key);
    expect(toHex(sealed)).toBe(vector.ciphertext);
    const opened = await suite.aesGcmDecrypt(hex(vector.ciphertext), associatedData, nonce, key);
    expect(opened && toHex(opened)).toBe(vector.plaintext);
  });

  it("answers undefined for a changed ciphertext, associated data, nonce or key, and for any length", async () => {
    const key = new Uint8Array(32).fill(1);
    const nonce = new Uint8Array(12);
    const sealed = await suite.aesGcmEncrypt(Uint8Array.of(1, 2, 3), Uint8Array.of(9), nonce, key);
    const flipped = (bytes: Bytes, index: number): Bytes => {
      const changed = bytes.slice();
      changed[index] = (changed[index] ?? 0) ^ 1;
      return changed;
    };
    for (const index of sealed.keys()) {
      const changed = flipped(sealed, index);
      expect(await suite.aesGcmDecrypt(changed, Uint8Array.of(9), nonce, key)).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length++) {
      const cut = sealed.subarray(0, length);
      expect(await suite.aesGcmDecrypt(cut, Uint8Array.of(9), nonce, key)).toBeUndefined();
    }
    expect(await suite.aesGcmDecrypt(sealed, Uint8Array.of(8), nonce, key)).toBeUndefined();
    expect(await suite.aesGcmDecrypt(sealed, Uint8Array.of(9), flipped(nonce, 0), key)).toBeUndefined();
    expect(await suite.aesGcmDecrypt(sealed, Uint8Array.of(9), nonce, flipped(key, 31))).toBeUndefined();
  });

  it("throws for keys and nonces of a wrong length", async () => {
    const key = new Uint8Array(32);
    const nonce = new Uint8Array(12);
    for (const length of [0, 16, 24, 31, 33]) {
      const wrong = new Uint8Array(length);
      await expect(suite.aesGcmEncrypt(key, key, nonce, wrong)).rejects.toThrow(RangeError);
      await expect(suite.aesGcmDecrypt(key, key, nonce, wrong)).rejects.toThrow(RangeError);
      await expect(suite.aesGcmEncrypt(key, key, wrong, key)).rejects.toThrow(RangeError);
      await expect(suite.aesGcmDecrypt(key, key, wrong, key)).rejects.toThrow(RangeError);
    }
  });

  it("neither keeps nor changes the arrays it is given, nor reads beyond a view's bounds", async () => {
    const whole = Uint8Array.from({ length: 100 }, (_, index) => index);
    const before = whole.slice();
    const view = whole.subarray(10, 60);
    const key = new Uint8Array(32).fill(3);
    const nonce = new Uint8Array(12).fill(4);
    const sealed = await suite.aesGcmEncrypt(view, view, nonce, key);
    expect(sealed).toEqual(await suite.aesGcmEncrypt(view.slice(), view.slice(), nonce, key));
    const framed = new Uint8Array(sealed.length + 7);
    framed.set(sealed, 3);
    const opened = await suite.aesGcmDecrypt(framed.subarray(3, 3 + sealed.length), view, nonce, key);
    expect(opened).toEqual(view.slice());
    // It is handed over to another thread as it is.
    expect(opened?.buffer.byteLength).toBe(50);
    expect(await suite.sha256(view)).toEqual(sync.sha256(view.slice()));
    expect(whole).toEqual(before);
    expect([key, nonce]).toEqual([new Uint8Array(32).fill(3), new Uint8Array(12).fill(4)]);
  });
});

describe("the two block suites agree", () => {
  it("on AES-256-GCM, byte for byte", async () => {
    await fc.assert(
      fc.asyncProperty(
        message,
        message,
        exactly(12),
        exactly(32),
        async (plaintext, associatedData, nonce, key) => {
          const sealed = await product.aesGcmEncrypt(plaintext, associatedData, nonce, key);
          expect(await noble.aesGcmEncrypt(plaintext, associatedData, nonce, key)).toEqual(sealed);
          for (const suite of [product, noble]) {
            expect(await suite.aesGcmDecrypt(sealed, associatedData, nonce, key)).toEqual(plaintext);
          }
        },
      ),
    );
  });

  it("on whether a ciphertext of anybody's making opens", async () => {
    await fc.assert(
      fc.asyncProperty(message, exactly(12), exactly(32), async (ciphertext, nonce, key) => {
        const empty = new Uint8Array(0);
        expect(await product.aesGcmDecrypt(ciphertext, empty, nonce, key)).toBeUndefined();
        expect(await noble.aesGcmDecrypt(ciphertext, empty, nonce, key)).toBeUndefined();
      }),
    );
  });

  it("on a full block and on SHA-256 of every length around the change of implementation", async () => {
    const content = Uint8Array.from({ length: 512 * 1024 }, (_, index) => (index * 31) & 255);
    const key = new Uint8Array(32).fill(5);
    const nonce = new Uint8Array(12);
    const sealed = await product.aesGcmEncrypt(content, key, nonce, key);
    expect(toHex(await product.sha256(sealed))).toBe(toHex(await noble.sha256(sealed)));
    expect(equalBytes(sealed, await noble.aesGcmEncrypt(content, key, nonce, key))).toBe(true);
    for (let length = 0; length < content.length; length = length * 2 + 1) {
      const part = content.subarray(0, length);
      expect(await product.sha256(part)).toEqual(await noble.sha256(part));
    }
  });
});

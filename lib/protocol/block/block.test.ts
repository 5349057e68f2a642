import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNobleBlockSuite } from "#crypto/noble-block-suite.ts";
import { flipBit, namedBytes } from "../log/testing/memory-log.ts";
import { testSuite } from "../log/testing/test-suite.ts";
import { decryptBlock, encryptBlock } from "./block-cipher.ts";
import { splitIntoBlocks } from "./split.ts";

const suite = createNobleBlockSuite();
const organization = namedBytes(testSuite, "organization");
const key = namedBytes(testSuite, "key");

describe("blocks", () => {
  it("open to what was put in, for any content", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (plaintext) => {
        const { id, ciphertext } = await encryptBlock(suite, organization, plaintext, key);
        const block = { id, key, sizeBytes: plaintext.length };
        expect(await decryptBlock(suite, organization, block, ciphertext)).toEqual({
          ok: true,
          value: plaintext,
        });
      }),
    );
  });

  it("are fixed by organization, key and content, and differ wherever one of them does", async () => {
    const sealed = await encryptBlock(suite, organization, key, key);
    expect(await encryptBlock(suite, organization, key, key)).toEqual(sealed);
    for (const other of [
      await encryptBlock(suite, key, key, key),
      await encryptBlock(suite, organization, flipBit(key, 0), key),
      await encryptBlock(suite, organization, key, flipBit(key, 0)),
    ]) {
      expect(other.id).not.toEqual(sealed.id);
    }
  });

  it("refuse every flipped bit and every other length", async () => {
    const plaintext = namedBytes(testSuite, "content");
    const { id, ciphertext } = await encryptBlock(suite, organization, plaintext, key);
    const open = (bytes: Uint8Array) => decryptBlock(suite, organization, { id, key, sizeBytes: 32 }, bytes);
    await fc.assert(
      fc.asyncProperty(fc.nat(ciphertext.length * 8 - 1), async (bit) => {
        expect(await open(flipBit(ciphertext, bit))).toEqual({
          ok: false,
          error: { type: "BlockIdMismatch" },
        });
      }),
    );
    expect(await open(ciphertext.subarray(1))).toMatchObject({ error: { type: "BlockSizeMismatch" } });
  });

  it("do not open for another organization or key", async () => {
    const { id, ciphertext } = await encryptBlock(suite, organization, key, key);
    const refused = { ok: false, error: { type: "BlockNotDecryptable" } };
    expect(await decryptBlock(suite, key, { id, key, sizeBytes: 32 }, ciphertext)).toEqual(refused);
    const wrongKey = { id, key: organization, sizeBytes: 32 };
    expect(await decryptBlock(suite, organization, wrongKey, ciphertext)).toEqual(refused);
  });
});

describe("splitting", () => {
  it("covers every size exactly, in order, in full blocks but the last", () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.integer({ min: 1, max: 700 }), (sizeBytes, blockBytes) => {
        const ranges = splitIntoBlocks(sizeBytes, blockBytes);
        expect(ranges.map(({ offset }) => offset)).toEqual(ranges.map((_, index) => index * blockBytes));
        expect(ranges.reduce((sum, range) => sum + range.sizeBytes, 0)).toBe(sizeBytes);
        expect(ranges.slice(0, -1).every((range) => range.sizeBytes === blockBytes)).toBe(true);
      }),
    );
  });
});

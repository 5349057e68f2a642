import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flipBit, namedBytes } from "../log/testing/memory-log.ts";
import { testSuite as suite } from "../log/testing/test-suite.ts";
import { decryptBlock, encryptBlock } from "./block-cipher.ts";
import { splitIntoBlocks } from "./split.ts";

const organization = namedBytes(suite, "organization");
const key = namedBytes(suite, "key");
const nonce = namedBytes(suite, "nonce").slice(0, 24);

describe("blocks", () => {
  it("open to what was put in, for any content", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (plaintext) => {
        const { id, ciphertext } = encryptBlock(suite, organization, plaintext, key, nonce);
        const opened = decryptBlock(
          suite,
          organization,
          { id, key, sizeBytes: plaintext.length },
          ciphertext,
        );
        expect(opened).toEqual({ ok: true, value: plaintext });
      }),
    );
  });

  it("refuse every flipped bit and every other length", () => {
    const plaintext = namedBytes(suite, "content");
    const { id, ciphertext } = encryptBlock(suite, organization, plaintext, key, nonce);
    const open = (bytes: Uint8Array) => decryptBlock(suite, organization, { id, key, sizeBytes: 32 }, bytes);
    fc.assert(
      fc.property(fc.nat(ciphertext.length * 8 - 1), (bit) => {
        expect(open(flipBit(ciphertext, bit))).toEqual({ ok: false, error: { type: "BlockIdMismatch" } });
      }),
    );
    expect(open(ciphertext.subarray(1))).toMatchObject({ error: { type: "BlockSizeMismatch" } });
  });

  it("do not open for another organization or key", () => {
    const { id, ciphertext } = encryptBlock(suite, organization, key, key, nonce);
    const refused = { ok: false, error: { type: "BlockNotDecryptable" } };
    expect(decryptBlock(suite, key, { id, key, sizeBytes: 32 }, ciphertext)).toEqual(refused);
    expect(decryptBlock(suite, organization, { id, key: organization, sizeBytes: 32 }, ciphertext)).toEqual(
      refused,
    );
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

import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex } from "../bytes/text.ts";
import { unwrap } from "../result.ts";
import { isWeakBoxKey, isWeakVerifyKey } from "./weak-keys.ts";

const hex = (text: string) => unwrap(fromHex(text));

describe("weak keys", () => {
  it("knows every point of small order on the Edwards curve", () => {
    const generator = ed25519.Point.fromBytes(
      hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    );
    let point = generator;
    for (let order = 1; order <= 8; order++) {
      expect(isWeakVerifyKey(point.toBytes())).toBe(true);
      point = point.add(generator);
    }
    expect(point.equals(generator)).toBe(true);
  });

  it("knows the box keys that give no secret", () => {
    const secret = new Uint8Array(32).fill(5);
    for (const key of [
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      `ec${"ff".repeat(30)}7f`,
      "00".repeat(32),
      `01${"00".repeat(31)}`,
    ]) {
      expect(() => x25519.getSharedSecret(secret, hex(key))).toThrow();
      expect(isWeakBoxKey(hex(key))).toBe(true);
    }
  });

  it("refuses encodings at or above the prime and other lengths", () => {
    for (const first of ["ed", "ee", "ff"]) {
      expect(isWeakVerifyKey(hex(`${first}${"ff".repeat(30)}7f`))).toBe(true);
      expect(isWeakBoxKey(hex(`${first}${"ff".repeat(31)}`))).toBe(true);
    }
    expect(isWeakVerifyKey(new Uint8Array(31).fill(9))).toBe(true);
  });

  it("lets honest keys pass", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (secret) => {
        expect(isWeakVerifyKey(ed25519.getPublicKey(secret))).toBe(false);
        expect(isWeakBoxKey(x25519.getPublicKey(secret))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

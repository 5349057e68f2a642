import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNobleSuite } from "./noble-suite.ts";
import { createProductSuite } from "./product-suite.ts";
import { acceptableMixedOrderSignatures, craftedSignatures } from "./testing/crafted-signatures.ts";

const suites = [
  ["product", await createProductSuite()],
  ["noble", createNobleSuite((length) => crypto.getRandomValues(new Uint8Array(length)))],
] as const;

describe.each(suites)("Ed25519 verification of the %s suite", (_, suite) => {
  it.each(craftedSignatures())("refuses $name", ({ message, signature, verifyKey }) => {
    expect(suite.verify(message, signature, verifyKey)).toBe(false);
  });

  it.each(acceptableMixedOrderSignatures())("accepts $name", ({ message, signature, verifyKey }) => {
    expect(suite.verify(message, signature, verifyKey)).toBe(true);
  });

  it("answers false, never throws, for any lengths", () => {
    const bytes = fc.uint8Array({ maxLength: 96 });
    fc.assert(
      fc.property(bytes, bytes, bytes, (message, signature, verifyKey) => {
        expect(suite.verify(message, signature, verifyKey)).toBe(false);
      }),
    );
  });

  it("answers false, never throws, for arbitrary bytes of the right lengths", () => {
    const signatures = fc.uint8Array({ minLength: 64, maxLength: 64 });
    const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(signatures, keys, (signature, verifyKey) => {
        expect(suite.verify(new Uint8Array(3), signature, verifyKey)).toBe(false);
      }),
    );
  });

  it("refuses an honest signature with any one bit changed", () => {
    const secretKey = new Uint8Array(32).fill(5);
    const message = Uint8Array.of(1, 2, 3);
    const signature = suite.sign(message, secretKey);
    const verifyKey = suite.verifyKeyOf(secretKey);
    expect(suite.verify(message, signature, verifyKey)).toBe(true);
    for (let bit = 0; bit < 512; bit += 3) {
      const changed = signature.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(suite.verify(message, changed, verifyKey)).toBe(false);
    }
  });
});

describe("the crafted signatures", () => {
  it.each(craftedSignatures())("$name is what it claims under ZIP-215", (vector) => {
    const accepted = ed25519.verify(vector.signature, vector.message, vector.verifyKey, { zip215: true });
    expect(accepted).toBe(vector.acceptedByZip215);
  });
});

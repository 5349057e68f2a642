import { describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { acceptableMixedOrderSignatures, craftedSignatures } from "#crypto/testing/crafted-signatures.ts";
import { isFaithful, isSigned } from "./ed25519.ts";

const suite = await createProductSuite();

describe("the rule for signatures", () => {
  it("is kept by this WebCrypto", async () => {
    expect(await isFaithful()).toBe(true);
  });

  it("refuses every crafted signature, as libsodium does", async () => {
    const crafted = craftedSignatures();
    expect(crafted.length).toBeGreaterThan(40);
    for (const { name, message, signature, verifyKey } of crafted) {
      expect({ name, own: await isSigned(message, signature, verifyKey) }).toEqual({ name, own: false });
      expect(suite.verify(message, signature, verifyKey)).toBe(false);
    }
  });

  it("accepts what libsodium accepts under keys with a part of small order", async () => {
    for (const { message, signature, verifyKey } of acceptableMixedOrderSignatures()) {
      expect(await isSigned(message, signature, verifyKey)).toBe(suite.verify(message, signature, verifyKey));
    }
  });

  it("is false for whatever is no key and no signature", async () => {
    const key = suite.verifyKeyOf(new Uint8Array(32).fill(1));
    const signature = suite.sign(new Uint8Array(3), new Uint8Array(32).fill(1));
    expect(await isSigned(new Uint8Array(3), signature, key)).toBe(true);
    expect(await isSigned(new Uint8Array(4), signature, key)).toBe(false);
    expect(await isSigned(new Uint8Array(3), signature.subarray(1), key)).toBe(false);
    expect(await isSigned(new Uint8Array(3), signature, key.subarray(1))).toBe(false);
    expect(await isSigned(new Uint8Array(3), signature, new Uint8Array(32).fill(2))).toBe(false);
  });
});

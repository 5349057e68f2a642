import { expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { nativeSha256 } from "./native-sha256.ts";

it("is the product suite's hash, in a plain array of its own", async () => {
  const { sha256 } = await createProductSuite();
  for (const length of [0, 1, 55, 64, 65, 511, 512, 70_000]) {
    const message = Uint8Array.from({ length: length + 3 }, (_, index) => index % 256).subarray(3);
    const hash = nativeSha256(message);
    expect(hash).toEqual(sha256(message));
    expect(Object.getPrototypeOf(hash)).toBe(Uint8Array.prototype);
    expect(hash.buffer.byteLength).toBe(32);
  }
});

import { expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { createMixedSha256, nativeSha256 } from "./native-sha256.ts";

it("gives the same hash on both sides of every size", async () => {
  const { sha256 } = await createProductSuite();
  const used: number[] = [];
  const mixed = createMixedSha256((message) => {
    used.push(message.length);
    return sha256(message);
  });
  for (const length of [0, 1, 64, 511, 512, 513, 70_000]) {
    const message = Uint8Array.from({ length: length + 3 }, (_, index) => index % 256).subarray(3);
    expect(mixed(message)).toEqual(sha256(message));
    expect(nativeSha256(message)).toEqual(sha256(message));
  }
  expect(used).toEqual([0, 1, 64, 511]);
});

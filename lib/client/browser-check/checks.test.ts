import { beforeAll, describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { type CheckedSuite, runBrowserCheck } from "./checks.ts";

const seed = new Uint8Array(32).fill(7);
const good = { hash: "passed", signature: "passed", forgeryRefused: "passed", isolated: true };
let suite: CheckedSuite;

beforeAll(async () => {
  suite = await createProductSuite();
});

describe("runBrowserCheck", () => {
  it("passes with the product's suite", () => {
    expect(runBrowserCheck(suite, seed, true)).toEqual(good);
  });

  it("notices each thing that may be broken", () => {
    const broken = (part: Partial<CheckedSuite>) => runBrowserCheck({ ...suite, ...part }, seed, true);
    expect(broken({ sha256: (message) => message })).toEqual({ ...good, hash: "failed" });
    expect(broken({ verify: () => false })).toEqual({ ...good, signature: "failed" });
    expect(broken({ verify: () => true })).toEqual({ ...good, forgeryRefused: "failed" });
    expect(
      broken({
        sign: () => {
          throw new Error("no WebAssembly");
        },
      }),
    ).toEqual({ ...good, signature: "failed", forgeryRefused: "failed" });
    expect(runBrowserCheck(suite, seed, false)).toEqual({ ...good, isolated: false });
  });
});

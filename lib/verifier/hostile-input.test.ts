import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type CborValue, encodeCbor } from "#protocol/codec/cbor.ts";
import type { Anchor } from "./anchor.ts";
import { encodedEvidence } from "./testing/evidence-world.ts";
import { createGuiltyCases } from "./testing/guilty-cases.ts";
import { verifyEvidence } from "./verify-evidence.ts";

describe("hostile bytes", () => {
  let bytes = new Uint8Array(0);
  let anchorHash = new Uint8Array(0);
  let anchorOfFile: Anchor;
  beforeAll(async () => {
    const { ledger, cases } = await createGuiltyCases();
    const [guilty] = cases;
    if (!guilty) throw new Error("there are lies");
    bytes = Uint8Array.from(await encodedEvidence(ledger, guilty));
    ledger.close();
    anchorOfFile = ledger.anchor;
    anchorHash = Uint8Array.from(ledger.anchor.headerHash);
  });

  const isNotEnough = async (file: Uint8Array) => (await verifyEvidence(file)).outcome === "notEnough";

  it("are not enough, whatever they are", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), isNotEnough), { numRuns: 500 });
  });

  it("are not enough when cut off, or followed by more", async () => {
    for (let length = 0; length < bytes.length; length += 97) {
      expect(await isNotEnough(bytes.subarray(0, length))).toBe(true);
    }
    expect(await isNotEnough(Uint8Array.of(...bytes, 0))).toBe(true);
  });

  it("are refused in no time when huge, deep or boundless", async () => {
    const deep = new Uint8Array(1_000_000).fill(0x81);
    const many = new Uint8Array(20_000_000).fill(0xa0);
    many.set([0x9a, 0x01, 0x31, 0x2c, 0xfb]);
    const promised = Uint8Array.of(0x9b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    const long = Uint8Array.of(0x5b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    const tooLarge = new Uint8Array(33 * 1024 * 1024);
    const begun = performance.now();
    for (const file of [deep, many, promised, long, tooLarge]) expect(await isNotEnough(file)).toBe(true);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it("are not enough where numbers are at their limits", async () => {
    const zeros = new Uint8Array(32);
    const extremes: CborValue[] = [0, 1, Number.MAX_SAFE_INTEGER];
    for (const number of extremes) {
      const leaf = new Map<number, CborValue>([
        [1, new Uint8Array(3)],
        [2, number],
        [3, [zeros]],
      ]);
      const slot = [
        2,
        new Map<number, CborValue>([
          [1, number],
          [2, zeros],
          [
            3,
            new Map<number, CborValue>([
              [1, []],
              [2, null],
            ]),
          ],
        ]),
      ];
      const question = new Map<number, CborValue>([
        [1, slot],
        [2, leaf],
        [3, leaf],
        [4, []],
      ]);
      const file = new Map<number, CborValue>([
        [1, 1],
        [
          2,
          new Map<number, CborValue>([
            [1, "chain"],
            [2, number],
            [3, anchorHash],
            [4, zeros],
          ]),
        ],
        [3, []],
        [4, zeros],
        [5, anchorHash],
        [6, [3, question]],
        [7, null],
        [8, null],
      ]);
      expect(await verifyEvidence(encodeCbor(file))).toMatchObject({ outcome: "notEnough", kind: "mapLie" });
    }
  });

  it("say which anchor they start from even when it is not the reader's", async () => {
    const headerHash = new Uint8Array(32);
    const other = { ...anchorOfFile, headerHash };
    const verdict = await verifyEvidence(bytes, { anchors: [other] });
    expect(verdict).toMatchObject({ outcome: "notEnough", anchor: { chainId: "holdfast-evidence" } });
    expect(verdict.steps.at(-1)?.name).toBe("anchorIsTheExpected");
  });
});

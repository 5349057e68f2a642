import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeLightBlock, parseLightBlock } from "./light-block-schema.ts";
import { createLightBlock, createTestValidators } from "./testing/create-light-block.ts";
import type { LightBlock } from "./types.ts";

const block = createLightBlock({
  validators: createTestValidators([30n, 20n, 10n, 10n]),
  nextValidators: [],
  height: 7n,
  flags: ["commit", "commit", "nil", "absent"],
});

describe("light blocks as CBOR", () => {
  it("round trip", () => {
    expect(parseLightBlock(encodeLightBlock(block))).toEqual({ ok: true, value: block });
  });

  it("keep times before 1970 and past 2038 to the nanosecond", () => {
    const timed = (seconds: bigint): LightBlock => ({
      ...block,
      header: { ...block.header, time: { seconds, nanos: 1 } },
    });
    for (const seconds of [-62_135_596_800n, -1n, 2n ** 33n, 253_402_300_799n]) {
      expect(parseLightBlock(encodeLightBlock(timed(seconds)))).toEqual({ ok: true, value: timed(seconds) });
    }
  });

  it("end at heights of 2^53 - 1", () => {
    const withHeight = (height: bigint): LightBlock => ({ ...block, header: { ...block.header, height } });
    expect(parseLightBlock(encodeLightBlock(withHeight(2n ** 53n - 1n))).ok).toBe(true);
    expect(() => encodeLightBlock(withHeight(2n ** 53n))).toThrow(RangeError);
  });

  it("are refused when larger than any light block can be", () => {
    expect(parseLightBlock(new Uint8Array(300_000))).toMatchObject({
      ok: false,
      error: { type: "TooLarge" },
    });
  });

  it("answer garbage with an error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
        expect(parseLightBlock(garbage).ok).toBe(false);
      }),
    );
  });

  it("with any byte changed or the end cut off, never throw and never read as the same block", () => {
    const encoded = encodeLightBlock(block);
    fc.assert(
      fc.property(fc.nat(encoded.length - 1), fc.integer({ min: 1, max: 255 }), (position, difference) => {
        const changed = encoded.map((byte, index) => (index === position ? byte ^ difference : byte));
        const parsed = parseLightBlock(changed);
        if (parsed.ok) expect(parsed.value).not.toEqual(block);
        expect(parseLightBlock(encoded.slice(0, position)).ok).toBe(false);
      }),
    );
  });
});

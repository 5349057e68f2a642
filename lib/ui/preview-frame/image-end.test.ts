import { expect, it } from "vitest";
import { endsEarly } from "./image-end.ts";

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

it("knows an image that was cut off from a whole one", () => {
  for (const [whole, cut] of [
    ["89504e470d0a1a0a0000000049454e44ae426082", "89504e470d0a1a0a00000000494441"],
    ["ffd8ffe000104a46ffd9", "ffd8ffe000104a46"],
    ["ffd8ffe000104a46ffd9aabbcc", "ffd8ffe000104a46ff"],
    ["474946383961003b", "47494638396100"],
    ["524946460400000057454250", "524946460500000057454250"],
  ] as const) {
    expect(endsEarly(bytes(whole))).toBe(false);
    expect(endsEarly(bytes(cut))).toBe(true);
  }
});

it("says nothing of formats that it does not know, and of what is too short to have one", () => {
  for (const hex of ["", "89", "ffd8", "5249464600", "424d0000"]) expect(endsEarly(bytes(hex))).toBe(false);
});

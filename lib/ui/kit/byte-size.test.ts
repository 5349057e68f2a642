import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseSizeUnit } from "./byte-size.ts";

describe("chooseSizeUnit", () => {
  it("moves to the next unit before four digits would be shown", () => {
    expect(chooseSizeUnit(0)).toEqual({ value: 0, unit: "byte" });
    expect(chooseSizeUnit(999)).toEqual({ value: 999, unit: "byte" });
    expect(chooseSizeUnit(1_000)).toEqual({ value: 1, unit: "kilobyte" });
    expect(chooseSizeUnit(999_600)).toEqual({ value: 0.9996, unit: "megabyte" });
    expect(chooseSizeUnit(4_200_000_000)).toEqual({ value: 4.2, unit: "gigabyte" });
  });

  it("keeps the amount", () => {
    const factors = { byte: 1, kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9, terabyte: 1e12 };
    fc.assert(
      fc.property(fc.maxSafeNat(), (sizeBytes) => {
        const { value, unit } = chooseSizeUnit(sizeBytes);
        expect(value * factors[unit]).toBeCloseTo(sizeBytes, -1);
      }),
    );
  });
});

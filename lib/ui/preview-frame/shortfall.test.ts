import { expect, it } from "vitest";
import { shortfallOf } from "./shortfall.ts";

it("tells a reader what a warning of the library means", () => {
  for (const [warning, shortfall] of [
    ['Unable to decode image "img_p0_1": "JpxError: Invalid box field size".', "image"],
    ["CCITT: unexpected end of data", "image"],
    ['loadFont - translateFont failed: "FormatError: invalid font".', "font"],
    ["Invalid cMap data: Error: Unknown CMap name", "font"],
    ["Indexing all PDF objects", "damaged"],
    ['Unimplemented annotation type "Movie", falling back to base annotation.', "form"],
    ["something that no version has said yet", "other"],
  ] as const) {
    expect(shortfallOf(warning)).toBe(shortfall);
  }
});

it("says nothing of what the library prints about itself", () => {
  expect(shortfallOf("Setting up fake worker.")).toBeUndefined();
});

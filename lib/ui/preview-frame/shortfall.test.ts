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

it.each([
  "TT: complementing a missing function tail",
  "TT: undefined function: 32",
  "TT: more functions defined than expected",
  "CFF stem hints are in wrong order",
  "Badly formatted number: minus sign in the middle",
  'Bad value, for custom key "Company", in Info: null.',
  "StructTree MAX_DEPTH reached.",
  "GlobalImageCache.setData - cache limit reached.",
])("raises no alarm over a repair after which nothing is missing: %s", (warning) => {
  expect(shortfallOf(warning)).toBeUndefined();
});

it("says nothing of what the library prints about itself", () => {
  expect(shortfallOf("Setting up fake worker.")).toBeUndefined();
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { MAX_PIXELS, MAX_SIDE, scaleOf } from "./canvas-size.ts";

it("enlarges an ordinary page to the width that is wanted", () => {
  expect(scaleOf({ width: 600, height: 800 }, 1200)).toBe(2);
});

it("gives a canvas that browsers can make, whatever size a page names", () => {
  const side = fc.oneof(
    fc.constantFrom(0, 1e-9, 1, 14_400, 1e9),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
  );
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 4000 }), (width, height, wanted) => {
      const scale = scaleOf({ width, height }, wanted);
      const [w, h] = [Math.floor(width * scale), Math.floor(height * scale)];
      expect(Math.max(w, h)).toBeLessThanOrEqual(MAX_SIDE);
      expect(w * h).toBeLessThanOrEqual(MAX_PIXELS);
    }),
  );
});

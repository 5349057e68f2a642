import { expect, it } from "vitest";
import { isWhite } from "./blank-canvas.ts";

type Pixel = readonly [number, number, number, number];
const white: Pixel = [255, 255, 255, 255];
const picture = (...pixels: readonly Pixel[]) => new Uint8ClampedArray(pixels.flat());

it("takes a white picture for blank, and one of another colour not", () => {
  expect(isWhite(picture(white, white, white))).toBe(true);
  expect(isWhite(picture([200, 0, 0, 255], [200, 0, 0, 255]))).toBe(false);
});

it.each([
  [254, 255, 255, 255],
  [255, 254, 255, 255],
  [255, 255, 254, 255],
  [255, 255, 255, 254],
] as const)("finds the smallest mark anywhere: %i %i %i %i", (...mark) => {
  for (const pixels of [
    [mark, white, white],
    [white, mark, white],
    [white, white, mark],
  ]) {
    expect(isWhite(picture(...pixels))).toBe(false);
  }
});

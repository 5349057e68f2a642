import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GridShape, itemsInRectangle, itemsInView, linesOf, stepByKey } from "./shape.ts";

const shapes = fc.record({
  count: fc.nat(50_000),
  columns: fc.integer({ min: 1, max: 12 }),
  lineHeight: fc.integer({ min: 20, max: 200 }),
});
const nonEmpty = shapes.filter(({ count }) => count > 0);

describe("items in view", () => {
  it("covers what is in sight with no more than some lines beyond it", () => {
    fc.assert(
      fc.property(shapes, fc.nat(10_000_000), fc.nat(2_000), (shape, top, height) => {
        const { first, end } = itemsInView(shape, top, height);
        expect(first).toBeLessThanOrEqual(end);
        expect(end).toBeLessThanOrEqual(shape.count);
        expect(end - first).toBeLessThanOrEqual((Math.ceil(height / shape.lineHeight) + 18) * shape.columns);
        const firstSeen = Math.floor(top / shape.lineHeight) * shape.columns;
        if (firstSeen < shape.count && height > 0) {
          expect(first).toBeLessThanOrEqual(firstSeen);
          expect(end).toBeGreaterThan(firstSeen);
        }
      }),
    );
  });
});

describe("keys", () => {
  const keys = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown", "x"];

  it("never lead out of the list", () => {
    fc.assert(
      fc.property(nonEmpty, fc.constantFrom(...keys), fc.nat(), fc.nat(40), (shape, key, where, pages) => {
        const next = stepByKey(shape, key, where % shape.count, pages);
        if (next === undefined) return;
        expect(next).toBeGreaterThanOrEqual(0);
        expect(next).toBeLessThan(shape.count);
      }),
    );
  });

  it("go down through tiles by column, and to the last one of a shorter line", () => {
    const tiles: GridShape = { count: 7, columns: 3, lineHeight: 160 };
    expect(stepByKey(tiles, "ArrowDown", 0, 2)).toBe(3);
    expect(stepByKey(tiles, "ArrowDown", 5, 2)).toBe(6);
    expect(stepByKey(tiles, "ArrowDown", 6, 2)).toBe(6);
    expect(stepByKey(tiles, "ArrowRight", 2, 2)).toBe(3);
    expect(stepByKey({ ...tiles, columns: 1 }, "ArrowRight", 2, 2)).toBeUndefined();
  });
});

describe("a rectangle", () => {
  it("touches exactly the items of its lines and columns", () => {
    const tiles: GridShape = { count: 8, columns: 3, lineHeight: 100 };
    const area = { left: 150, right: 290, top: 50, bottom: 150 };
    expect(itemsInRectangle(tiles, 300, area)).toEqual([1, 2, 4, 5]);
    expect(itemsInRectangle(tiles, 300, { ...area, bottom: 9_999 })).toEqual([1, 2, 4, 5, 7]);
  });

  it("names items of the list only, each once", () => {
    const side = fc.integer({ min: -500, max: 5_000 });
    fc.assert(
      fc.property(nonEmpty, side, side, side, side, (shape, a, b, c, d) => {
        const area = {
          left: Math.min(a, b),
          right: Math.max(a, b),
          top: Math.min(c, d),
          bottom: Math.max(c, d),
        };
        const found = itemsInRectangle(shape, 800, area);
        expect(new Set(found).size).toBe(found.length);
        for (const at of found) expect(at).toBeLessThan(linesOf(shape) * shape.columns);
        for (const at of found) expect(at).toBeLessThan(shape.count);
      }),
    );
  });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { SizeQueue } from "./size-queue.ts";

it("gives everything back once, smaller classes first, in the order of arrival within one", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000_000)), (sizes) => {
      const queue = new SizeQueue<{ readonly size: number; readonly at: number }>();
      for (const [at, size] of sizes.entries()) queue.push({ size, at }, size);
      const listed = [...queue];
      const shifted = sizes.map(() => {
        const next = queue.peek();
        expect(queue.shift()).toBe(next);
        return next;
      });
      expect(queue.shift()).toBeUndefined();
      const classOf = (size: number) => Math.ceil(Math.log2(size + 1));
      const expected = sizes
        .map((size, at) => ({ size, at }))
        .sort((a, b) =>
          classOf(a.size) === classOf(b.size) ? a.at - b.at : classOf(a.size) - classOf(b.size),
        );
      expect(shifted).toEqual(expected);
      expect(listed).toEqual(expected);
    }),
  );
});

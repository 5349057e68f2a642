import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Period, TrustState } from "#client/engine.ts";
import { groupPeriods, worstState } from "./period-groups.ts";

const states: readonly TrustState[] = [
  "verified",
  "pending",
  "partial",
  "stale",
  "suspect",
  "contradiction",
  "other",
];
const HOUR_MS = 3_600_000;

const period = (epoch: number, sealedAt: number | null, record: TrustState = "verified"): Period => ({
  epoch,
  sealedAt,
  lanes: { device: "verified", record, seal: "verified" },
  state: record,
  ownOperations: 0,
});

describe("the period rail's cells", () => {
  it("has one cell a period at the closest zoom, oldest first", () => {
    const groups = groupPeriods([period(3, null), period(1, 10), period(2, 20)], "hour");
    expect(groups.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  it("lets the worst state win when zoomed out", () => {
    const groups = groupPeriods([period(1, 1), period(2, 2, "suspect"), period(3, HOUR_MS)], "day");
    expect(groups.map(({ lanes, count }) => [lanes.record, count])).toEqual([
      ["suspect", 2],
      ["verified", 1],
    ]);
  });

  it("never hides a contradiction, at any zoom", () => {
    const arbitrary = fc.array(fc.tuple(fc.nat(100 * HOUR_MS), fc.constantFrom(...states)), { minLength: 1 });
    fc.assert(
      fc.property(arbitrary, fc.constantFrom("hour", "day", "month"), (sealed, zoom) => {
        const periods = sealed.map(([at, record], index) => period(index, at, record));
        const worst = worstState(sealed.map(([, record]) => record));
        expect(worstState(groupPeriods(periods, zoom).map(({ lanes }) => lanes.record))).toBe(worst);
      }),
    );
  });
});

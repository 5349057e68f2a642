import { describe, expect, it } from "vitest";
import { countHistories } from "./testing/register-model.ts";

/**
 * Why a receipt commits to the whole prefix, why reads are logged with their result bound, and why there is one
 * checkpoint per log and epoch: take any of them away, and devices accept histories that never were.
 */
describe("what the checks buy, exhaustively on a register with two devices", () => {
  it("accepts only linearizable histories with all of them", () => {
    const { accepted, notLinearizable } = countHistories("complete");
    expect(accepted).toBeGreaterThan(1_000);
    expect(notLinearizable).toBe(0);
  });

  it.each(["indexOnlyReceipts", "readsUnlogged", "readsUnbound", "checkpointNotUnique"] as const)(
    "accepts wrong histories with %s",
    (variant) => {
      const { accepted, notLinearizable } = countHistories(variant);
      expect(accepted).toBeGreaterThan(0);
      expect(notLinearizable / accepted).toBeGreaterThan(0.1);
    },
  );
});

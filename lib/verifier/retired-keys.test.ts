import { describe, expect, it } from "vitest";
import { encodedEvidence } from "./testing/evidence-world.ts";
import { createGuiltyCases } from "./testing/guilty-cases.ts";
import { verifyEvidence } from "./verify-evidence.ts";

/** Everything that the instance's key has signed in these cases, when that key is retired at an epoch. */
async function outcomesIf(retiredAt: number): Promise<ReadonlyMap<string, string>> {
  const { ledger, cases } = await createGuiltyCases(retiredAt);
  const outcomes = new Map<string, string>();
  for (const guilty of cases) {
    const file = await encodedEvidence(ledger, guilty);
    outcomes.set(guilty.name, (await verifyEvidence(file, { anchors: [ledger.anchor] })).outcome);
  }
  ledger.close();
  return outcomes;
}

/** Nothing in them shows when the key signed: they rest on slots, or on heads without any leaf that has an epoch. */
const TIMELESS = [
  "fork: two notes",
  "fork: two instances",
  "fork: one size",
  "fork: a slot and a note",
  "a slot that is gone",
  "a leaf put into a sealed epoch",
  "invalid leaf: no leaf at all",
];

describe("what a retired key has signed", () => {
  it("still convicts where it was alive", async () => {
    const outcomes = await outcomesIf(1_000_000);
    expect([...new Set(outcomes.values())]).toEqual(["contradictionProven"]);
  });

  it("convicts nobody where a leaf, a record or a seal shows that it was dead", async () => {
    const outcomes = await outcomesIf(0);
    const proven = [...outcomes].filter(([, outcome]) => outcome === "contradictionProven");
    expect(proven.map(([name]) => name).toSorted()).toEqual(TIMELESS.toSorted());
    expect(new Set(outcomes.values())).toEqual(new Set(["contradictionProven", "notEnough"]));
  });

  it("is judged by the epoch of what it signed", async () => {
    const outcomes = await outcomesIf(1);
    // A leaf of epoch 0, and records of epoch 1.
    expect(outcomes.get("a receipted leaf beyond its seal")).toBe("contradictionProven");
    for (const kind of ["one anchored", "one key", "two keys"]) {
      expect(outcomes.get(`two epoch records: ${kind}`)).toBe("notEnough");
    }
  });
});

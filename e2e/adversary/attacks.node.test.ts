import { describe, expect, it } from "vitest";
import { EXPECTATIONS, shortfalls } from "./expectations.ts";
import { ATTACKS } from "./mallory/attacks.ts";
import { runAttack } from "./world/scenario.ts";

/** Every row of the threat model that mallory can make, against the real device over real HTTP; they share nothing. */
describe.concurrent.each([
  { mode: "with its proofs", isWithholding: false },
  { mode: "withholding them", isWithholding: true },
])("a server that lies $mode", ({ isWithholding }) => {
  it.each(ATTACKS)(
    "$number $title",
    async (attack) => {
      const expected = EXPECTATIONS.get(attack.number);
      if (!expected) throw new Error("an attack without an expectation");
      const report = await runAttack(attack, isWithholding ? "proofs" : "nothing");
      expect(shortfalls(expected, report, isWithholding), JSON.stringify(report.raised)).toEqual([]);
    },
    60_000,
  );
});

/** What a device proves from its own mirror, receipts and accepted seals, without a leaf from the server. */
const PROVEN_ALONE = [2, 5, 21, 22, 30];

describe.concurrent("a server that lies and hides its leaves", () => {
  it.each(ATTACKS.filter(({ number }) => (EXPECTATIONS.get(number)?.evidence ?? null) !== null))(
    "$number $title",
    async ({ number, ...attack }) => {
      const { red, verdict, evidence, isPaused } = await runAttack({ number, ...attack }, "leaves");
      const isProven = evidence.some(({ outcome }) => outcome === "contradictionProven");
      // Red with evidence that others accept, amber without.
      expect(red !== null).toBe(isProven);
      expect(verdict).toBe(isProven ? "contradiction" : "suspect");
      expect(isPaused).toBe(true);
      if (PROVEN_ALONE.includes(number)) expect(isProven).toBe(true);
    },
    60_000,
  );
});

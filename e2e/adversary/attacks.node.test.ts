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
      const report = await runAttack(attack, isWithholding);
      expect(shortfalls(expected, report, isWithholding), JSON.stringify(report.raised)).toEqual([]);
    },
    60_000,
  );
});

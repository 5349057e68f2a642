import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACCIDENTS, type Accident, AccidentWorld } from "./accident-world.ts";

async function live(story: readonly Accident[]) {
  const world = await AccidentWorld.start();
  try {
    for (const accident of story) await world.suffer(accident);
    return { after: await world.recover(), seen: world.seen };
  } finally {
    await world.end();
  }
}

function expectNoRed({ after, seen }: Awaited<ReturnType<typeof live>>): void {
  expect([...seen]).not.toContain("contradiction");
  expect([...seen]).not.toContain("other");
  // That the ledger's clock went on and no epoch came is no accusation of a lie.
  expect(after.proofs.filter(({ accused }) => accused !== "liveness")).toEqual([]);
  expect(after.accusations).toBe(after.proofs.length);
}

describe("an honest server and an unlucky device", () => {
  it.each(ACCIDENTS.map((accident) => [accident]))(
    "%s ends without red, and heals",
    async (accident) => {
      const lived = await live([accident, accident]);
      expectNoRed(lived);
      expect(lived.after.isWritePaused).toBe(false);
      expect(["verified", "partial"]).toContain(lived.after.trust.state);
    },
    60_000,
  );

  it("whose server runs a day ahead ends without red, though a ledger cannot go back in time", async () => {
    const lived = await live(["serverClockAhead"]);
    expectNoRed(lived);
    expect([...lived.seen]).toContain("stale");
  }, 60_000);

  it("whose server comes back with a new key is under no suspicion", async () => {
    const lived = await live(["lostInstanceKey"]);
    expectNoRed(lived);
    expect([...lived.seen]).not.toContain("suspect");
  }, 60_000);

  it("one after the other in any order, ends without red", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...ACCIDENTS), { minLength: 8, maxLength: 12 }),
        async (story) => expectNoRed(await live(story)),
      ),
      { numRuns: 2, seed: 20_261_120, endOnFailure: true },
    );
  }, 240_000);
});

import { beforeAll, describe, expect, it } from "vitest";
import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { Anchor } from "./anchor.ts";
import { anchor, encodedEvidence } from "./testing/evidence-world.ts";
import { createGuiltyCases } from "./testing/guilty-cases.ts";
import { honestClaims, REASONS } from "./testing/honest-claims.ts";
import { createHistory } from "./testing/honest-history.ts";
import { createRandom, mutate, pick } from "./testing/mutate.ts";
import { verifyEvidence } from "./verify-evidence.ts";

/** HOLDFAST_MUTATIONS=100000 for a long run. */
const MUTATIONS = Number(process.env["HOLDFAST_MUTATIONS"] ?? 600);
const HISTORIES = 4 + Math.floor(MUTATIONS / 1_000);
const TIMEOUT_MS = 60_000 + 50 * MUTATIONS;

interface HonestFile {
  readonly anchors: readonly Anchor[];
  readonly seed: number;
  readonly name: string;
  readonly bytes: Bytes;
}

async function honestFiles(seed: number): Promise<HonestFile[]> {
  const random = createRandom(seed);
  const history = createHistory(random, 40);
  const ledger = await anchor(history.epochs.map(({ tree }) => tree));
  try {
    return await Promise.all(
      honestClaims(history, ledger, random).map(async (claim) => ({
        seed,
        anchors: [ledger.anchor],
        name: claim.name,
        bytes: await encodedEvidence(ledger, claim),
      })),
    );
  } finally {
    ledger.close();
  }
}

describe("an honest server", () => {
  const files: HonestFile[] = [];
  beforeAll(async () => {
    for (let seed = 1; seed <= HISTORIES; seed++) files.push(...(await honestFiles(seed)));
  }, TIMEOUT_MS);

  it("is never accused, whatever its statements are put together for", { timeout: TIMEOUT_MS }, async () => {
    const consistent = new Set<string>();
    for (const { name, bytes, anchors } of files) {
      const verdict = await verifyEvidence(bytes, { anchors });
      expect(`${name}: ${verdict.outcome}`).toMatch(/: (?:consistent|notEnough)$/);
      if (verdict.outcome === "consistent") consistent.add(name);
    }
    // Not because the verifier balks at everything: each kind of accusation was followed to its end.
    expect([...consistent]).toEqual(
      expect.arrayContaining([
        ...REASONS,
        "staleRead",
        "prefix",
        "leaves",
        "seen",
        "beyondSeal",
        "mapLie",
        "missingSlot",
        "twoEpochRecords",
        "overdueEpoch",
        "refusal: outOfStep",
        "refusal: seenNotPrefix",
        "refusal: badSignature",
        "refusal: foreignLog",
      ]),
    );
  });

  it("is never accused by a file in which something was changed", { timeout: TIMEOUT_MS }, async () => {
    const random = createRandom(7);
    for (let round = 0; round < MUTATIONS; round++) {
      const file = pick(random, files);
      // Of the same history: the same instances sign all of them here, and no honest one lives two.
      const donors = files.filter(({ seed }) => seed === file.seed);
      const changed = mutate(file.bytes, pick(random, donors).bytes, random);
      const { outcome } = await verifyEvidence(changed, { anchors: file.anchors });
      const isSafe = outcome !== "contradictionProven" && outcome !== "overdue";
      expect(isSafe, `${file.name}, round ${round}: ${toHex(isSafe ? new Uint8Array() : changed)}`).toBe(
        true,
      );
    }
  });
});

describe("a lying server", () => {
  it("is accused of nothing else by a file in which something was changed", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { ledger, cases } = await createGuiltyCases();
    const anchors = [ledger.anchor];
    const files = await Promise.all(
      cases.map(async (guilty) => {
        const bytes = await encodedEvidence(ledger, guilty);
        return { bytes, honest: await verifyEvidence(bytes, { anchors }) };
      }),
    );
    ledger.close();
    const random = createRandom(11);
    let stillProven = 0;
    for (let round = 0; round < MUTATIONS; round++) {
      const { bytes, honest } = pick(random, files);
      const changed = mutate(bytes, bytes, random);
      const verdict = await verifyEvidence(changed, { anchors });
      if (verdict.outcome !== "contradictionProven" || equalBytes(changed, bytes)) continue;
      stillProven += 1;
      const { kind, log, accused, asOf, anchor: start } = verdict;
      expect(honest).toMatchObject({ kind, log, asOf, anchor: start });
      // Where an instance is guilty, its deployment is: one of two signatures may be gone, and the lie still be told.
      if (accused.role === "instance") expect(honest).toMatchObject({ accused });
      else expect(accused.id).toBe(toHex(ledger.deployment));
    }
    // What the proof does not rest on, such as the reporter or a proven entry too many, may be anything.
    expect(stillProven).toBeLessThan(MUTATIONS / 4);
  });
});

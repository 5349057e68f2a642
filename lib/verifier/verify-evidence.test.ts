import { afterAll, describe, expect, it } from "vitest";
import { toHex } from "#protocol/bytes/text.ts";
import { encodedEvidence, instanceSecret, suite } from "./testing/evidence-world.ts";
import { createGuiltyCases, createOverdueCase } from "./testing/guilty-cases.ts";
import { verifyEvidence } from "./verify-evidence.ts";

const { ledger, cases } = await createGuiltyCases();
afterAll(() => ledger.close());

describe("evidence of a lie", () => {
  for (const guilty of cases) {
    it(`is accepted: ${guilty.name}`, async () => {
      const file = await encodedEvidence(ledger, guilty);
      const verdict = await verifyEvidence(file, { anchors: [ledger.anchor] });
      expect(verdict.steps.filter(({ passed }) => !passed)).toEqual([]);
      expect(verdict).toMatchObject({
        outcome: "contradictionProven",
        kind: guilty.claim.kind,
        log: guilty.log ? toHex(guilty.log.identity.id) : null,
        accused:
          guilty.accused === "instance"
            ? { role: "instance", key: toHex(suite.verifyKeyOf(instanceSecret)) }
            : { role: "deployment", id: toHex(ledger.deployment) },
        anchor: { chainId: ledger.anchor.chainId, height: ledger.anchor.height },
      });
    });
  }

  it("is of liveness where an epoch is overdue", async () => {
    const { ledger: late, subject } = await createOverdueCase();
    const verdict = await verifyEvidence(await encodedEvidence(late, subject), { anchors: [late.anchor] });
    late.close();
    expect(verdict).toMatchObject({ outcome: "overdue", kind: "overdueEpoch", log: null });
  });
});

import { expect, it, onTestFinished } from "vitest";
import { createTestValidators } from "#protocol/comet/testing/create-light-block.ts";
import type { TrustAnchor } from "#protocol/comet/trust-anchor.ts";
import { createPaperLedger } from "#verifier/testing/paper-ledger.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";
import { describeVerdict } from "#verifier/words.ts";
import { startHostileProduct } from "./world/hostile-product.ts";

/**
 * Beside the table, since here the server is honest and its accuser lies: without a key of the deployment and without
 * a byte of its ledger he makes up another one in which it broke its word, and puts its name into it.
 */
async function frame(): Promise<{ readonly file: Uint8Array; readonly victim: TrustAnchor }> {
  const hostile = await startHostileProduct();
  onTestFinished(() => hostile.close());
  const victim = hostile.product.anchor;
  const ledger = createPaperLedger(victim.chainId, victim.deploymentId);
  const validators = createTestValidators([1n]);
  return { file: ledger.file([[ledger.block(7, 1, validators), ledger.block(9, 2, validators)]]), victim };
}

it("a ledger invented for a verdict accuses nobody", async () => {
  const { file, victim } = await frame();
  const { deploymentId: deployment, chainId, headerHash } = victim;
  const known = { chainId, deployment, headerHash };
  for (const anchors of [
    [],
    [{ ...known, height: 1 }],
    [{ ...known, height: 7 }],
    [{ ...known, height: 900 }],
  ]) {
    const verdict = await verifyEvidence(file, { anchors });
    expect(["witnessWord", "notEnough"]).toContain(verdict.outcome);
    expect(verdict).not.toHaveProperty("accused");
    expect(describeVerdict(verdict)[0]).not.toContain("PROVEN");
  }
  expect(describeVerdict(await verifyEvidence(file))[0]).toMatch(
    /^THE WITNESS'S WORD\. .*may have invented it\.$/,
  );
});

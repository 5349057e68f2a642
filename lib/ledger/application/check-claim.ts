import { compareBytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { encodeForcedRecord } from "#protocol/checkpoint/forced-record.ts";
import type { OpenChallenge } from "#protocol/checkpoint/ledger-state.ts";
import { MAX_OPEN_CHALLENGES } from "#protocol/checkpoint/limits.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { verifyNote } from "#protocol/log/head.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { ActionOf, Effect } from "./check-transaction.ts";
import { type Deployment, findDeployment, type LedgerModel, withDeployment } from "./model.ts";
import { type ClaimContent, claimPosition, recordClaim } from "./record-claim.ts";
import type { Refusal } from "./refusal.ts";

/** EVIDENCE: recorded for good, not judged; whoever reads it verifies it. */
export function checkEvidence(
  suite: CryptoSuite,
  model: LedgerModel,
  { deployment, evidence }: ActionOf<"evidence">,
): Result<Effect, Refusal> {
  return checkClaim(suite, model, { kind: "evidence", deployment, content: evidence });
}

/** FORCE: a whole record, so that the deployment can no longer say it never got it. */
export function checkForce(
  suite: CryptoSuite,
  model: LedgerModel,
  { deployment, record, signature }: ActionOf<"force">,
): Result<Effect, Refusal> {
  return checkClaim(suite, model, {
    kind: "force",
    deployment,
    content: encodeForcedRecord({ record, signature }),
  });
}

/** CHALLENGE: a head signed by any key the deployment ever registered; one open for each log. */
export function checkChallenge(
  suite: CryptoSuite,
  model: LedgerModel,
  { deployment: id, note }: ActionOf<"challenge">,
): Result<Effect, Refusal> {
  const deployment = findDeployment(model, id);
  if (!deployment) return err({ type: "DeploymentUnknown" });
  const head = verifyNote(
    suite,
    note,
    deployment.registry.map(({ key }) => key),
  );
  // The empty head is a prefix of everything: nothing to account for.
  if (!head.ok || head.value.size === 0) return err({ type: "ChallengeNoteInvalid" });
  const { log, size, root } = head.value;
  if (deployment.challenges.some((open) => equalBytes(open.log, log)))
    return err({ type: "ChallengeAlreadyOpen" });
  if (deployment.challenges.length >= MAX_OPEN_CHALLENGES) {
    return err({ type: "LimitReached", limit: "challenges" });
  }
  const challenge: OpenChallenge = {
    log,
    size,
    root,
    noteHash: suite.sha256(note),
    openedAtEpoch: deployment.epochs,
  };
  const challenged: Deployment = {
    ...deployment,
    challenges: [...deployment.challenges, challenge].sort((a, b) => compareBytes(a.log, b.log)),
  };
  const recorded = checkClaim(suite, model, { kind: "challenge", deployment: id, content: note });
  if (!recorded.ok) return recorded;
  return ok((base, accepted) => recorded.value(withDeployment(base, challenged), accepted));
}

function checkClaim(suite: CryptoSuite, model: LedgerModel, claim: ClaimContent): Result<Effect, Refusal> {
  if (!findDeployment(model, claim.deployment)) return err({ type: "DeploymentUnknown" });
  if (claimPosition(suite, model, claim) !== undefined) return err({ type: "ClaimAlreadyRecorded" });
  if (model.claimsInBlock >= model.params.maxClaimsPerBlock)
    return err({ type: "LimitReached", limit: "claims" });
  return ok((base, accepted) => recordClaim(suite, base, claim, accepted));
}

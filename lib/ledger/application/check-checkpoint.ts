import { equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { parseChallengeResponse, verifyChallengeResponse } from "#protocol/checkpoint/challenge-response.ts";
import {
  type EpochRecord,
  epochRecordHash,
  parseEpochRecord,
  verifyEpochSignature,
} from "#protocol/checkpoint/epoch-record.ts";
import { epochLeaf, isActiveAt } from "#protocol/checkpoint/ledger-state.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { ActionOf, Effect } from "./check-transaction.ts";
import { type Deployment, findDeployment, type LedgerModel, withDeployment } from "./model.ts";
import { recordClaim } from "./record-claim.ts";
import type { Refusal } from "./refusal.ts";

/**
 * Epochs a challenge may stay open: the one being anchored when it came, and the next, which holds every head
 * that an honest deployment can have signed by then. From the one after, a CHECKPOINT must bring the answer.
 */
const CHALLENGE_GRACE_EPOCHS = 2;

/** CHECKPOINT: the next epoch's record, signed by enough instances, with answers to challenges that are due. */
export function checkCheckpoint(
  suite: CryptoSuite,
  model: LedgerModel,
  action: ActionOf<"checkpoint">,
): Result<Effect, Refusal> {
  const parsed = parseEpochRecord(action.record);
  if (!parsed.ok) return err({ type: "EpochRecordMalformed" });
  const record = parsed.value;
  const deployment = findDeployment(model, record.deployment);
  if (!deployment) return err({ type: "DeploymentUnknown" });
  const wrong = orderError(deployment, record, action) ?? signaturesError(suite, deployment, record, action);
  if (wrong) return err(wrong);
  const answered = answeredLogs(suite, deployment, record, action);
  if (!answered.ok) return answered;
  const open = deployment.challenges.filter(({ log }) => !answered.value.has(toHex(log)));
  const overdue = open.find(({ openedAtEpoch }) => openedAtEpoch + CHALLENGE_GRACE_EPOCHS <= record.epoch);
  if (overdue) return err({ type: "ChallengeUnanswered", openedAtEpoch: overdue.openedAtEpoch });

  return ok((base, accepted) => {
    deployment.log.put(
      deployment.epochs,
      { record: action.record, accepted },
      epochLeaf(action.record, accepted),
    );
    const advanced: Deployment = {
      ...deployment,
      epochs: record.epoch + 1,
      head: epochRecordHash(suite, action.record),
      challenges: open,
    };
    return action.responses.reduce(
      (next, content) =>
        recordClaim(suite, next, { kind: "response", deployment: deployment.id, content }, accepted),
      withDeployment(base, advanced),
    );
  });
}

function orderError(
  { epochs, head, log }: Deployment,
  { epoch, previous }: EpochRecord,
  action: ActionOf<"checkpoint">,
): Refusal | undefined {
  if (epoch > epochs) return { type: "EpochSkipped", expected: epochs };
  if (epoch < epochs) {
    const recorded = log.at(epoch);
    return equalBytes(recorded.record, action.record)
      ? { type: "CheckpointAlreadyIncluded", height: recorded.accepted.height }
      : { type: "EpochTaken", epoch };
  }
  return equalBytes(previous, head) ? undefined : { type: "PreviousNotHead" };
}

/** Parsing has refused a signer named twice. */
function signaturesError(
  suite: CryptoSuite,
  { registry, policy: { threshold } }: Deployment,
  { epoch }: EpochRecord,
  { record, signatures }: ActionOf<"checkpoint">,
): Refusal | undefined {
  for (const { key, signature } of signatures) {
    const entry = registry.find((candidate) => equalBytes(candidate.key, key));
    if (!entry || !isActiveAt(entry, epoch)) return { type: "InstanceNotActive" };
    if (!verifyEpochSignature(suite, record, signature, key)) return { type: "SignatureInvalid" };
  }
  if (signatures.length >= threshold) return undefined;
  return { type: "ThresholdNotReached", threshold, signatures: signatures.length };
}

/** Log ids, in hexadecimal, of the challenges that the checkpoint answers; every response must answer one. */
function answeredLogs(
  suite: CryptoSuite,
  { challenges }: Deployment,
  { root }: EpochRecord,
  { responses }: ActionOf<"checkpoint">,
): Result<ReadonlySet<string>, Refusal> {
  const answered = new Set<string>();
  for (const responseBytes of responses) {
    const response = parseChallengeResponse(responseBytes);
    if (!response.ok) return err({ type: "ResponseInvalid" });
    const challenge = challenges.find(({ log }) => equalBytes(log, response.value.log));
    if (!challenge || !verifyChallengeResponse(suite, challenge, response.value, root).ok) {
      return err({ type: "ResponseInvalid" });
    }
    answered.add(toHex(challenge.log));
  }
  return answered.size === responses.length ? ok(answered) : err({ type: "ResponseInvalid" });
}

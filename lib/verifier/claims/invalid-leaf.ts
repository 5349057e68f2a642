import { equal, hex, isZero } from "../bytes.ts";
import { blame, type Case, type Finding } from "../case.ts";
import { isSignedInContext } from "../ed25519.ts";
import type { ClaimOf } from "../evidence.ts";
import type { Leaf } from "../leaf.ts";
import { mapKey, parseValue } from "../log-map.ts";
import { isGenesis, isInconsistent, logIdOf } from "../record.ts";
import { needRegistration, registeredDevice } from "../registration.ts";
import { isPrefix } from "../tree.ts";
import { isOutcomeWrong } from "./outcome.ts";
import { needQuestion, type ProvenQuestion } from "./question.ts";
import { isUnauthorised } from "./unauthorised.ts";

type RecordLeaf = Extract<Leaf, { readonly kind: "record" }>;

/** A leaf that no honest server appends, for a reason of a closed list. */
export async function judgeInvalidLeaf(file: Case, claim: ClaimOf<"invalidLeaf">): Promise<Finding> {
  const question = await needQuestion(file, claim.question);
  const isInvalid = await breaks(file, claim, question);
  return {
    contradicts: file.steps.decide("leafIsInvalid", isInvalid, claim.reason),
    accused: blame(file, question.signer),
  };
}

async function breaks(file: Case, claim: ClaimOf<"invalidLeaf">, question: ProvenQuestion): Promise<boolean> {
  const { steps, log } = file;
  const { index, before } = question;
  if (claim.reason === "notCanonical") return isNotCanonical(question);
  const leaf = steps.need("recordIsReadable", question.leaf);
  const record = () => steps.need("recordIsReadable", leaf.kind === "record" && leaf, "a device's record");
  switch (claim.reason) {
    case "badSignature":
      return !(await isRecordSigned(file, claim, record()));
    case "foreignLog":
      return !isOfLog(leaf, index, log);
    case "outOfStep":
      return isOutOfStep(file, claim, question, record());
    case "seenNotTrue":
      return isSeenUntrue(file, claim, question, record());
    case "outcomeWrong":
      return isOutcomeWrong(file, question, record());
    case "expiredApplied": {
      const { record: expiring, stamp } = record();
      return (stamp.outcome === "expired") !== stamp.epoch > expiring.sealedEpoch + 3;
    }
    case "unauthorised":
      return isUnauthorised(file, claim, question, record());
    case "stampNotMonotone": {
      const earlier = steps.expect("evidenceSuffices", before?.stamp, "the leaf before");
      const { serverTime, epoch, organizationSize } = leaf.stamp;
      return (
        serverTime < earlier.serverTime ||
        epoch < earlier.epoch ||
        organizationSize < earlier.organizationSize
      );
    }
    case "indexWrong":
      return leaf.stamp.index !== index;
  }
}

function isNotCanonical({ leaf, index }: ProvenQuestion): boolean {
  if (!leaf) return true;
  if (leaf.kind === "epoch") return leaf.stamp.results !== null;
  const { content } = leaf.record;
  const needsResults = content.kind === "read" && leaf.stamp.outcome === "applied";
  return (
    (leaf.stamp.results !== null) !== needsResults ||
    isGenesis(content) !== (index === 0) ||
    isInconsistent(content)
  );
}

async function isRecordSigned(
  file: Case,
  { registration }: ClaimOf<"invalidLeaf">,
  { record, recordBytes, signature }: RecordLeaf,
): Promise<boolean> {
  if (record.content.kind === "organizationGenesis") {
    return isSignedInContext("record", recordBytes, signature, record.content.rootKey);
  }
  const device = registeredDevice(await needRegistration(file, registration), record.device);
  const { key } = file.steps.expect("evidenceSuffices", device ?? undefined, "the registered key");
  return isSignedInContext("record", recordBytes, signature, key);
}

function isOfLog(leaf: Leaf, index: number, log: Uint8Array): boolean {
  if (leaf.kind === "epoch") return equal(leaf.log, log);
  if (index > 0) return equal(leaf.record.log, log);
  return isZero(leaf.record.log) && equal(logIdOf(leaf.recordBytes, leaf.signature), log);
}

async function isOutOfStep(
  file: Case,
  { registration }: ClaimOf<"invalidLeaf">,
  { entries }: ProvenQuestion,
  { record }: RecordLeaf,
): Promise<boolean> {
  const found = entries.read(mapKey.device(record.device), parseValue.device);
  const previous = file.steps.expect("evidenceSuffices", found, "the device's entry");
  if (previous === null) return record.seq !== 0 || !isZero(record.prev);
  if (record.seq !== previous.seq + 1 || !equal(record.prev, previous.recordHash)) return true;
  if (record.seenSize > previous.index) return false;
  // The organization's root key may repeat itself unseen, in the organization's own log.
  if (file.logKind === "workspace") return true;
  const author = registeredDevice(await needRegistration(file, registration), record.device);
  return !file.steps.expect("evidenceSuffices", author ?? undefined, "the author").isRoot;
}

function isSeenUntrue(
  file: Case,
  { prefix }: ClaimOf<"invalidLeaf">,
  { index, size, root }: ProvenQuestion,
  { record }: RecordLeaf,
): boolean {
  const { seenSize, seenRoot } = record;
  if (seenSize > index) return true;
  if (seenSize === 0) return !isZero(seenRoot);
  const proof = file.steps.expect("evidenceSuffices", prefix ?? undefined, "a prefix of the head");
  const isProof = isPrefix({ size: seenSize, root: proof.root }, { size, root }, proof.path);
  file.steps.need("prefixIsProven", isProof, `size ${seenSize} of ${size}, root ${hex(proof.root)}`);
  return !equal(proof.root, seenRoot);
}

import { equal, hex } from "../bytes.ts";
import { blame, type Case, describeHead, type Finding, isRetiredBy, vouchedHead } from "../case.ts";
import { isSignedInContext } from "../ed25519.ts";
import type { ClaimOf } from "../evidence.ts";
import { parseEpochRecord } from "../ledger.ts";
import { mapKey } from "../log-map.ts";
import { isProven } from "../prefix-map.ts";
import type { StepName } from "../verdict.ts";

/** A log that had a slot in the tree of an epoch, and none in a later one's: slots are never removed. */
export async function judgeMissingSlot(file: Case, claim: ClaimOf<"missingSlot">): Promise<Finding> {
  const { steps, ledger, log } = file;
  const { earlier, later } = claim;
  const found = await vouchedHead(file, log, earlier);
  steps.need("slotIsInEarlierEpoch", found, found && `epoch ${earlier.epoch}, ${describeHead(found)}`);
  const laterEpoch = ledger.epochs.get(later.epoch);
  const { root } = steps.expect(
    "evidenceSuffices",
    earlier.epoch < later.epoch && laterEpoch,
    `epoch ${later.epoch}`,
  );
  const isAbsent = isProven(root, { key: mapKey.epochSlot(log), valueHash: null, proof: later.proof });
  const isGone = steps.decide("slotIsGone", isAbsent, `epoch ${later.epoch}, root ${hex(root)}`);
  return { contradicts: isGone, accused: blame(file, null) };
}

/** Two records of one epoch, each signed by an instance; or one beside the record that the ledger holds. */
export async function judgeTwoEpochRecords(file: Case, claim: ClaimOf<"twoEpochRecords">): Promise<Finding> {
  const { steps, ledger } = file;
  const a = await needSigned(file, claim.a, "epochRecordIsSigned");
  const anchored = ledger.epochs.get(a.epoch)?.record;
  const b = claim.b
    ? await needSigned(file, claim.b, "otherEpochRecordIsSigned")
    : { epoch: a.epoch, record: steps.expect("evidenceSuffices", anchored, `epoch ${a.epoch}`), key: null };
  const differ = a.epoch === b.epoch && !equal(a.record, b.record);
  return {
    contradicts: steps.decide("epochRecordsDiffer", differ, `epoch ${a.epoch}`),
    accused: blame(file, a.key, b.key),
  };
}

/** The ledger goes on, and an epoch that the policy asks for by now is not on it. */
export function judgeOverdueEpoch(file: Case, { epoch, graceMs }: ClaimOf<"overdueEpoch">): Finding {
  const { steps, ledger } = file;
  steps.expect("evidenceSuffices", ledger.epochCount <= epoch, `${ledger.epochCount} epochs`);
  const sinceNs = steps.expect(
    "evidenceSuffices",
    epoch === 0 ? ledger.firstKnownNs : ledger.epochs.get(epoch - 1)?.acceptedNs,
    epoch === 0 ? "the first header that knows the deployment" : `epoch ${epoch - 1}`,
  );
  // Whatever the reporter would grant, an epoch in which nothing happens may take its time.
  const { epochLengthMs, idleEpochLengthMs } = ledger.policy;
  const allowedMs = Math.max(idleEpochLengthMs, epochLengthMs + graceMs);
  const lateNs = ledger.asOfNs - sinceNs - BigInt(allowedMs) * 1_000_000n;
  const seconds = Number(lateNs / 1_000_000_000n);
  return {
    contradicts: steps.decide("epochIsOverdue", lateNs > 0n, `epoch ${epoch}, ${seconds} s`),
    accused: blame(file, null),
  };
}

async function needSigned(
  { steps, ledger }: Case,
  { record, key, signature }: ClaimOf<"twoEpochRecords">["a"],
  name: StepName,
) {
  const parsed = parseEpochRecord(record);
  const isOurs = parsed !== undefined && equal(parsed.deployment, ledger.deployment);
  const isAlive = ledger.registry.some(
    (entry) =>
      parsed !== undefined &&
      equal(entry.key, key) &&
      entry.fromEpoch <= parsed.epoch &&
      !isRetiredBy(entry, parsed.epoch),
  );
  const isSigned = isOurs && isAlive && (await isSignedInContext("epoch", record, signature, key));
  const { epoch } = steps.need(name, isSigned && parsed, `by ${hex(key)}`);
  return { epoch, record, key };
}

import { equal, hex, isZero } from "../bytes.ts";
import {
  blame,
  type Case,
  type Entries,
  type Finding,
  isRetiredBy,
  needEntries,
  needLeaf,
  vouchedHead,
} from "../case.ts";
import { encodeCbor } from "../cbor.ts";
import { isSignedInContext } from "../ed25519.ts";
import type { ClaimOf } from "../evidence.ts";
import type { Leaf } from "../leaf.ts";
import { mapKey, parseValue } from "../log-map.ts";
import { type Head, verifyNote } from "../note.ts";
import { parseRecord, type Record, recordHashOf } from "../record.ts";
import { needRegistration, type RegisteredDevice, registeredDevice } from "../registration.ts";
import { isPrefix } from "../tree.ts";

type RefusalClaim = ClaimOf<"refusalContradicted">;

/** Everything a refusal's reason is held against. */
interface Refused {
  readonly claim: RefusalClaim;
  readonly record: Record;
  /** The head that the refusal itself names, its last leaf, and entries of the map after it. */
  readonly head: Head;
  readonly last: Leaf;
  readonly entries: Entries;
}

/** A signed refusal whose reason is not true of the very head that it names. */
export async function judgeRefusal(file: Case, claim: RefusalClaim): Promise<Finding> {
  const { steps, ledger } = file;
  const { refusal, signed } = claim;
  const { log, recordHash, status, note, key } = refusal.statement.parsed;
  const by = ledger.registry.find((registered) => equal(registered.key, key));
  const statement = encodeCbor(refusal.statement.encoded);
  const isSigned =
    by !== undefined && (await isSignedInContext("refusal", statement, refusal.signature, key));
  const signer = steps.need(
    "refusalIsSigned",
    isSigned && equal(log, file.log) && by,
    `${status}, by ${hex(key)}`,
  );
  const isRefused = equal(recordHash, recordHashOf(signed.record, signed.signature));
  steps.need("refusedRecordIsThisOne", isRefused, hex(recordHash));
  const record = steps.need("recordIsReadable", parseRecord(signed.record));

  const named = await verifyNote(note, ledger.registry);
  const { head, by: noteSigner } = steps.need("headIsVouchedFor", named);
  const isLast = equal(head.log, log) && claim.last.index === head.size - 1;
  steps.need("headIsVouchedFor", isLast, `size ${head.size}, root ${hex(head.root)}`);
  const vouched = { head, signer: noteSigner.key, retiredAt: noteSigner.retiredAt };
  const last = needLeaf(file, vouched, claim.last, "leafIsIncluded");
  // The refusal is younger than the head in it, and than the seal that the record knows of.
  const isLate = isRetiredBy(signer, Math.max(last.stamp.epoch, record.sealedEpoch + 1));
  steps.expect("refusalIsSigned", !isLate, `its key was retired at epoch ${signer.retiredAt}`);
  const entries = needEntries(file, last.stamp.mapRoot, claim.entries);
  const isUntrue = await isRefusalUntrue(file, { claim, record, head, last, entries });
  return {
    contradicts: steps.decide("refusalIsUntrue", isUntrue, status),
    accused: blame(file, key, noteSigner.key),
  };
}

async function isRefusalUntrue(file: Case, refused: Refused): Promise<boolean> {
  const { claim, record, entries } = refused;
  const { refusal, signed } = claim;
  const { status } = refusal.statement.parsed;
  switch (status) {
    case "outOfStep":
      return isInStep(file, record, entries);
    case "seenNotPrefix":
      return isSeenTrue(file, refused);
    case "unknownOrRevoked":
      return (await needAuthor(file, refused)).isActive;
    case "notMember": {
      const { user } = await needAuthor(file, refused);
      const member = entries.read(mapKey.member(user), parseValue.member);
      return (
        (file.steps.expect("evidenceSuffices", member, "the author's membership")?.role ?? null) !== null
      );
    }
    case "badSignature": {
      const { key } = await needAuthor(file, refused);
      return isSignedInContext("record", signed.record, signed.signature, key);
    }
    case "foreignLog":
      return equal(record.log, file.log);
    case "contentMissing":
    case "tooLarge":
    case "busy":
    case "malformed":
    case "sealedNotTrue":
      return file.steps.expect("evidenceSuffices", false, `${status} cannot be shown untrue`);
  }
}

function isInStep(file: Case, record: Record, entries: Entries): boolean {
  const found = entries.read(mapKey.device(record.device), parseValue.device);
  const previous = file.steps.expect("evidenceSuffices", found, "the device's entry");
  if (previous === null) return record.seq === 0 && isZero(record.prev);
  return (
    record.seq === previous.seq + 1 &&
    equal(record.prev, previous.recordHash) &&
    record.seenSize > previous.index
  );
}

async function isSeenTrue(file: Case, refused: Refused): Promise<boolean> {
  const { claim, record, head } = refused;
  const seen = { size: record.seenSize, root: record.seenRoot };
  const isOwnTrue = seen.size === 0 ? isZero(seen.root) : isPrefix(seen, head, claim.path);
  return isOwnTrue && (await isSeenOrganizationTrue(file, refused));
}

/** Only what the organization's log had when the refusal's head was made can have been known to who refused. */
async function isSeenOrganizationTrue(file: Case, { claim, record, last }: Refused): Promise<boolean> {
  const { size, root } = record.seenOrganization;
  if (size === 0) return isZero(root);
  const { steps, logKind, organization } = file;
  steps.expect("evidenceSuffices", logKind === "workspace", "the log's genesis, a workspace's");
  const voucher = steps.expect("evidenceSuffices", claim.registration?.head, "the organization's head");
  const vouched = await vouchedHead(file, organization, voucher);
  const { head } = steps.need("organizationIsVouchedFor", vouched);
  const isKnown = size <= last.stamp.organizationSize && head.size === size;
  steps.expect("evidenceSuffices", isKnown, `organization at ${size}`);
  return equal(head.root, root);
}

/** The author as the organization's log had it when the refusal's head was made. Registrations are never taken back. */
async function needAuthor(file: Case, { claim, record, last }: Refused): Promise<RegisteredDevice> {
  const { steps, logKind } = file;
  steps.expect("evidenceSuffices", logKind !== null, "the log's genesis");
  const proven = await needRegistration(file, claim.registration);
  const known = logKind === "organization" ? claim.last.index + 1 : last.stamp.organizationSize;
  steps.expect("evidenceSuffices", proven.size <= known, `organization at ${proven.size} of ${known}`);
  return steps.expect("evidenceSuffices", registeredDevice(proven, record.device) ?? undefined, "the author");
}

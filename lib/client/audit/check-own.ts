import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { VerifiedCheckpoint } from "#protocol/log/check-epoch.ts";
import {
  checkOwnOperations,
  type OwnOperation,
  type OwnOperationFault,
  ownOperationNames,
} from "#protocol/log/check-own-operations.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import { leafHashOf, parseLeaf, parseStamp } from "#protocol/log/leaf.ts";
import { type MapValueOf, mapKeyOf, readMapEntry } from "#protocol/log/map-entry.ts";
import { parseRecord, verifyRecordSignature } from "#protocol/log/record.ts";
import type { EntryClaim } from "#protocol/log/seen-entry.ts";
import { err } from "#protocol/result.ts";
import { readLeaves } from "#protocol/wire/log-reading.ts";
import type { OperationRow } from "../journal/tables.ts";
import { claimsOf, compareEntries } from "../sync/seen-entries.ts";
import { type AuditContext, type AuditFault, type Unanswered, unansweredOf } from "./audit-context.ts";
import { failed as failedCheck } from "./check-log-epoch.ts";
import { newestBelow, type ReceiptedOperation } from "./own-operations.ts";
import type { Slot } from "./tables.ts";

export type OwnCheck =
  | {
      readonly type: "passed";
      readonly isComplete: boolean;
      /** Entries that were proven for it. */
      readonly entries: readonly EntryClaim[];
    }
  | NotOwn;
type NotOwn = { readonly type: "failed"; readonly fault: AuditFault } | Unanswered;

export interface OwnQuestion {
  readonly log: Bytes;
  readonly checkpoint: VerifiedCheckpoint;
  readonly slot: Slot;
  /** Those that no earlier checkpoint covered. */
  readonly operations: readonly ReceiptedOperation[];
  /** Everything this device knows to have written, for its newest record below the checkpoint. */
  readonly known: readonly ReceiptedOperation[];
  /** Sent, and without a receipt so far; the server may have said that it does not take them. */
  readonly prepared: readonly OperationRow[];
}

/**
 * Check E1. The log may have a record of this device that its journal has no receipt for: one that is still
 * without an answer or was refused, or one written from another copy of this profile. Neither is anybody's lie, as long as the
 * record is there and carries this device's signature.
 */
export async function checkOwn(context: AuditContext, question: OwnQuestion): Promise<OwnCheck> {
  const checked = await checkOperations(context, question);
  return checked.type === "passed" ? checkSeen(context, question, checked.isComplete) : checked;
}

async function checkOperations(
  context: AuditContext,
  question: OwnQuestion,
): Promise<{ readonly type: "passed"; readonly isComplete: boolean } | NotOwn> {
  const { suite, identity } = context.host;
  const { checkpoint, operations, known, prepared } = question;
  const newest = newestBelow(identity.device, known, checkpoint.head.size);
  const name = { kind: "device", id: identity.device } as const;
  const entry = checkpoint.isProven(mapKeyOf(suite, name))
    ? readMapEntry(suite, checkpoint.entries, name)
    : undefined;
  const isNewer = entry !== undefined && entry[1] > (newest?.record.seq ?? -1);
  if (!isNewer) {
    const checked = checkOwnOperations(suite, checkpoint, identity.device, operations, newest);
    return checked.ok ? { type: "passed", isComplete: true } : failed(question, checked.error);
  }
  const standing = await ownLeafAt(context, question.log, entry);
  if (standing && "type" in standing) return standing;
  if (!standing) return failed(question, { type: "DeviceEntryDiffers", index: entry[3] });
  const checked = checkOwnOperations(suite, checkpoint, identity.device, operations, standing);
  if (!checked.ok) return failed(question, checked.error);
  const isUnanswered = prepared.some(({ record, signature }) =>
    equalBytes(recordHashOf(suite, record, signature), entry[2]),
  );
  return { type: "passed", isComplete: isUnanswered };
}

/** What was proven for the check, beside all that this device has seen of the log's map; learnt once the seal is kept. */
async function checkSeen(
  { host }: AuditContext,
  { log, checkpoint, slot, operations }: OwnQuestion,
  isComplete: boolean,
): Promise<OwnCheck> {
  const { suite, identity } = host;
  const names = ownOperationNames(suite, identity.device, operations);
  const isProven = names.every((name) => checkpoint.isProven(mapKeyOf(suite, name)));
  const entries = claimsOf(suite, names, checkpoint.entries);
  const compared = isProven
    ? await host.lockLog(log, () => compareEntries(host, log, entries, checkpoint.head.size))
    : err("EntryNotProven");
  if (compared.ok) return { type: "passed", isComplete, entries };
  return failedCheck("E1", compared.error, checkpoint.epoch, slot);
}

/** The leaf that the entry names, if it is in the tree this device holds and was signed by this device. */
async function ownLeafAt(
  { host, mirror }: AuditContext,
  log: Bytes,
  [, , recordHash, index]: MapValueOf<"device">,
): Promise<OwnOperation | Unanswered | undefined> {
  const { suite, sessions, organizationLog, identity } = host;
  const tree = await mirror.tree(log);
  if (!tree || index < tree.firstSize || index >= tree.size) return undefined;
  const answer = await sessions.call(readLeaves, { log, from: index, to: index + 1 });
  if (!answer.ok) return unansweredOf(answer.error);
  const leaf = parseLeaf(answer.value.body.leaves[0] ?? new Uint8Array(0));
  if (!leaf.ok || !equalBytes(leafHashOf(suite, leaf.value), tree.leafHash(index))) return undefined;
  const record = parseRecord(leaf.value.record);
  const stamp = parseStamp(leaf.value.stamp);
  const { replay } = organizationLog;
  const registered = readMapEntry(suite, replay.entriesAt(replay.size), {
    kind: "registeredDevice",
    id: identity.device,
  });
  const isMine =
    record.ok &&
    registered !== undefined &&
    equalBytes(record.value.device, identity.device) &&
    // A genesis names no log; every other record of this device belongs into the log that it names.
    (index === 0 || equalBytes(record.value.log, log)) &&
    equalBytes(recordHashOf(suite, leaf.value.record, leaf.value.signature), recordHash) &&
    verifyRecordSignature(suite, leaf.value, registered[1]);
  return isMine && stamp.ok
    ? { record: record.value, recordHash, stamp: stamp.value, read: null }
    : undefined;
}

function failed({ checkpoint, slot }: OwnQuestion, error: OwnOperationFault): NotOwn {
  const subject = subjectOf(error);
  const { epoch } = checkpoint;
  return { type: "failed", fault: { check: "E1", detail: error.type, epoch, slot, notes: [], subject } };
}

function subjectOf(error: OwnOperationFault): AuditFault["subject"] {
  switch (error.type) {
    case "OperationBelowNoSeal":
    case "DeviceEntryDiffers":
    case "WriteNotThere":
    case "WriteBaseDiffers":
    case "NewestVersionHidden":
    case "KeyNotThere":
    case "RoleNotThere":
    case "EntryNotProven":
      return { type: "operation", index: error.index };
    case "ReadWasStale":
      return { type: "staleRead", index: error.index, manifest: error.manifest, version: error.version };
    case "DeviceEntryMissing":
      return { type: "none" };
  }
}

import type { Bytes } from "#protocol/bytes/bytes.ts";
import { parseEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import type { RegistryEntry } from "#protocol/checkpoint/ledger-state.ts";
import type { VerifiedCheckpoint } from "#protocol/log/check-epoch.ts";
import { ownOperationKeys } from "#protocol/log/check-own-operations.ts";
import type { EntryClaim } from "#protocol/log/seen-entry.ts";
import type { OperationRow } from "../journal/tables.ts";
import { advanceMirror } from "./advance-mirror.ts";
import type { AuditContext, AuditFault, Unanswered } from "./audit-context.ts";
import { checkLogEpoch, type LogEpoch, type LogEpochQuestion } from "./check-log-epoch.ts";
import { checkOwn } from "./check-own.ts";
import { keepGenesis } from "./keep-genesis.ts";
import { keepSeal } from "./keep-seal.ts";
import { type ReceiptedOperation, receiptedOperation } from "./own-operations.ts";
import { progressOf } from "./progress.ts";
import { CHECKPOINTS, type CheckpointRow } from "./tables.ts";

/** What the audit of one log up to one sealed epoch came to. */
export type LogAudit =
  /** All checks of these epochs ran and passed. `newest` is null where the log has no seal yet. */
  | { readonly type: "passed"; readonly newest: VerifiedCheckpoint | null }
  | {
      readonly type: "failed";
      readonly fault: AuditFault;
      readonly absence?: Extract<LogEpoch, { type: "absent" }>;
    }
  | Unanswered;

export interface LogAuditQuestion {
  readonly log: Bytes;
  /** Newest anchored epoch. */
  readonly epoch: number;
  /** An epoch in which a check failed before; null for none. */
  readonly also: number | null;
  readonly registry: readonly RegistryEntry[];
}

/**
 * Checks E1, E3 and E4 of one log: in each sealed epoch that has operations of this device, and in the newest.
 * Whatever lies between is covered by the one consistency proof, however long the absence was.
 */
export async function auditLog(context: AuditContext, question: LogAuditQuestion): Promise<LogAudit> {
  const { host } = context;
  const { log, epoch: newestEpoch } = question;
  const open = await host.journal.openOperations(log);
  const operations = receiptedOf(context, open);
  const progress = await progressOf(host.rows, log);
  const epochs = new Set([newestEpoch]);
  if (question.also !== null && question.also < newestEpoch) epochs.add(question.also);
  for (const { stamp } of operations) {
    if (stamp.epoch < newestEpoch && stamp.epoch > (progress?.verifiedEpoch ?? -1)) epochs.add(stamp.epoch);
  }
  let newest: VerifiedCheckpoint | null = null;
  let left = operations;
  for (const epoch of [...epochs].sort((a, b) => a - b)) {
    const audited = await auditOneEpoch(context, question, epoch, open, left);
    if (audited.type === "failed" && epoch < newestEpoch) return newerFault(context, question, audited);
    if (audited.type !== "passed") return audited;
    newest = audited.newest;
    left = left.filter(({ stamp }) => stamp.epoch > epoch);
  }
  return { type: "passed", newest };
}

/**
 * A server that spoils the proof of an old seal must not keep this device from looking at the newest: where that one
 * fails too, it is the newest that stands against what was seen before.
 */
async function newerFault(
  context: AuditContext,
  { log, registry, epoch }: LogAuditQuestion,
  older: LogAudit,
): Promise<LogAudit> {
  const anchored = await context.archive.keep(epoch);
  const record = anchored.ok ? parseEpochRecord(anchored.value.record) : undefined;
  if (!anchored.ok || record?.ok !== true) return older;
  const { relied, previous } = await standingOf(context, log, epoch);
  const sealed = { record: anchored.value.record, epochRoot: record.value.root };
  const question = { log, epoch, ...sealed, registry, relied, previous, keys: [] };
  const newer = await checkLogEpoch(context.host, question);
  return newer.type === "failed" ? newer : older;
}

/** What an epoch's checkpoint is compared with: everything that this device goes by in this log. */
async function standingOf(
  { host }: AuditContext,
  log: Bytes,
  epoch: number,
): Promise<Pick<LogEpochQuestion, "relied" | "previous">> {
  const { head } = await host.journal.log(log);
  const checkpoints = await host.rows.list(CHECKPOINTS, log);
  const next = checkpoints.find(({ slot }) => slot.epoch > epoch);
  const replayed = (await progressOf(host.rows, log))?.replayed;
  const relied = [head, next, replayed].flatMap((it) => (it ? [{ log, size: it.size, root: it.root }] : []));
  return { relied, previous: checkpoints.findLast(({ slot }) => slot.epoch < epoch) };
}

async function auditOneEpoch(
  context: AuditContext,
  { log, registry, epoch: newestEpoch }: LogAuditQuestion,
  epoch: number,
  open: readonly OperationRow[],
  operations: readonly ReceiptedOperation[],
): Promise<LogAudit> {
  const { host, archive } = context;
  const { suite, identity } = host;
  const anchored = await archive.keep(epoch);
  if (!anchored.ok) {
    const because = anchored.error.type === "LedgerTransportFailed" ? "offline" : "refused";
    return { type: "unanswered", because, detail: anchored.error.type };
  }
  const record = parseEpochRecord(anchored.value.record);
  if (!record.ok) throw new Error("an archived epoch record was verified before");
  const sealed = { record: anchored.value.record, epochRoot: record.value.root };
  const { relied, previous } = await standingOf(context, log, epoch);
  const batches = operationBatches(context, operations, epoch);
  let passed: Extract<LogEpoch, { type: "passed" }> | undefined;
  let isComplete = true;
  const entries: EntryClaim[] = [];
  for (const batch of batches) {
    const keys = ownOperationKeys(suite, identity.device, batch);
    const question = { log, epoch, ...sealed, registry, relied, previous, keys };
    const answered = await checkLogEpoch(host, question);
    if (answered.type === "absent") return judgeAbsence(answered, epoch, previous, operations);
    if (answered.type !== "passed") return answered;
    passed = answered;
    const mirrored = await mirrorUpTo(context, log, answered.checkpoint, operations, previous);
    const known = await knownOperations(context, log, operations);
    const prepared = [
      ...open.filter(({ state }) => state === "prepared"),
      ...(await host.journal.givenUpOperations(log)),
    ];
    const own = await checkOwn(context, {
      log,
      checkpoint: answered.checkpoint,
      slot: answered.row.slot,
      operations: batch,
      known,
      prepared,
    });
    // A seal that misses what was receipted speaks for itself, also when the leaves for the mirror are not given.
    if (own.type !== "passed") return own;
    if (mirrored) return mirrored;
    isComplete &&= own.isComplete;
    entries.push(...own.entries);
  }
  if (!passed) throw new Error("there is always one batch");
  // Without it some lies can be seen and not proven, which is no reason to wait.
  await keepGenesis(context, log);
  const kept = await keepSeal(context, log, passed, { relied, operations, isComplete, entries });
  if (kept) return kept;
  if (epoch === newestEpoch) await trimMirror(context, log, passed.checkpoint.head.size);
  return { type: "passed", newest: passed.checkpoint };
}

/** Operations that this epoch decides about, as many at a time as one request proves. */
function operationBatches(
  { host }: AuditContext,
  operations: readonly ReceiptedOperation[],
  epoch: number,
): readonly (readonly ReceiptedOperation[])[] {
  const batches: ReceiptedOperation[][] = [[]];
  for (const operation of operations.filter(({ stamp }) => stamp.epoch <= epoch)) {
    const batch = batches.at(-1) ?? [];
    const isFull =
      ownOperationKeys(host.suite, host.identity.device, [...batch, operation]).length > MAX_KEYS;
    if (isFull && batch.length > 0) batches.push([operation]);
    else batch.push(operation);
  }
  return batches;
}

/** A log without a seal: it is too young for this epoch, or it was left out. */
function judgeAbsence(
  absence: Extract<LogEpoch, { type: "absent" }>,
  epoch: number,
  previous: CheckpointRow | undefined,
  operations: readonly ReceiptedOperation[],
): LogAudit {
  const missed = operations.find(({ stamp }) => stamp.epoch <= epoch);
  if (!previous && !missed) return { type: "passed", newest: null };
  const fault: AuditFault = {
    check: "E4",
    detail: previous ? "SlotMissing" : "LogNotSealed",
    epoch,
    slot: null,
    notes: [],
    subject: missed ? { type: "operation", index: missed.stamp.index } : { type: "none" },
  };
  return { type: "failed", fault, absence };
}

async function mirrorUpTo(
  context: AuditContext,
  log: Bytes,
  checkpoint: VerifiedCheckpoint,
  operations: readonly ReceiptedOperation[],
  previous: CheckpointRow | undefined,
): Promise<LogAudit | undefined> {
  const { head: relied } = await context.host.journal.log(log);
  const target = relied && relied.size > checkpoint.head.size ? relied : checkpoint.head;
  const begins = [
    checkpoint.head.size,
    previous?.size,
    relied?.size,
    ...operations.map((o) => o.stamp.index),
  ];
  const begin = target.size <= KEPT_LEAVES ? 0 : Math.min(...begins.filter((size) => size !== undefined));
  const advanced = await advanceMirror(context, log, begin, target);
  switch (advanced.type) {
    case "advanced":
      return undefined;
    case "unanswered":
      return advanced;
    case "leafHashesWrong": {
      const { epoch } = checkpoint;
      const detail = "LeafHashesNotOfHead";
      return {
        type: "failed",
        fault: { check: "I2", detail, epoch, slot: null, notes: [], subject: { type: "none" } },
      };
    }
  }
}

/** Everything receipted in this log that may be this device's newest record. */
async function knownOperations(
  context: AuditContext,
  log: Bytes,
  operations: readonly ReceiptedOperation[],
): Promise<readonly ReceiptedOperation[]> {
  const last = await context.host.journal.lastVerified(log);
  return [...operations, ...receiptedOf(context, last ? [last] : [])];
}

/** The seal stands for what it covers; some leaf hashes stay for what may still be asked about it. */
async function trimMirror({ mirror }: AuditContext, log: Bytes, sealedSize: number): Promise<void> {
  const tree = await mirror.tree(log);
  const keepFrom = Math.min(sealedSize, (tree?.size ?? 0) - KEPT_LEAVES);
  if (tree && keepFrom - tree.firstSize > KEPT_LEAVES) await mirror.trim(log, keepFrom);
}

function receiptedOf({ host }: AuditContext, rows: readonly OperationRow[]): readonly ReceiptedOperation[] {
  return rows
    .map((row) => receiptedOperation(host.suite, row))
    .filter((operation) => operation !== undefined);
}

/** Of the 1,024 that one request may ask for. */
const MAX_KEYS = 1000;
/** Leaf hashes that stay in a mirror although a verified checkpoint covers them: 128 KiB. */
export const KEPT_LEAVES = 4096;

import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { Head } from "#protocol/log/head.ts";
import type { EntryClaim } from "#protocol/log/seen-entry.ts";
import { putRow, removeRow } from "../storage/sealed-rows.ts";
import { compareEntries } from "../sync/seen-entries.ts";
import type { AuditContext } from "./audit-context.ts";
import { failed, type LogEpoch } from "./check-log-epoch.ts";
import { compareWithHead, type NotKept } from "./compare-with-head.ts";
import { coveredHeads } from "./covered-heads.ts";
import type { ReceiptedOperation } from "./own-operations.ts";
import { progressOf } from "./progress.ts";
import { CHECKPOINTS, type CheckpointRow, PROGRESS, type ProgressRow } from "./tables.ts";

/** A seal that passed, and what it was checked against. */
interface CheckedSeal {
  readonly relied: readonly Head[];
  /** All that had a receipt when the check began. */
  readonly operations: readonly ReceiptedOperation[];
  /** Every record of this device below the seal is one that its journal knows of. */
  readonly isComplete: boolean;
  /** Of its map, as they were proven. */
  readonly entries: readonly EntryClaim[];
}

type Passed = Extract<LogEpoch, { type: "passed" }>;

/**
 * Keeps a seal that passed and what follows from it, all or nothing, under the lock that sync writes the log's journal
 * under. What sync accepted while the check ran is compared first: a head by one question at most that is asked under
 * the lock, entries with the seal's. Nothing advances before that passes too. Undefined when it is kept.
 */
export async function keepSeal(
  context: AuditContext,
  log: Bytes,
  { checkpoint, row }: Passed,
  seal: CheckedSeal,
): Promise<NotKept | undefined> {
  const { host } = context;
  const { relied, operations } = seal;
  return host.lockLog(log, async () => {
    const known = await host.journal.log(log);
    const { head } = known;
    const isCompared = !head || [...relied, row].some((other) => isSame(other, head));
    const notKept = isCompared ? undefined : await compareWithHead(context, log, row, head);
    if (notKept) return notKept;
    const { size, root } = checkpoint.head;
    const seen = await compareEntries(host, log, seal.entries, size);
    if (!seen.ok) return failed("E1", seen.error, checkpoint.epoch, row.slot);
    const open = new Set((await host.journal.openOperations(log)).map(({ order }) => order));
    const covered = operations
      .filter(({ stamp, row: operation }) => stamp.epoch <= checkpoint.epoch && open.has(operation.order))
      .sort((a, b) => a.stamp.index - b.stamp.index);
    await host.journal.cover(
      log,
      {
        head: { size, root, note: row.slot.note },
        operations: covered.map((operation) => operation.row),
        covered: await coveredHeads(context, log, size),
        seen: seen.value,
      },
      [
        putRow(PROGRESS, [log], await advanced(context, log, row, seal, known.isComplete)),
        putRow(CHECKPOINTS, [log, checkpoint.epoch], row),
        ...(await supersededCheckpoints(context, log, row)),
      ],
    );
    return undefined;
  });
}

async function advanced(
  { host }: AuditContext,
  log: Bytes,
  { slot: { epoch }, root }: CheckpointRow,
  { relied, operations, isComplete }: CheckedSeal,
  isJournalWhole: boolean,
): Promise<ProgressRow> {
  const before = await progressOf(host.rows, log);
  const isNewest = epoch >= (before?.verifiedEpoch ?? 0);
  const incompleteBefore = before?.incompleteThrough ?? null;
  const isNewlyIncomplete = !isComplete || (!isJournalWhole && incompleteBefore === null);
  const replayed = before?.replayed ?? null;
  const isCarried = isNewest && replayed !== null && relied.some((other) => isSame(other, replayed));
  return {
    v: 1,
    fromEpoch: before?.fromEpoch ?? Math.min(epoch, ...operations.map(({ stamp }) => stamp.epoch)),
    isFromBirth: before?.isFromBirth ?? operations.some(({ stamp }) => stamp.index === 0),
    verifiedEpoch: before && !isNewest ? before.verifiedEpoch : epoch,
    verifiedRoot: before && !isNewest ? before.verifiedRoot : root,
    incompleteThrough: isNewlyIncomplete ? Math.max(incompleteBefore ?? 0, epoch) : incompleteBefore,
    checkedAt: host.now(),
    replayed: isCarried ? { ...replayed, sealedRoot: root } : replayed,
    isReplayFull: before?.isReplayFull ?? false,
  };
}

/** A log that does not grow keeps one row, with its newest slot; the oldest ones go in any case. */
async function supersededCheckpoints({ host }: AuditContext, log: Bytes, row: CheckpointRow) {
  const rows = await host.rows.list(CHECKPOINTS, log);
  return rows
    .filter((other, place) => {
      const isOld = place < rows.length - KEPT_CHECKPOINTS;
      return isOld || (other.slot.epoch < row.slot.epoch && isSame(other, row));
    })
    .map(({ slot }) => removeRow(CHECKPOINTS, [log, slot.epoch]));
}

function isSame(a: Pick<Head, "size" | "root">, b: Pick<Head, "size" | "root">): boolean {
  return a.size === b.size && equalBytes(a.root, b.root);
}

/** For a log, before the newest. */
const KEPT_CHECKPOINTS = 256;

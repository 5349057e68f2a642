import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { MAX_CLOCK_DRIFT_NS } from "#protocol/comet/verify-step.ts";
import { EPOCHS_APPLIABLE } from "#protocol/log/record.ts";
import type { AuditHost } from "../engine-parts.ts";
import type { AuditFault } from "./audit-context.ts";
import { type ReceiptedOperation, waitingOperations } from "./own-operations.ts";
import { CHECKPOINTS, type LivenessReason } from "./tables.ts";
import { isSealExcused } from "./withheld-proofs.ts";

/**
 * Check E5 for receipts: what the server has signed for comes under the seal of its epoch, or it is not where the
 * receipt put it. This one needs nothing from the server: receipt and seal are here, and prove it by themselves.
 */
export async function findBeyondKeptSeal(host: AuditHost, log: Bytes): Promise<AuditFault | undefined> {
  const waiting = await waitingOperations(host, log);
  if (waiting.length === 0) return undefined;
  for (const { slot, size } of await host.rows.list(CHECKPOINTS, log)) {
    const missed = waiting.find(({ stamp }) => stamp.epoch <= slot.epoch && stamp.index >= size);
    if (!missed) continue;
    const subject = { type: "operation", index: missed.stamp.index } as const;
    return { check: "E5", detail: "ReceiptBeyondSeal", epoch: slot.epoch, slot, notes: [], subject };
  }
  return undefined;
}

/**
 * Own operations with a receipt that is under no seal which this device could check, although two epochs are sealed
 * that should have it, or the time for its seal is over (`overdueSince`, Unix milliseconds; null while it is not), or
 * it was stamped for an epoch so far ahead that seals go by in the meantime.
 */
export async function unsealedReasons(
  host: AuditHost,
  logs: readonly { readonly log: Bytes }[],
  sealedEpoch: number,
  overdueSince: number | null,
): Promise<readonly LivenessReason[]> {
  const reasons: LivenessReason[] = [];
  for (const { log } of logs) {
    const waiting = await waitingOperations(host, log);
    const isLate =
      waiting.some(({ stamp }) => stamp.epoch < sealedEpoch) && !(await isSealExcused(host, log));
    const isOverdue = overdueSince !== null && waiting.some(({ stamp }) => stamp.epoch <= sealedEpoch + 1);
    if (!isLate && !isOverdue && !(await isAnyAhead(host, waiting))) continue;
    const since = overdueSince ?? Math.min(...waiting.map(({ stamp }) => stamp.serverTime));
    const workspace = toHex(log);
    reasons.push({ code: "E5", state: "suspect", workspace, since, detail: "ReceiptNotSealed" });
  }
  return reasons;
}

/**
 * Whether one was stamped for an epoch that was not open then. An epoch is closed only when the one before it is
 * anchored: two before the open one there is always a seal, from before the stamp.
 */
async function isAnyAhead(host: AuditHost, waiting: readonly ReceiptedOperation[]): Promise<boolean> {
  const far = waiting.filter(({ record, stamp }) => stamp.epoch >= record.sealedEpoch + EPOCHS_APPLIABLE);
  if (far.length === 0) return false;
  // What was stamped since the last look at the ledger may be for an epoch that is new to it.
  const ledger = await host.ledger.current(0);
  if (!ledger.ok) return false;
  for (const { stamp } of far) {
    const anchored = stamp.epoch - 2;
    if (anchored > ledger.value.sealedEpoch) return true;
    const rows = await host.ledger.epochs(anchored, anchored);
    const seconds = rows.ok ? rows.value[0]?.seconds : undefined;
    if (seconds !== undefined && seconds * 1000 > stamp.serverTime + MAX_CLOCK_DRIFT_MS) return true;
  }
  return false;
}

const MAX_CLOCK_DRIFT_MS = Number(MAX_CLOCK_DRIFT_NS / 1_000_000n);

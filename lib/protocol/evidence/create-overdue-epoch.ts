import type { Policy } from "../checkpoint/registration.ts";
import type { Claim } from "./evidence.ts";

/**
 * An epoch that is not on the ledger although its time is past. `waitingSinceMs`: when the epoch before was
 * accepted, or, for epoch 0, the time of a header under which the deployment was known. `ledgerTimeMs`: the newest
 * header's. `graceMs` is granted beyond one epoch length. Undefined while there is still time.
 */
export function createOverdueEpoch(input: {
  readonly epoch: number;
  readonly policy: Policy;
  readonly graceMs: number;
  readonly waitingSinceMs: number;
  readonly ledgerTimeMs: number;
}): Claim | undefined {
  const { epochLengthMs, idleEpochLengthMs } = input.policy;
  const allowedMs = Math.max(idleEpochLengthMs, epochLengthMs + input.graceMs);
  if (input.ledgerTimeMs - input.waitingSinceMs <= allowedMs) return undefined;
  return { kind: "overdueEpoch", body: { epoch: input.epoch, graceMs: input.graceMs } };
}

import { toHex } from "#protocol/bytes/text.ts";
import { parseRecord } from "#protocol/log/record.ts";
import type { AuditHost } from "../engine-parts.ts";
import { clockDetail, findClockFault } from "../ledger/clocks.ts";
import type { LedgerFault, LedgerView } from "../ledger/ledger-client.ts";
import { isMatterOfTime } from "../ledger/matter-of-time.ts";
import { type LivenessReason, SEALS } from "./tables.ts";

/** Check E5: is what must happen happening? None of it is ever proof of a lie. */

/** Reasons that the age of the ledger's newest header gives. `now` is Unix milliseconds. */
export function ledgerReasons(
  view: LedgerView | undefined,
  highestHeight: number,
  now: number,
  heartbeatMs: number,
): readonly LivenessReason[] {
  if (!view) return [];
  const signedAt = Number(view.signedTimeNs / 1_000_000n);
  if (now - signedAt <= STALE_HEARTBEATS * heartbeatMs) return [];
  const isWithheld = Number(view.newest.header.height) < highestHeight;
  const detail = isWithheld ? "LedgerWithheld" : "LedgerSilent";
  return [{ code: "E5", state: "stale", workspace: null, since: signedAt, detail }];
}

/**
 * A clock that is off and a route that is cut are nobody's lie; anything else that the light client refuses needs
 * attention. A part of the ledger that is behind another one catches up within two of its heartbeats.
 */
export function ledgerFaultReason(
  fault: LedgerFault,
  since: number,
  now: number,
  heartbeatMs: number,
): LivenessReason {
  const reason = { code: "E3", workspace: null, since } as const;
  switch (fault.type) {
    case "LedgerTransportFailed":
      return { ...reason, code: "E5", state: "stale", detail: fault.cause.type };
    case "LedgerEpochMissing":
      return { ...reason, code: "E5", state: "stale", detail: fault.type };
    case "LedgerSilentOnDeployment":
    case "LedgerEpochsShrank":
    case "LedgerEpochRewritten":
      return { ...reason, state: "suspect", detail: fault.type };
    case "LedgerRefused": {
      const { cause } = fault;
      if (cause.type === "BundleBehindTrust") {
        const isLasting = now - since > STALE_HEARTBEATS * heartbeatMs;
        return { ...reason, code: "E5", state: isLasting ? "suspect" : "stale", detail: cause.type };
      }
      const detail = cause.type === "StepRefused" ? cause.reason.type : cause.type;
      return isMatterOfTime(cause)
        ? { ...reason, state: "stale", detail }
        : { ...reason, state: "suspect", detail: `${fault.type}: ${detail}` };
    }
  }
}

/** When the epoch after the newest sealed one should have been on the ledger at the latest, by the ledger's clock. */
export function overdueAt(view: LedgerView, newestSealedAt: number): number {
  const { epochLengthMs, idleEpochLengthMs } = view.deployment.policy;
  return newestSealedAt + idleEpochLengthMs + epochLengthMs + GRACE_MS;
}

/** `graceMs` of evidence that this is overdue: what is granted beyond one epoch length. */
export function overdueGraceMs(view: LedgerView): number {
  return view.deployment.policy.idleEpochLengthMs + GRACE_MS;
}

/** A seal needs a threshold of the instances; one of them that did not sign is worth a look all the same. */
export async function missedSignatures(
  { rows, journal, now }: Pick<AuditHost, "rows" | "journal" | "now">,
  sealedEpoch: number,
): Promise<readonly LivenessReason[]> {
  const sealed = sealedEpoch < 0 ? undefined : await rows.get(SEALS, sealedEpoch);
  if (sealed?.isMissed !== true) return [];
  const row = await journal.epoch(sealedEpoch);
  const since = row ? row.seconds * 1000 : now();
  return [{ code: "E3", state: "suspect", workspace: null, since, detail: "InstanceSignatureMissing" }];
}

/**
 * What looks like a silent ledger, or one in the future, may be a clock that is off. Where the clocks of device, server
 * and ledger say whose, that takes the place of what only follows from it.
 */
export async function nameClock(
  { transport, ledger, now }: Pick<AuditHost, "transport" | "ledger" | "now">,
  reasons: readonly LivenessReason[],
): Promise<readonly LivenessReason[]> {
  const [first] = reasons.filter(({ detail }) => OF_CLOCKS.has(detail));
  const fault = first && (await findClockFault(transport, ledger, now));
  if (!first || !fault) return reasons;
  const others = reasons.filter(({ detail }) => !OF_CLOCKS.has(detail));
  return [{ ...first, code: "E5", state: "stale", detail: clockDetail(fault) }, ...others];
}

const OF_CLOCKS: ReadonlySet<string> = new Set(["HeaderFromFuture", "TrustExpired", "LedgerSilent"]);

/** Operations that the log can no longer take in, because they were signed so many sealed epochs ago, and have no answer. */
export async function unansweredReasons(
  host: AuditHost,
  logs: readonly { readonly log: Uint8Array }[],
  sealedEpoch: number,
): Promise<readonly LivenessReason[]> {
  const reasons: LivenessReason[] = [];
  for (const { log } of logs) {
    const open = await host.journal.openOperations(log);
    const late = open.find(({ state, record }) => {
      const parsed = parseRecord(record);
      return state === "prepared" && parsed.ok && sealedEpoch >= parsed.value.sealedEpoch + LATE_EPOCHS;
    });
    if (!late) continue;
    const reason = {
      code: "E5",
      state: "suspect",
      since: late.preparedAt,
      detail: "OperationUnanswered",
    } as const;
    reasons.push({ ...reason, workspace: toHex(log) });
  }
  return reasons;
}

/** Two epochs after the one that was open when the record was signed. */
const LATE_EPOCHS = 3;
const STALE_HEARTBEATS = 2;
const GRACE_MS = 60_000;

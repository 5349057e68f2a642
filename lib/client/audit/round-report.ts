import type { AuditHost } from "../engine-parts.ts";
import type { LedgerFault } from "../ledger/ledger-client.ts";
import { putRow } from "../storage/sealed-rows.ts";
import { auditedLogs } from "./audit-context.ts";
import { ledgerFaultReason, ledgerReasons, nameClock } from "./liveness.ts";
import { type LivenessReason, REPORT, type ReportRow } from "./tables.ts";
import { isSilence, silenceReasons } from "./withheld-proofs.ts";

/** What a round leaves for the trust page, kept over locks. */
export interface RoundReport {
  /** `isAnswered`: server and ledger answered all that was asked. */
  readonly save: (found: readonly LivenessReason[], isAnswered: boolean) => Promise<void>;
  /** Without a view of the ledger nothing could be checked: what stood against the server before still does. */
  readonly saveWithoutLedger: (fault: LedgerFault) => Promise<void>;
}

export function createRoundReport(host: AuditHost, heartbeatMs: number): RoundReport {
  const save = async (found: readonly LivenessReason[], isAnswered: boolean): Promise<void> => {
    const before = await host.rows.get(REPORT);
    const silent = await silenceReasons(host, await auditedLogs(host));
    const reasons = [...(await nameClock(host, found)), ...silent].map((reason) => {
      const known = before?.reasons.find((other) => isSame(reason, other));
      return known ? { ...reason, since: Math.min(known.since, reason.since) } : reason;
    });
    const completedAt = isAnswered ? host.now() : (before?.completedAt ?? null);
    const report: ReportRow = { v: 1, reasons: reasons.slice(0, MAX_REASONS), completedAt };
    await host.rows.write([putRow(REPORT, [], report)]);
    host.emit({ type: "trust" });
  };
  return {
    save,
    saveWithoutLedger: async (fault) => {
      const now = host.now();
      const before = (await host.rows.get(REPORT))?.reasons ?? [];
      const reasonSince = (since: number) => ledgerFaultReason(fault, since, now, heartbeatMs);
      const known = before.find((other) => isSame(other, reasonSince(now)));
      const reasons = [
        reasonSince(known?.since ?? now),
        ...ledgerReasons(host.ledger.known(), 0, now, heartbeatMs),
      ];
      const standing = before.filter(
        (reason) =>
          reason.state === "suspect" && !isSilence(reason) && !reasons.some((other) => isSame(reason, other)),
      );
      await save([...reasons, ...standing], false);
    },
  };
}

function isSame(a: LivenessReason, b: LivenessReason): boolean {
  return a.code === b.code && a.workspace === b.workspace && nameOf(a.detail) === nameOf(b.detail);
}

/** Without what changes from round to round, such as by how much a clock is off. */
function nameOf(detail: string): string {
  return detail.split(":", 1)[0] ?? detail;
}

/** Of one report. */
const MAX_REASONS = 1000;

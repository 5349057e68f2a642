import { toHex } from "#protocol/bytes/text.ts";
import type { Period, PeriodQuery, TrustReason, TrustState, TrustSummary } from "../engine.ts";
import type { EpochRow, TrustGapRow } from "../journal/tables.ts";
import type { LedgerView } from "../ledger/ledger-client.ts";
import { type AuditContext, auditedLogs } from "./audit-context.ts";
import { isRed } from "./fault-desk.ts";
import { checkedThrough, type LogLanes, type LogStanding, lanesOf, standingOf } from "./log-periods.ts";
import { FINDINGS, type FindingRow, REPORT, type ReportRow } from "./tables.ts";
import { bySeverity, stateOfFinding, worstState } from "./trust-state.ts";

/** What the audit knows at this moment, for every answer about it. */
export interface Standing {
  readonly logs: readonly LogStanding[];
  readonly sealedEpoch: number;
  readonly view: LedgerView | undefined;
  readonly report: ReportRow | undefined;
  readonly trustGaps: readonly TrustGapRow[];
  /** About the deployment as a whole, and so about every log. */
  readonly findings: readonly FindingRow[];
}

export async function readStanding(
  { host }: AuditContext,
  workspace: string | null = null,
): Promise<Standing> {
  const known = await auditedLogs(host);
  const asked = workspace === null ? known : known.filter(({ log }) => toHex(log) === workspace);
  const logs = await Promise.all(asked.map((log) => standingOf(host, log)));
  const stored = await host.journal.ledger();
  const view = host.ledger.known();
  const report = await host.rows.get(REPORT);
  const trustGaps = await host.journal.trustGaps();
  const findings = (await host.rows.list(FINDINGS)).filter(({ log }) => log === null);
  return {
    logs,
    trustGaps,
    findings,
    sealedEpoch: Math.max(stored?.sealedEpoch ?? -1, view?.sealedEpoch ?? -1),
    view,
    report,
  };
}

/** Newest first, the open period at the top. */
export async function readPeriods(
  context: AuditContext,
  standing: Standing,
  { fromEpoch, limit }: Pick<PeriodQuery, "fromEpoch" | "limit">,
): Promise<readonly Period[]> {
  const newest = Math.min(fromEpoch ?? Number.MAX_SAFE_INTEGER, standing.sealedEpoch + 1);
  const oldest = Math.max(0, newest - Math.max(0, Math.min(limit, MAX_PERIODS)) + 1);
  const rows = await sealedRows(context, oldest, Math.min(newest, standing.sealedEpoch));
  const periods: Period[] = [];
  for (let epoch = newest; epoch >= oldest; epoch--) {
    let ownOperations = 0;
    for (const { log } of standing.logs) {
      ownOperations += (await context.host.journal.operationsInEpoch(log, epoch)).length;
    }
    periods.push(periodOf(standing, epoch, rows.get(epoch), ownOperations));
  }
  return periods;
}

export function periodOf(
  standing: Standing,
  epoch: number,
  row: EpochRow | undefined,
  ownOperations: number,
): Period {
  const { logs, sealedEpoch } = standing;
  const lanes = logs
    .map((log) => lanesOf(log, epoch, sealedEpoch))
    .filter((lane): lane is LogLanes => lane !== undefined);
  const isOpen = epoch > sealedEpoch;
  // Nobody had anything to check here: then nothing was checked.
  const none: TrustState = isOpen ? "pending" : "partial";
  const isStale =
    standing.report?.reasons.some(({ code, state }) => code === "E5" && state === "stale") === true;
  const isTakenOver = standing.trustGaps.some(
    ({ fromEpoch, throughEpoch }) => fromEpoch <= epoch && epoch <= throughEpoch,
  );
  const proven: TrustState = isTakenOver ? "partial" : "verified";
  const isContradicted = standing.findings.some((finding) => finding.epoch === epoch && isRed(finding));
  const shown: TrustState = row ? proven : isStale ? "stale" : isOpen ? "pending" : "partial";
  const seal = isContradicted ? "contradiction" : shown;
  const device = worstState(
    lanes.map((lane) => lane.device),
    none,
  );
  const record = worstState(
    lanes.map((lane) => lane.record),
    none,
  );
  return {
    epoch,
    sealedAt: row ? row.seconds * 1000 : null,
    lanes: { device, record, seal },
    state: worstState([device, record, seal], none),
    ownOperations,
  };
}

export async function readTrust(
  context: AuditContext,
  standing: Standing,
  facts: { readonly isLocalLedger: boolean; readonly isChecking: boolean; readonly quietMs: number },
): Promise<TrustSummary> {
  const { host } = context;
  const { logs, sealedEpoch, view, report } = standing;
  const reasons = [
    ...logReasons(standing),
    ...(report?.reasons ?? []),
    ...silence(context, standing, facts.quietMs),
  ];
  for (const finding of await host.rows.list(FINDINGS)) {
    const state = stateOfFinding(finding);
    if (state === null) continue;
    const workspace = finding.log && toHex(finding.log);
    reasons.push({ code: "E3", state, workspace, since: finding.foundAt, detail: finding.kind });
  }
  // Of a log that was made since, there was nothing to check before.
  const verified = logs.map((log) => checkedThrough(log) ?? (log.bornIn ?? 0) - 1);
  const through = verified.length > 0 ? Math.min(...verified) : -1;
  const row = through >= 0 ? (await sealedRows(context, through, through)).get(through) : undefined;
  // A period that closed less than two ago may still be on its way.
  const current: TrustState = through >= 0 && through > sealedEpoch - 2 ? "verified" : "pending";
  const signatures = view?.newest.commit.signatures ?? [];
  const isConfirmed = reasons.length === 0 && current === "verified";
  return {
    state: worstState(
      reasons.map(({ state }) => state),
      current,
    ),
    checkedUpTo: row ? row.seconds * 1000 : null,
    notariesSigned: signatures.filter(({ flag }) => flag === "commit").length,
    notariesTotal: view?.newest.validators.length ?? 0,
    devicesConfirmed: isConfirmed ? 1 : 0,
    devicesKnown: 1,
    isLocalLedger: facts.isLocalLedger,
    isChecking: facts.isChecking,
    reasons: reasons.toSorted(bySeverity),
  };
}

function logReasons({ logs, sealedEpoch, findings: aboutAll }: Standing): TrustReason[] {
  const reasons: TrustReason[] = [];
  for (const { log, fault, suspicion, findings, progress } of logs) {
    const workspace = toHex(log);
    const isProven = [...findings, ...aboutAll].some(isRed);
    const doubt = fault ?? suspicion;
    if (doubt && !isProven) {
      const { check, detail, since } = doubt;
      reasons.push({ code: check, state: "suspect", workspace, since, detail });
    }
    const incompleteThrough = progress?.incompleteThrough ?? null;
    if (progress && incompleteThrough !== null && incompleteThrough >= sealedEpoch) {
      const { checkedAt: since } = progress;
      reasons.push({ code: "E1", state: "partial", workspace, since, detail: "JournalIncomplete" });
    }
  }
  return reasons;
}

/** Nothing was checked for a while, whatever the cause. */
function silence({ host }: AuditContext, { report }: Standing, quietMs: number): readonly TrustReason[] {
  const since = report?.completedAt ?? null;
  const isQuiet = since !== null && host.now() - since > quietMs;
  return isQuiet ? [{ code: "E5", state: "stale", workspace: null, since, detail: "NotChecked" }] : [];
}

/** Records of the epochs, from the journal or the ledger; those that neither has are missing in the answer. */
export async function sealedRows(
  { host }: AuditContext,
  from: number,
  to: number,
): Promise<ReadonlyMap<number, EpochRow>> {
  const rows = new Map<number, EpochRow>();
  if (to < from) return rows;
  const proven = await host.ledger.epochs(from, to);
  if (proven.ok) for (const row of proven.value) rows.set(row.epoch, row);
  if (proven.ok) return rows;
  for (let epoch = from; epoch <= to; epoch++) {
    const row = await host.journal.epoch(epoch);
    if (row) rows.set(epoch, row);
  }
  return rows;
}

const MAX_PERIODS = 1000;

import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { TrustState } from "../engine.ts";
import type { AuditHost } from "../engine-parts.ts";
import type { Suspicion } from "../journal/tables.ts";
import { waitingOperations } from "./own-operations.ts";
import { progressOf } from "./progress.ts";
import { FAULTS, type FaultRow, FINDINGS, type FindingRow, type ProgressRow } from "./tables.ts";
import { stateOfFinding, worstState } from "./trust-state.ts";

/** What is known of one log, to tell the states of any of its periods. */
export interface LogStanding {
  readonly log: Bytes;
  readonly name: string;
  readonly progress: ProgressRow | undefined;
  /** Epochs of own operations with a receipt that no check has found under a seal yet. */
  readonly waitingIn: readonly number[];
  /** Epoch in which this device made the log, where no seal of it was checked yet; else null. */
  readonly bornIn: number | null;
  readonly fault: FaultRow | undefined;
  /** Set by sync or audit; with it writes are paused. */
  readonly suspicion: Suspicion | null;
  readonly findings: readonly FindingRow[];
}

export interface LogLanes {
  readonly device: TrustState;
  readonly record: TrustState;
}

export async function standingOf(
  host: AuditHost,
  { log, name }: { readonly log: Bytes; readonly name: string },
): Promise<LogStanding> {
  const [progress, fault, row, findings] = await Promise.all([
    progressOf(host.rows, log),
    host.rows.get(FAULTS, log),
    host.journal.log(log),
    host.rows.list(FINDINGS),
  ]);
  const own = findings.filter((finding) => finding.log !== null && equalBytes(finding.log, log));
  const stamps = (await waitingOperations(host, log)).map(({ stamp }) => stamp);
  const birth = progress ? undefined : stamps.find(({ index }) => index === 0);
  return {
    log,
    name,
    progress,
    waitingIn: stamps.map(({ epoch }) => epoch),
    bornIn: birth?.epoch ?? null,
    fault,
    suspicion: row.suspicion,
    findings: own,
  };
}

/** Newest epoch up to which everything was checked; undefined where no seal of the log was. */
export function checkedThrough({ progress, waitingIn }: LogStanding): number | undefined {
  return progress && Math.min(progress.verifiedEpoch, ...waitingIn.map((epoch) => epoch - 1));
}

/** The two lanes that are this log's own in one period; undefined where the log had not begun. */
export function lanesOf(standing: LogStanding, epoch: number, sealedEpoch: number): LogLanes | undefined {
  const checked = checkedLanes(standing, epoch, sealedEpoch);
  const found = standing.findings.filter((finding) => finding.epoch === epoch);
  const accusation = worstState(
    found.map(stateOfFinding).filter((state) => state !== null),
    "verified",
  );
  if (accusation === "contradiction") return same("contradiction");
  if (accusation !== "other" || !checked) return checked;
  return { device: checked.device, record: worstState([checked.record, "other"], "other") };
}

function checkedLanes(standing: LogStanding, epoch: number, sealedEpoch: number): LogLanes | undefined {
  const { progress, fault, bornIn } = standing;
  if (fault?.epoch === epoch) return same("suspect");
  if (bornIn !== null && epoch < bornIn) return undefined;
  if (!progress || epoch > Math.min(progress.verifiedEpoch, sealedEpoch)) {
    return same(stateBefore(standing, epoch, sealedEpoch));
  }
  if (epoch < progress.fromEpoch) return progress.isFromBirth ? undefined : same("partial");
  if (epoch === progress.fromEpoch && !progress.isFromBirth) return same("partial");
  const { incompleteThrough } = progress;
  const isIncomplete = incompleteThrough !== null && epoch <= incompleteThrough;
  const device = isIncomplete ? "partial" : standing.waitingIn.includes(epoch) ? "pending" : "verified";
  return { device, record: "verified" };
}

/** Of a period in which the checks have not passed. */
function stateBefore(
  { fault, findings, suspicion }: LogStanding,
  epoch: number,
  sealedEpoch: number,
): TrustState {
  if (findings.some((finding) => stateOfFinding(finding) === "contradiction")) return "suspect";
  if (fault || suspicion) return "suspect";
  return epoch > sealedEpoch - PENDING_PERIODS ? "pending" : "stale";
}

function same(state: TrustState): LogLanes {
  return { device: state, record: state };
}

/** Closed less than two periods ago, a period may wait for its check. */
const PENDING_PERIODS = 2;

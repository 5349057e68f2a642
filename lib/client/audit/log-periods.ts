import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { TrustState } from "../engine.ts";
import type { AuditHost } from "../engine-parts.ts";
import type { Suspicion } from "../journal/tables.ts";
import { receiptedOperation } from "./own-operations.ts";
import { progressOf } from "./progress.ts";
import { FAULTS, type FaultRow, FINDINGS, type FindingRow, type ProgressRow } from "./tables.ts";
import { stateOfFinding, worstState } from "./trust-state.ts";

/** What is known of one log, to tell the states of any of its periods. */
export interface LogStanding {
  readonly log: Bytes;
  readonly name: string;
  readonly progress: ProgressRow | undefined;
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
  const bornIn = progress ? null : await birthEpoch(host, log);
  return { log, name, progress, bornIn, fault, suspicion: row.suspicion, findings: own };
}

async function birthEpoch({ journal, suite }: AuditHost, log: Bytes): Promise<number | null> {
  const operations = (await journal.openOperations(log)).map((row) => receiptedOperation(suite, row));
  return operations.find((operation) => operation?.stamp.index === 0)?.stamp.epoch ?? null;
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
  return { device: isIncomplete ? "partial" : "verified", record: "verified" };
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

import { toHex } from "#protocol/bytes/text.ts";
import { parseEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import { validatorAddress } from "#protocol/comet/validator-set.ts";
import { parseStamp } from "#protocol/log/leaf.ts";
import { parseRecord, type RecordContent } from "#protocol/log/record.ts";
import type { CheckCode, PeriodCheck, PeriodDetails, PeriodOperation } from "../engine.ts";
import type { EpochRow, OperationRow } from "../journal/tables.ts";
import type { AuditContext } from "./audit-context.ts";
import { isRed } from "./fault-desk.ts";
import { type LogLanes, type LogStanding, lanesOf } from "./log-periods.ts";
import { replayedIn } from "./progress.ts";
import { CHECKPOINTS, type CheckpointRow } from "./tables.ts";
import { periodOf, type Standing, sealedRows } from "./timeline.ts";

/** Everything about one period; null for one that is still to come. */
export async function readPeriod(
  context: AuditContext,
  standing: Standing,
  epoch: number,
): Promise<PeriodDetails | null> {
  const { sealedEpoch, logs } = standing;
  if (epoch < 0 || epoch > sealedEpoch + 1) return null;
  const row = (await sealedRows(context, epoch, Math.min(epoch, sealedEpoch))).get(epoch);
  const operations: PeriodOperation[] = [];
  for (const log of logs) {
    const rows = await context.host.journal.operationsInEpoch(log.log, epoch);
    operations.push(...rows.map((operation) => describe(log, operation)));
  }
  const header = await context.archive.headerOf(epoch);
  const { suite } = context.host;
  return {
    ...periodOf(standing, epoch, row, operations.length),
    operations: operations.toSorted((a, b) => a.at - b.at),
    checks: [
      ...logs.flatMap((log) => checksOf(log, epoch, sealedEpoch)),
      ...(await replayChecks(context, logs, epoch)),
      ...sealChecks(standing, epoch, row),
    ],
    notaries: (header?.validators ?? []).map(({ publicKey }, place) => ({
      address: toHex(validatorAddress(suite, publicKey)),
      hasSigned: header?.commit.signatures[place]?.flag === "commit",
    })),
    technical: row ? await technicalOf(context, logs, row) : null,
  };
}

function describe({ log, name }: LogStanding, row: OperationRow): PeriodOperation {
  const record = parseRecord(row.record);
  const stamp = row.receipt ? parseStamp(row.receipt.stamp) : undefined;
  return {
    workspace: toHex(log),
    workspaceName: name,
    kind: record.ok ? kindOf(record.value.content) : "other",
    subjects: row.subjects,
    at: record.ok ? record.value.clientTime : row.preparedAt,
    isFound: row.state === "verified" ? true : row.state === "contradicted" ? false : null,
    index: stamp?.ok === true ? stamp.value.index : null,
  };
}

/** The screens' words for what was done. */
function kindOf(content: RecordContent): string {
  switch (content.kind) {
    case "write": {
      const { items } = content.body;
      if (items.some(({ tombstone }) => tombstone)) return "trash";
      return items.some(({ baseVersion }) => baseVersion === 0) ? "upload" : "change";
    }
    case "read":
      return "read";
    case "role":
      return "share";
    case "name":
      return "rename";
    case "organizationGenesis":
    case "workspaceGenesis":
    case "workspace":
      return "create";
    case "user":
    case "device":
    case "profile":
    case "anchor":
    case "recover":
    case "rotation":
    case "ack":
    case "audit":
    case "resolve":
      return content.kind;
  }
}

function checksOf(standing: LogStanding, epoch: number, sealedEpoch: number): readonly PeriodCheck[] {
  const lanes = lanesOf(standing, epoch, sealedEpoch);
  if (!lanes) return [];
  const { fault, log, name, progress } = standing;
  const about = { workspace: toHex(log), workspaceName: name, coverage: null };
  const isChecked = progress !== undefined && epoch <= progress.verifiedEpoch;
  // Where one check of this log failed, another one either passed or has simply not run.
  const isDoubted = fault !== undefined && (!isChecked || fault.epoch === epoch);
  const passed = isChecked ? lanesOf({ ...standing, fault: undefined }, epoch, sealedEpoch) : undefined;
  const otherwise = passed ?? WAITING;
  const check = (code: CheckCode, side: keyof LogLanes): PeriodCheck => {
    const isFailed = isDoubted && fault.check === code;
    const lane = lanes[side];
    const state = isFailed || lane !== "suspect" ? lane : otherwise[side];
    return { ...about, code, state, detail: isFailed ? fault.detail : "" };
  };
  const checks = [check("E1", "device"), check("E3", "record"), check("E4", "record")];
  const isListed = checks.some(({ code }) => code === fault?.check);
  if (isDoubted && !isListed) checks.push(check(fault.check, "record"));
  return checks;
}

const WAITING: LogLanes = { device: "pending", record: "pending" };

function sealChecks(standing: Standing, epoch: number, row: EpochRow | undefined): readonly PeriodCheck[] {
  const { seal } = periodOf({ ...standing, findings: [] }, epoch, row, 0).lanes;
  const about = { workspace: null, workspaceName: "", coverage: null };
  const proven = standing.findings.filter((finding) => finding.epoch === epoch && isRed(finding));
  return [
    ...proven.map(({ kind }) => ({ ...about, code: "E3", state: "contradiction", detail: kind }) as const),
    { ...about, code: "E5", state: seal, detail: "" },
    // This device is the only one that it compares with, so there is nothing that could have passed.
    { ...about, code: "E2", state: "pending", detail: "OnlyDevice" },
  ];
}

/** Everybody's operations, as far as this device has gone through them (E6 to E8). */
async function replayChecks(
  { host }: AuditContext,
  logs: readonly LogStanding[],
  epoch: number,
): Promise<readonly PeriodCheck[]> {
  const checks: PeriodCheck[] = [];
  for (const { log, name, progress } of logs) {
    const kept = await host.rows.list(CHECKPOINTS, log);
    const checkpoint = checkpointAt(kept, epoch);
    if (!progress || !checkpoint) continue;
    const total = checkpoint.size;
    const done = replayedIn(progress, checkpoint, kept);
    const isTooLarge = done < total && progress.isReplayFull;
    const state = done === total ? "verified" : isTooLarge ? "partial" : "pending";
    const detail = isTooLarge ? "TooLargeToReplay" : "";
    const about = { workspace: toHex(log), workspaceName: name };
    checks.push({ ...about, code: "E6", state, detail, coverage: { done, total } });
  }
  return checks;
}

/** A log that did not grow has the same checkpoint from its last epoch leaf on. */
function checkpointAt(kept: readonly CheckpointRow[], epoch: number): CheckpointRow | undefined {
  return kept.find(({ closedEpoch, slot }) => closedEpoch <= epoch && epoch <= slot.epoch);
}

async function technicalOf(
  { host, archive }: AuditContext,
  logs: readonly LogStanding[],
  row: EpochRow,
): Promise<PeriodDetails["technical"]> {
  const record = parseEpochRecord(row.record);
  const header = await archive.headerOf(row.epoch);
  const checkpoints = [];
  for (const { log, name } of logs) {
    const checkpoint = checkpointAt(await host.rows.list(CHECKPOINTS, log), row.epoch);
    if (!checkpoint) continue;
    const { size, root } = checkpoint;
    checkpoints.push({ log: toHex(log), name, checkpointSize: size, checkpointRoot: toHex(root) });
  }
  return {
    epochRecordHash: toHex(row.hash),
    epochRoot: record.ok ? toHex(record.value.root) : "",
    ledgerHeight: String(header?.header.height ?? row.height),
    ledgerHeaderHash: header ? toHex(hashHeader(host.suite, header.header)) : "",
    logs: checkpoints,
  };
}

import { type Bytes, equalBytes, isZero } from "#protocol/bytes/bytes.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import type { ReadOpening } from "#protocol/log/read.ts";
import { type Record, type RecordContent, type SignedRecord, signRecord } from "#protocol/log/record.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { LogRow, OperationRow } from "../journal/tables.ts";
import { ledgerErrorOf } from "./engine-errors.ts";
import { LEDGER_MAX_AGE_MS, type LogHost } from "./log-host.ts";

/** A signed record whose journal row is on disk: from here on it may be sent, and only as it is. */
export interface PreparedRecord {
  readonly log: Bytes;
  readonly record: Record;
  readonly signed: SignedRecord;
  readonly recordHash: Bytes;
  readonly operation: OperationRow;
  /** Whether it went out before, so that an answer may have been lost. */
  readonly wasSent: boolean;
}

export interface RecordPlan {
  readonly content: RecordContent;
  readonly opening?: ReadOpening;
  /** Names of what it is about, for this device's own journal. */
  readonly subjects?: readonly string[];
  /** Orders of the intents that it carries out. */
  readonly intents?: readonly number[];
}

/** Builds and signs a record on the newest state of its log. The caller holds the log's lock. */
export async function prepareRecord(
  host: LogHost,
  log: Bytes,
  plan: RecordPlan,
): Promise<Result<PreparedRecord, EngineError>> {
  const fields = await recordFieldsFor(host, log);
  if (!fields.ok) return fields;
  const record: Record = { ...fields.value, content: plan.content };
  const signed = signHere(host, record);
  return signed.ok ? ok(await journalRecord(host, log, record, signed.value, plan)) : signed;
}

/** A workspace's first record, whose own hash becomes the log's id. */
export async function signGenesis(
  host: LogHost,
  content: RecordContent & { readonly kind: "workspaceGenesis" },
): Promise<Result<{ readonly record: Record; readonly signed: SignedRecord }, EngineError>> {
  const common = await commonFields(host, ZERO_HASH);
  if (!common.ok) return common;
  const record: Record = {
    ...common.value,
    log: ZERO_HASH,
    seq: 0,
    prev: ZERO_HASH,
    seenSize: 0,
    seenRoot: ZERO_HASH,
    content,
  };
  const signed = signHere(host, record);
  return signed.ok ? ok({ record, signed: signed.value }) : signed;
}

/** Journals a record that is signed already. */
export async function journalRecord(
  host: Pick<LogHost, "suite" | "journal" | "now">,
  log: Bytes,
  record: Record,
  signed: SignedRecord,
  plan: Omit<RecordPlan, "content"> = {},
): Promise<PreparedRecord> {
  const operation = await host.journal.prepare(log, {
    ...signed,
    preparedAt: host.now(),
    opening: plan.opening ?? null,
    subjects: (plan.subjects ?? []).slice(0, MAX_SUBJECTS),
    intents: plan.intents ?? [],
  });
  return {
    log,
    record,
    signed,
    recordHash: recordHashOf(host.suite, signed.record, signed.signature),
    operation,
    wasSent: false,
  };
}

/** What was under way when the device locked ends here: its key is gone, and zeros sign nothing. */
function signHere({ suite, deviceSecretKey }: LogHost, record: Record): Result<SignedRecord, EngineError> {
  return isZero(deviceSecretKey)
    ? err({ type: "DeviceLocked" })
    : ok(signRecord(suite, record, deviceSecretKey));
}

async function recordFieldsFor(
  host: LogHost,
  log: Bytes,
): Promise<Result<Omit<Record, "content">, EngineError>> {
  const [common, row] = await Promise.all([commonFields(host, log), host.journal.log(log)]);
  if (!common.ok) return common;
  return ok({ ...common.value, log, ...stepAfter(row), ...seenIn(row) });
}

async function commonFields(host: LogHost, log: Bytes) {
  const ledger = await host.ledger.current(LEDGER_MAX_AGE_MS);
  if (!ledger.ok) return { ok: false, error: ledgerErrorOf(ledger.error) } as const;
  const { organization } = host.identity;
  const isOrganization = equalBytes(log, organization);
  const seen = isOrganization ? undefined : (await host.journal.log(organization)).head;
  return ok({
    v: 1,
    device: host.identity.device,
    incarnation: host.incarnation,
    seenOrganization: [seen?.size ?? 0, seen?.root ?? ZERO_HASH],
    sealedEpoch: ledger.value.sealedEpoch,
    sealedHash: ledger.value.sealedHash,
    clientTime: host.now(),
  } as const);
}

function stepAfter({ own }: LogRow): Pick<Record, "seq" | "prev"> {
  return own ? { seq: own.seq + 1, prev: own.recordHash } : { seq: 0, prev: ZERO_HASH };
}

function seenIn({ head }: LogRow): Pick<Record, "seenSize" | "seenRoot"> {
  return { seenSize: head?.size ?? 0, seenRoot: head?.root ?? ZERO_HASH };
}

const MAX_SUBJECTS = 8;
const ZERO_HASH: Bytes = new Uint8Array(32);

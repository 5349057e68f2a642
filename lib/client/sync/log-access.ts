import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { ReadAnswer } from "#protocol/log/check-read.ts";
import type { MapEntryName } from "#protocol/log/map-entry.ts";
import type { VerifiedReceipt } from "#protocol/log/receipt.ts";
import type { RecordContent } from "#protocol/log/record.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import { checkRefusal } from "./check-refusal.ts";
import { ledgerErrorOf } from "./engine-errors.ts";
import { notesBeside } from "./fault.ts";
import { type LogHost, logLockName } from "./log-host.ts";
import { proveNewestEntries } from "./own-entry.ts";
import { type PreparedRecord, prepareRecord, type RecordPlan } from "./prepare-record.ts";
import { reconcile, verifyOwnEntry } from "./reconcile.ts";
import { NO_PAYLOAD, type Payload, refusalErrorOf, sendRecord } from "./send-record.ts";

/**
 * One writer for each device and log: whoever holds the log's lock, in whichever tab. Inside, the journal is the
 * newest there is, no operation of this device is without an answer, and records go out one after the other.
 */
export interface LogAccess {
  readonly run: <T>(
    log: Bytes,
    task: (log: LockedLog) => Promise<Result<T, EngineError>>,
  ) => Promise<Result<T, EngineError>>;
}

export interface LockedLog {
  readonly id: Bytes;
  /** Appends one record; every outcome that the log may give it is an answer. `onSent`: it is on its way. */
  readonly append: (
    plan: RecordPlan,
    payload?: Partial<Payload>,
    onSent?: () => void,
  ) => Promise<Result<Appended, EngineError>>;
  readonly prove: (names: readonly MapEntryName[]) => ReturnType<typeof proveNewestEntries>;
}

export interface Appended {
  readonly prepared: PreparedRecord;
  readonly receipt: VerifiedReceipt;
  readonly answer: ReadAnswer;
}

export function createLogAccess(host: LogHost): LogAccess {
  const verified = new Set<string>();

  const enter = async (log: Bytes): Promise<Result<null, EngineError>> => {
    const reconciled = await reconcile(host, log);
    const id = toHex(log);
    if (!reconciled.ok || verified.has(id)) return reconciled;
    const compared = await verifyOwnEntry(host, log);
    if (!compared.ok) return compared;
    verified.add(id);
    return ok(null);
  };

  return {
    run: (log, task) =>
      host.locks.run(logLockName(host.identity.device, log), async () => {
        const entered = await enter(log);
        if (!entered.ok) return entered;
        return task({
          id: log,
          append: (plan, payload, onSent) =>
            appendRecord(host, log, plan, { ...NO_PAYLOAD, ...payload }, onSent),
          prove: (names) => proveNewestEntries(host, log, names),
        });
      }),
  };
}

async function appendRecord(
  host: LogHost,
  log: Bytes,
  plan: RecordPlan,
  payload: Payload,
  onSent?: () => void,
): Promise<Result<Appended, EngineError>> {
  if (changesSomething(plan.content) && (await host.journal.log(log)).suspicion !== null) {
    return err({ type: "WritesPaused", workspace: toHex(log) });
  }
  for (let isRetry = false; ; isRetry = true) {
    const prepared = await prepareRecord(host, log, plan);
    if (!prepared.ok) return prepared;
    const sent = await sendRecord(host, prepared.value, payload, onSent);
    if (!sent.ok) return sent;
    if (sent.value.type === "appended") {
      if (sent.value.receipt.stamp.outcome !== "expired" || isRetry) {
        return ok({ prepared: prepared.value, ...sent.value });
      }
      // Epochs went by since the bundle that it names was fetched.
      const renewed = await host.ledger.current(0);
      if (!renewed.ok) return err(ledgerErrorOf(renewed.error));
      continue;
    }
    const { refusal } = sent.value;
    const { status } = refusal.statement;
    await host.journal.settle(log, { ...prepared.value.operation, state: "refused" });
    const believed = await checkRefusal(host, prepared.value, refusal);
    if (!believed.ok) return believed;
    const isOutOfTouch = status === "outOfStep" || status === "seenNotPrefix";
    if (isRetry && isOutOfTouch) {
      // The head that this record names was signed by an instance and verified here.
      const { signed } = prepared.value;
      const notes = await notesBeside(host, log);
      await host.onFault({ log, check: "I2", detail: status, notes, operation: { signed, receipt: null } });
    }
    if (!isOutOfTouch || isRetry) return err(refusalErrorOf(status));
    // Somebody wrote with this device's key, or the server lost something: the entry's proof tells which.
    const compared = await verifyOwnEntry(host, log);
    if (!compared.ok) return compared;
    // What this plan was made on has changed by this device's own doing: whoever made it looks again.
    if (compared.value === "takenBack") return err({ type: "ServerUnreachable" });
  }
}

/** While a check is unresolved a device still reads, acknowledges and audits; it adds nothing to a doubtful history. */
function changesSomething({ kind }: RecordContent): boolean {
  return kind !== "read" && kind !== "ack" && kind !== "audit" && kind !== "resolve";
}

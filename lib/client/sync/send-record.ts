import { equalBytes } from "#protocol/bytes/bytes.ts";
import { isRetiredBy } from "#protocol/checkpoint/ledger-state.ts";
import type { ReadAnswer } from "#protocol/log/check-read.ts";
import type { VerifiedReceipt } from "#protocol/log/receipt.ts";
import { type RefusalStatus, type SignedRefusal, verifyRefusal } from "#protocol/log/refusal.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { append, MAX_APPEND_BYTES } from "#protocol/wire/append.ts";
import type { RequestOf } from "#protocol/wire/command.ts";
import type { EngineError } from "../engine.ts";
import { acceptReceipt } from "./accept-receipt.ts";
import { ledgerErrorOf, sessionErrorOf } from "./engine-errors.ts";
import { LEDGER_MAX_AGE_MS, type LogHost } from "./log-host.ts";
import type { PreparedRecord } from "./prepare-record.ts";

/** What travels beside a record. */
export type Payload = Pick<RequestOf<typeof append>, "contents" | "rings" | "profiles">;

export type Sent =
  | { readonly type: "appended"; readonly receipt: VerifiedReceipt; readonly answer: ReadAnswer }
  | { readonly type: "refused"; readonly refusal: SignedRefusal };

export const NO_PAYLOAD: Payload = { contents: [], rings: [], profiles: [] };

/** Pauses before the same bytes go out again. */
const RETRY_DELAYS_MS = [300, 1500];

/**
 * Sends a prepared record, the same bytes again where no answer comes. An error leaves it `prepared`: it may be in
 * the log or get there, and only `reconcile` finds out. A refusal is settled by the caller.
 */
export async function sendRecord(
  host: LogHost,
  prepared: PreparedRecord,
  payload: Payload,
  /** Called when the record is on its way for the first time: what can be done while the server works is begun then. */
  onSent: () => void = () => undefined,
): Promise<Result<Sent, EngineError>> {
  const { log, signed, operation } = prepared;
  const request = { log, signed, opening: operation.opening, ...payload };
  for (let attempt = 0; ; attempt++) {
    const answering = host.sessions.call(append, request);
    if (attempt === 0) onSent();
    const answer = await answering;
    const delayMs = RETRY_DELAYS_MS[attempt];
    if (answer.ok && answer.value.kind === "appended") {
      const { receipt, ...read } = answer.value.body;
      const sent = { ...prepared, wasSent: prepared.wasSent || attempt > 0 };
      const accepted = await acceptReceipt(host, sent, receipt, read.results);
      if (!accepted.ok) return accepted;
      // A READ that is sent again after its author lost the right to read is receipted and not answered.
      const isWithheld = accepted.value.stamp.results !== null && read.results.length === 0;
      if (isWithheld && sent.wasSent) return err({ type: "NotAllowed" });
      return ok({ type: "appended", receipt: accepted.value, answer: read });
    }
    if (answer.ok && answer.value.kind === "refused") {
      const status = await verifiedStatus(host, prepared, answer.value.body);
      if (!status.ok) return status;
      if (status.value !== "busy" || delayMs === undefined)
        return ok({ type: "refused", refusal: answer.value.body });
    }
    if (!answer.ok) {
      const error = sessionErrorOf(answer.error);
      if (error.type !== "ServerUnreachable" || delayMs === undefined) return err(error);
    }
    await host.delay(delayMs ?? 0);
  }
}

/** A refusal counts only when an instance signed it for exactly this record. */
export async function verifiedStatus(
  host: LogHost,
  { log, record, recordHash }: Pick<PreparedRecord, "log" | "record" | "recordHash">,
  refusal: SignedRefusal,
): Promise<Result<RefusalStatus, EngineError>> {
  const ledger = await host.ledger.current(LEDGER_MAX_AGE_MS * 10);
  if (!ledger.ok) return err(ledgerErrorOf(ledger.error));
  const { statement } = refusal;
  // It was signed after the epoch that the record knows to be sealed.
  const instanceKeys = ledger.value.registry
    .filter((entry) => !isRetiredBy(entry, record.sealedEpoch + 1))
    .map(({ key }) => key);
  const isForThis = equalBytes(statement.log, log) && equalBytes(statement.recordHash, recordHash);
  if (!isForThis || !verifyRefusal(host.suite, refusal, instanceKeys)) {
    return err({ type: "ServerRefused", reason: "RefusalNotAuthentic" });
  }
  return ok(statement.status);
}

export function refusalErrorOf(status: RefusalStatus): EngineError {
  switch (status) {
    case "notMember":
    case "unknownOrRevoked":
      return { type: "NotAllowed" };
    case "tooLarge":
      return { type: "TooLarge", maxBytes: MAX_APPEND_BYTES };
    case "busy":
      return { type: "ServerUnreachable" };
    case "foreignLog":
    case "badSignature":
    case "outOfStep":
    case "seenNotPrefix":
    case "contentMissing":
    case "malformed":
    case "sealedNotTrue":
    case "notApplicable":
      return { type: "ServerRefused", reason: status };
  }
}

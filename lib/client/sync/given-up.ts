import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import { parseRecord, type Record } from "#protocol/log/record.ts";
import { err, ok, type Result, unwrap } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { OperationRow } from "../journal/tables.ts";
import { answerInvalid, notesBeside } from "./fault.ts";
import type { LogHost } from "./log-host.ts";
import { NO_PAYLOAD, sendRecord } from "./send-record.ts";

/** The operation that this record became, if the server had refused it and this device gave it up. */
export async function findGivenUp(
  { suite, journal }: Pick<LogHost, "suite" | "journal">,
  log: Bytes,
  recordHash: Bytes,
): Promise<OperationRow | undefined> {
  const rows = await journal.givenUpOperations(log);
  return rows.find(({ record, signature }) => equalBytes(recordHashOf(suite, record, signature), recordHash));
}

/**
 * A record of this device stands in the log although the server had refused it. It may have come twice, once late; so
 * its receipt is asked for, and it is this device's like any other. A server that refuses it again contradicts its own
 * log. The caller holds the log's lock.
 */
export async function takeBack(
  host: LogHost,
  log: Bytes,
  operation: OperationRow,
): Promise<Result<null, EngineError>> {
  // Our own row, written from a record that we encoded.
  const record = unwrap(parseRecord(operation.record));
  const signed = { record: operation.record, signature: operation.signature };
  const recordHash = recordHashOf(host.suite, signed.record, signed.signature);
  const sent = await sendRecord(
    host,
    { log, record, signed, recordHash, operation, wasSent: true },
    NO_PAYLOAD,
  );
  if (!sent.ok) return sent;
  if (sent.value.type === "appended") {
    host.onTakenBack(log, operation);
    return ok(null);
  }
  const detail = "RefusedThoughAppended";
  const notes = await notesBeside(host, log);
  const { refusal } = sent.value;
  await host.onFault({ log, check: "I1", detail, notes, operation: { signed, receipt: null }, refusal });
  return err(answerInvalid("I1", detail));
}

/** Sent by `create-organization` and `create-workspace`, never appended alone. */
export function isBirth({ content: { kind } }: Record): boolean {
  return (
    kind === "organizationGenesis" ||
    kind === "user" ||
    kind === "device" ||
    kind === "workspaceGenesis" ||
    kind === "workspace"
  );
}

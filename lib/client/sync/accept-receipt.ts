import type { Bytes } from "#protocol/bytes/bytes.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { codec } from "#protocol/codec/schema.ts";
import { effectsOf, type StampedRecord } from "#protocol/log/own-effects.ts";
import { NO_ENTRIES } from "#protocol/log/proven-entries.ts";
import { type ReadResult, readResultsHash } from "#protocol/log/read.ts";
import {
  type Receipt,
  type ReceiptError,
  receiptSchema,
  type VerifiedReceipt,
  verifyReceipt,
} from "#protocol/log/receipt.ts";
import type { Record } from "#protocol/log/record.ts";
import type { SeenChange } from "#protocol/log/seen-entry.ts";
import { err, type Result } from "#protocol/result.ts";
import type { CheckCode, EngineError } from "../engine.ts";
import { joinHead } from "./accept-head.ts";
import { ledgerErrorOf } from "./engine-errors.ts";
import { answerInvalid, notesBeside } from "./fault.ts";
import { LEDGER_MAX_AGE_MS, type LogHost } from "./log-host.ts";
import type { PreparedRecord } from "./prepare-record.ts";
import { compareEntries, newestSeen } from "./seen-entries.ts";

const receiptCodec = codec(receiptSchema, 4 * 1024 * 1024);

/**
 * Checks I1 and I2 of one receipt, then settles its operation. Nothing is shown as done before this has said so.
 * A receipt that fails leaves the operation `prepared` and pauses writes in its log.
 */
export async function acceptReceipt(
  host: LogHost,
  prepared: PreparedRecord,
  receipt: Receipt,
  results: readonly ReadResult[] | null = null,
): Promise<Result<VerifiedReceipt, EngineError>> {
  const { log, record, signed, recordHash, operation } = prepared;
  const verified = await verifyWithRegistry(host, prepared, receipt);
  if (!verified.ok) {
    if ("engine" in verified.error) return err(verified.error.engine);
    const { check, detail } = verified.error;
    await host.onFault({
      log,
      check,
      detail,
      notes: await notesBeside(host, log, receipt.note),
      operation: { signed, receipt: receiptCodec.encode(receipt) },
    });
    return err(answerInvalid(check, detail));
  }
  const { head, note, stamp } = verified.value;
  const joined = await joinHead(host, log, record, verified.value);
  if (!joined.ok) return joined;
  const effects = await compareEffects(host, log, { record, recordHash, stamp });
  if (!effects.ok) {
    const notes = await notesBeside(host, log, note);
    await host.onFault({ log, check: "I3", detail: effects.error, notes, operation: null });
    return err(answerInvalid("I3", effects.error));
  }
  const isMine = equalBytes(record.device, host.identity.device);
  await host.journal.settle(
    log,
    {
      ...operation,
      state: "receipted",
      // Proven entries are large and say nothing later that the stamp's root does not.
      receipt: { ...receipt, entries: NO_ENTRIES },
      epoch: stamp.epoch,
      results: boundResults(host, prepared, stamp.results, results),
    },
    {
      head: { size: head.size, root: head.root, note },
      isApplied: stamp.outcome === "applied",
      // Nobody may show this device anything older from now on.
      seen: effects.value,
      ...(isMine ? { own: { seq: record.seq, recordHash, index: stamp.index } } : {}),
    },
  );
  return verified;
}

/** What the receipt says of the map, beside all that this device has seen of it. */
async function compareEffects(
  host: LogHost,
  log: Bytes,
  stamped: StampedRecord,
): Promise<Result<readonly SeenChange[], string>> {
  const { record, stamp } = stamped;
  if (stamp.outcome === "applied" && (await replacesOlder(host, log, record, stamp.index)))
    return err("WriteOverOlderVersion");
  return compareEntries(host, log, effectsOf(stamped), stamp.index + 1);
}

/** Applied on another version than this device knows to have been the newest: what came in between would be undone. */
async function replacesOlder(
  host: LogHost,
  log: Bytes,
  { content }: Record,
  index: number,
): Promise<boolean> {
  if (content.kind !== "write") return false;
  const { items, guards } = content.body;
  const bases = [...items.map(({ manifest, baseVersion: version }) => ({ manifest, version })), ...guards];
  const known = await newestSeen(
    host,
    log,
    bases.map(({ manifest }) => manifest),
  );
  return bases.some(({ version }, at) => {
    const newest = known[at];
    return newest !== undefined && newest.since < index && newest.version > version;
  });
}

type Refusal = { readonly check: CheckCode; readonly detail: string } | { readonly engine: EngineError };

/** An instance that was registered since the last bundle is no stranger: the ledger is asked before anybody is blamed. */
async function verifyWithRegistry(
  host: LogHost,
  { log, record, signed, wasSent }: PreparedRecord,
  receipt: Receipt,
): Promise<Result<VerifiedReceipt, Refusal>> {
  for (const maxAgeMs of [LEDGER_MAX_AGE_MS * 10, 0]) {
    const ledger = await host.ledger.current(maxAgeMs);
    if (!ledger.ok) return err({ engine: ledgerErrorOf(ledger.error) });
    const { registry } = ledger.value;
    const input = { log, signed, record, receipt, registry, isFirstAnswer: !wasSent };
    const verified = verifyReceipt(host.suite, input);
    if (verified.ok) return verified;
    const { error } = verified;
    if (isByStranger(error) && maxAgeMs > 0) continue;
    return err({ check: error.type === "ReceiptNotConsistentWithSeen" ? "I2" : "I1", detail: error.type });
  }
  throw new Error("the second look at the ledger decides");
}

function isByStranger(error: ReceiptError): boolean {
  return (
    error.type === "ReceiptInstanceNotRegistered" ||
    (error.type === "ReceiptNoteInvalid" && error.note.type === "NoteSignerUnknown")
  );
}

/** Results go into the journal only if the stamp is bound to them: a check on epochs relies on it. */
function boundResults(
  { suite }: LogHost,
  { operation }: PreparedRecord,
  bound: Bytes | null,
  results: readonly ReadResult[] | null,
): readonly ReadResult[] | null {
  if (bound === null || results === null || operation.opening === null) return null;
  return equalBytes(readResultsHash(suite, operation.opening.nonce, results), bound) ? results : null;
}

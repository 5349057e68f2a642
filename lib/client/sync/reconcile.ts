import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import { parseLeaf } from "#protocol/log/leaf.ts";
import { parseRecord, verifyRecordSignature } from "#protocol/log/record.ts";
import { err, ok, type Result, unwrap } from "#protocol/result.ts";
import { readLeaves } from "#protocol/wire/log-reading.ts";
import type { EngineError } from "../engine.ts";
import type { OperationRow, OwnEntry } from "../journal/tables.ts";
import { silenceOf } from "../transport/proof-watch.ts";
import { checkRefusal } from "./check-refusal.ts";
import { sessionErrorOf } from "./engine-errors.ts";
import { answerInvalid } from "./fault.ts";
import { findGivenUp, isBirth, takeBack } from "./given-up.ts";
import type { LogHost } from "./log-host.ts";
import { fetchOwnEntry } from "./own-entry.ts";
import type { PreparedRecord } from "./prepare-record.ts";
import { NO_PAYLOAD, sendRecord } from "./send-record.ts";

/**
 * Brings journal and log together after a crash, restored storage, or an answer that never came. The same bytes
 * are sent again: if the log has them, the answer is their receipt. If it does not, they are abandoned; whatever
 * is signed next has the same place in this device's chain, so of the two at most one can ever be appended.
 */
export async function reconcile(host: LogHost, log: Bytes): Promise<Result<null, EngineError>> {
  for (const operation of await host.journal.preparedOperations(log)) {
    const settled = await settlePrepared(host, log, operation);
    if (!settled.ok) return settled;
  }
  return ok(null);
}

/** `takenOver`: from another copy of this profile. `takenBack`: from what the server had refused. */
type OwnEntryState = "same" | "takenOver" | "takenBack";

/**
 * The log's idea of this device against the journal's, once for each unlock. A journal that is behind (restored
 * from a copy) takes over the log's entry and from then on knows that it is not complete. What the server had refused
 * here, and took all the same, is nobody else's.
 */
export async function verifyOwnEntry(host: LogHost, log: Bytes): Promise<Result<OwnEntryState, EngineError>> {
  const { own, head } = await host.journal.log(log);
  // Nothing of this log was ever verified here, or nothing was written: there is nothing to compare.
  if (head === null && own === null) return ok("same");
  const entry = await fetchOwnEntry(host, log);
  if (!entry.ok) return entry;
  const known = entry.value;
  if (isSameEntry(own, known)) return ok("same");
  if (known !== null && known.seq > (own?.seq ?? -1)) {
    const given = await findGivenUp(host, log, known.recordHash);
    if (given && !isBirth(unwrap(parseRecord(given.record)))) {
      const taken = await takeBack(host, log, given);
      return taken.ok ? ok("takenBack") : taken;
    }
    const isMine = await isSignedHere(host, log, known);
    if (!isMine.ok) return isMine;
    if (isMine.value) {
      await host.journal.learn(log, { own: known, isIncomplete: given === undefined });
      return ok("takenOver");
    }
  }
  const detail = "OwnEntryDiffers";
  const note = (await host.journal.log(log)).head?.note;
  await host.onFault({ log, check: "E1", detail, notes: note ? [note] : [], operation: null });
  return err(answerInvalid("E1", detail));
}

/** Whether the record that an entry of the map names was signed with this device's key, in whatever copy of it. */
async function isSignedHere(
  { suite, sessions, proofs, identity, deviceSecretKey }: LogHost,
  log: Bytes,
  { seq, recordHash, index }: OwnEntry,
): Promise<Result<boolean, EngineError>> {
  const answer = await sessions.call(readLeaves, { log, from: index, to: index + 1 });
  if (!answer.ok) {
    proofs.unanswered(log, "ownRecord", silenceOf(answer.error));
    return err(sessionErrorOf(answer.error));
  }
  // Whatever it shows is judged here and now: another record than the entry's is a fault.
  proofs.verified(log, "ownRecord");
  const leaf = parseLeaf(answer.value.body.leaves[0] ?? new Uint8Array(0));
  const record = leaf.ok ? parseRecord(leaf.value.record) : undefined;
  return ok(
    leaf.ok &&
      record?.ok === true &&
      record.value.seq === seq &&
      equalBytes(record.value.device, identity.device) &&
      (index === 0 || equalBytes(record.value.log, log)) &&
      equalBytes(recordHashOf(suite, leaf.value.record, leaf.value.signature), recordHash) &&
      verifyRecordSignature(suite, leaf.value, suite.verifyKeyOf(deviceSecretKey)),
  );
}

async function settlePrepared(
  host: LogHost,
  log: Bytes,
  operation: OperationRow,
): Promise<Result<null, EngineError>> {
  // Our own row, written from a record that we encoded.
  const record = unwrap(parseRecord(operation.record));
  if (isBirth(record)) return host.resumeBirth(log, operation, record);
  const signed = { record: operation.record, signature: operation.signature };
  const recordHash = recordHashOf(host.suite, signed.record, signed.signature);
  const prepared: PreparedRecord = { log, record, signed, recordHash, operation, wasSent: true };
  const sent = await sendRecord(host, prepared, NO_PAYLOAD);
  if (!sent.ok) return sent;
  if (sent.value.type === "appended") return ok(null);
  const entry = await fetchOwnEntry(host, log);
  if (!entry.ok) return entry;
  if (entry.value && equalBytes(entry.value.recordHash, recordHash)) return takeBack(host, log, operation);
  await host.journal.settle(log, { ...operation, state: "abandoned" });
  return checkRefusal(host, prepared, sent.value.refusal);
}

function isSameEntry(a: OwnEntry | null, b: OwnEntry | null): boolean {
  if (a === null || b === null) return a === b;
  return a.seq === b.seq && a.index === b.index && equalBytes(a.recordHash, b.recordHash);
}

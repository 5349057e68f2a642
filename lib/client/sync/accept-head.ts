import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { Head } from "#protocol/log/head.ts";
import { verifyNote } from "#protocol/log/head.ts";
import { verifyConsistency } from "#protocol/merkle/merkle-proof.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { readHead } from "#protocol/wire/log-reading.ts";
import type { EngineError } from "../engine.ts";
import type { HeadRow } from "../journal/tables.ts";
import { notesBeside } from "./accept-receipt.ts";
import { ledgerErrorOf, sessionErrorOf } from "./engine-errors.ts";
import { answerInvalid } from "./fault.ts";
import { LEDGER_MAX_AGE_MS, type LogHost } from "./log-host.ts";

/**
 * Asks for the newest head of a log and accepts it by check I2: consistent with the newest one verified before, in
 * whichever direction. A shorter one is only stale. The caller holds the log's lock. Answers the newest verified.
 */
export async function refreshHead(host: LogHost, log: Bytes): Promise<Result<HeadRow, EngineError>> {
  const before = (await host.journal.log(log)).head;
  const answer = await host.sessions.call(readHead, { log, fromSize: before?.size ?? 0 });
  if (!answer.ok) return err(sessionErrorOf(answer.error));
  const { note, consistencyPath } = answer.value.body;
  const head = await verifyHead(host, log, note);
  if (!head.ok) return head;
  if (before && !isConsistent(host, before, head.value, consistencyPath)) {
    return failed(host, log, note, "HeadInconsistent");
  }
  if (before && head.value.size <= before.size) return ok(before);
  const row = { size: head.value.size, root: head.value.root, note };
  await host.journal.learn(log, { head: row });
  return ok(row);
}

async function verifyHead(host: LogHost, log: Bytes, note: Bytes): Promise<Result<Head, EngineError>> {
  for (const maxAgeMs of [LEDGER_MAX_AGE_MS * 10, 0]) {
    const ledger = await host.ledger.current(maxAgeMs);
    if (!ledger.ok) return err(ledgerErrorOf(ledger.error));
    const head = verifyNote(host.suite, note, ledger.value.instanceKeys);
    if (head.ok) return equalBytes(head.value.log, log) ? head : failed(host, log, note, "HeadForAnotherLog");
    if (head.error.type !== "NoteSignerUnknown" || maxAgeMs === 0)
      return failed(host, log, note, head.error.type);
  }
  throw new Error("the second look at the ledger decides");
}

function isConsistent(
  { suite }: LogHost,
  before: Pick<Head, "size" | "root">,
  now: Pick<Head, "size" | "root">,
  path: readonly Bytes[],
): boolean {
  const [small, large] = before.size <= now.size ? [before, now] : [now, before];
  if (small.size === 0) return true;
  return verifyConsistency(suite.sha256, {
    size1: BigInt(small.size),
    size2: BigInt(large.size),
    root1: small.root,
    root2: large.root,
    path,
  }).ok;
}

async function failed(
  host: LogHost,
  log: Bytes,
  note: Bytes,
  detail: string,
): Promise<Result<never, EngineError>> {
  await host.onFault({
    log,
    check: "I2",
    detail,
    notes: await notesBeside(host, log, note),
    operation: null,
  });
  return err(answerInvalid("I2", detail));
}

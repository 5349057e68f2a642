import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { isRetiredBy } from "#protocol/checkpoint/ledger-state.ts";
import type { Head } from "#protocol/log/head.ts";
import { verifyNote } from "#protocol/log/head.ts";
import type { Record } from "#protocol/log/record.ts";
import { verifyConsistency } from "#protocol/merkle/merkle-proof.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { readHead } from "#protocol/wire/log-reading.ts";
import type { EngineError } from "../engine.ts";
import type { HeadRow } from "../journal/tables.ts";
import { HEAD_OLDER, silenceOf } from "../transport/proof-watch.ts";
import { ledgerErrorOf, sessionErrorOf } from "./engine-errors.ts";
import { answerInvalid, notesBeside } from "./fault.ts";
import { LEDGER_MAX_AGE_MS, type LogHost } from "./log-host.ts";

/**
 * Asks for the newest head of a log and accepts it by check I2: consistent with the newest one verified before, in
 * whichever direction. A shorter one is only stale. The caller holds the log's lock. Answers the newest verified.
 */
export async function refreshHead(host: LogHost, log: Bytes): Promise<Result<HeadRow, EngineError>> {
  const before = (await host.journal.log(log)).head;
  const openEpoch = openEpochOf(host);
  const answer = await host.sessions.call(readHead, { log, fromSize: before?.size ?? 0 });
  if (!answer.ok) {
    host.proofs.unanswered(log, "head", silenceOf(answer.error));
    return err(sessionErrorOf(answer.error));
  }
  const { note, consistencyPath } = answer.value.body;
  const head = await verifyHead(host, log, note, openEpoch);
  if (!head.ok) return head;
  if (before && !isConsistent(host, before, head.value, consistencyPath)) {
    return failed(host, log, note, "HeadInconsistent");
  }
  // Only stale, for once: an instance may be behind another one, and a server that goes on like that hides the newest.
  if (before && head.value.size < before.size) {
    host.proofs.unanswered(log, "head", { because: "refused", detail: HEAD_OLDER });
    return ok(before);
  }
  host.proofs.verified(log, "head");
  if (before?.size === head.value.size) return ok(before);
  const row = { size: head.value.size, root: head.value.root, note };
  await host.journal.learn(log, { head: row });
  return ok(row);
}

/**
 * Check I2 of a receipt's head against the newest one verified before. The receipt continues what its record had
 * seen; where that is older, as when a record is sent again, or a birth, the server has to prove the rest.
 */
export async function joinHead(
  host: LogHost,
  log: Bytes,
  record: Pick<Record, "seenSize" | "seenRoot">,
  head: { readonly head: Head; readonly note: Bytes },
): Promise<Result<null, EngineError>> {
  const { head: claimed, note } = head;
  const before = (await host.journal.log(log)).head;
  if (!before || isSame(before, claimed)) return ok(null);
  if (isSame(before, { size: record.seenSize, root: record.seenRoot })) return ok(null);
  if (before.size === claimed.size) return failed(host, log, note, "HeadInconsistent");
  // The log may grow between the two questions.
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const newest = await refreshHead(host, log);
    if (!newest.ok) return newest;
    if (isSame(newest.value, claimed)) return ok(null);
    const openEpoch = openEpochOf(host);
    const answer = await host.sessions.call(readHead, { log, fromSize: claimed.size });
    if (!answer.ok) {
      host.proofs.unanswered(log, "head", silenceOf(answer.error));
      return err(sessionErrorOf(answer.error));
    }
    const other = await verifyHead(host, log, answer.value.body.note, openEpoch);
    if (!other.ok) return other;
    if (!isSame(newest.value, other.value)) continue;
    const isJoined = isConsistent(host, claimed, newest.value, answer.value.body.consistencyPath);
    return isJoined ? ok(null) : failed(host, log, note, "HeadInconsistent");
  }
  return err({ type: "ServerUnreachable" });
}

/** Asked for before a question: whatever answers it is signed in this epoch or a later one. */
function openEpochOf({ ledger }: LogHost): number {
  return (ledger.known()?.sealedEpoch ?? -1) + 1;
}

async function verifyHead(
  host: LogHost,
  log: Bytes,
  note: Bytes,
  openEpoch: number,
): Promise<Result<Head, EngineError>> {
  for (const maxAgeMs of [LEDGER_MAX_AGE_MS * 10, 0]) {
    const ledger = await host.ledger.current(maxAgeMs);
    if (!ledger.ok) return err(ledgerErrorOf(ledger.error));
    const { registry } = ledger.value;
    const head = verifyNote(
      host.suite,
      note,
      registry.map(({ key }) => key),
    );
    const signer = head.ok ? registry.find(({ key }) => equalBytes(key, head.value.instanceKey)) : undefined;
    if (signer && isRetiredBy(signer, openEpoch)) return failed(host, log, note, "HeadSignerRetired");
    if (head.ok) return equalBytes(head.value.log, log) ? head : failed(host, log, note, "HeadForAnotherLog");
    if (head.error.type !== "NoteSignerUnknown" || maxAgeMs === 0)
      return failed(host, log, note, head.error.type);
  }
  throw new Error("the second look at the ledger decides");
}

function isSame(a: Pick<Head, "size" | "root">, b: Pick<Head, "size" | "root">): boolean {
  return a.size === b.size && equalBytes(a.root, b.root);
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

const MAX_ATTEMPTS = 3;

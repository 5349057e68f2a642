import type { Bytes } from "#protocol/bytes/bytes.ts";
import { leafHashOf, parseLeaf, parseStamp } from "#protocol/log/leaf.ts";
import type { EntryReader } from "#protocol/log/map-entry.ts";
import { type MapEntryName, mapKeyOf, readMapEntry } from "#protocol/log/map-entry.ts";
import { type ProvenEntry, verifyEntries } from "#protocol/log/receipt.ts";
import { verifyInclusion } from "#protocol/merkle/merkle-proof.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { ReplyOf } from "#protocol/wire/command.ts";
import { proveEntries } from "#protocol/wire/log-reading.ts";
import type { CheckCode, EngineError } from "../engine.ts";
import type { HeadRow, OwnEntry } from "../journal/tables.ts";
import { silenceOf } from "../transport/proof-watch.ts";
import { refreshHead } from "./accept-head.ts";
import { sessionErrorOf } from "./engine-errors.ts";
import { answerInvalid } from "./fault.ts";
import type { LogHost } from "./log-host.ts";
import { claimsOf, compareEntries } from "./seen-entries.ts";

/**
 * Entries of a log's map, proven under the newest verified head without leaving a record, and at odds with nothing that
 * this device has seen before. The caller holds the log's lock.
 */
export async function proveNewestEntries(
  host: LogHost,
  log: Bytes,
  names: readonly MapEntryName[],
): Promise<Result<{ readonly head: HeadRow; readonly entries: EntryReader }, EngineError>> {
  const keys = names.map((name) => mapKeyOf(host.suite, name));
  // The server answers for its newest leaf only, which may move on between the two questions.
  for (let attempt = 0; ; attempt++) {
    const head = await refreshHead(host, log);
    if (!head.ok) return head;
    const { size } = head.value;
    const answer = await host.sessions.call(proveEntries, { log, size, headSize: size, keys });
    if (answer.ok) {
      const entries = verifyAnswer(host, head.value, keys, answer.value.body);
      if (!entries) return failed(host, log, head.value, "I2", "EntriesNotProven");
      const compared = await compareEntries(host, log, claimsOf(host.suite, names, entries), size);
      if (!compared.ok) return failed(host, log, head.value, "I3", compared.error);
      if (compared.value.length > 0) await host.journal.learn(log, { seen: compared.value });
      host.proofs.verified(log, "entries");
      return ok({ head: head.value, entries });
    }
    const hasMovedOn = answer.error.type === "ServerFailed" && answer.error.reason === "notAvailable";
    if (hasMovedOn && attempt < MAX_ATTEMPTS) continue;
    host.proofs.unanswered(log, "entries", silenceOf(answer.error));
    return err(sessionErrorOf(answer.error));
  }
}

/** This device's entry as the log has it now; null where it never wrote. */
export async function fetchOwnEntry(
  host: LogHost,
  log: Bytes,
): Promise<Result<OwnEntry | null, EngineError>> {
  const name = { kind: "device", id: host.identity.device } as const;
  const proven = await proveNewestEntries(host, log, [name]);
  if (!proven.ok) return proven;
  const entry = readMapEntry(host.suite, proven.value.entries, name);
  if (!entry) return ok(null);
  const [, seq, recordHash, index] = entry;
  return ok({ seq, recordHash, index });
}

async function failed(
  host: LogHost,
  log: Bytes,
  { note }: HeadRow,
  check: CheckCode,
  detail: string,
): Promise<Result<never, EngineError>> {
  await host.onFault({ log, check, detail, notes: [note], operation: null });
  return err(answerInvalid(check, detail));
}

const MAX_ATTEMPTS = 3;

type Proven = Extract<ReplyOf<typeof proveEntries>, { readonly kind: "proven" }>["body"];

function verifyAnswer(
  { suite }: LogHost,
  head: HeadRow,
  keys: readonly Bytes[],
  { leaf, inclusionPath, entries }: Proven,
): EntryReader | undefined {
  const parsed = parseLeaf(leaf);
  const stamp = parsed.ok ? parseStamp(parsed.value.stamp) : undefined;
  if (!parsed.ok || stamp?.ok !== true || stamp.value.index !== head.size - 1) return undefined;
  const included = verifyInclusion(suite.sha256, {
    leafIndex: BigInt(head.size - 1),
    treeSize: BigInt(head.size),
    leafHash: leafHashOf(suite, parsed.value),
    path: inclusionPath,
    root: head.root,
  });
  if (!included.ok) return undefined;
  const proven = verifyEntries(suite, stamp.value.mapRoot, entries satisfies readonly ProvenEntry[]);
  return proven && keys.every(proven.isProven) ? proven.entries : undefined;
}

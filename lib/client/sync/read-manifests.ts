import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { AuthorityList } from "#protocol/log/authority-list.ts";
import { checkRead, readEntryNames, type VerifiedRead } from "#protocol/log/check-read.ts";
import { parseLeaf, parseStamp } from "#protocol/log/leaf.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import { type ReadItem, type ReadOpening, readRequestHash } from "#protocol/log/read.ts";
import { MAX_READ_ITEMS } from "#protocol/log/record.ts";
import type { SeenChange } from "#protocol/log/seen-entry.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { CheckCode, EngineError } from "../engine.ts";
import type { LogRow } from "../journal/tables.ts";
import { refreshHead } from "./accept-head.ts";
import { answerInvalid } from "./fault.ts";
import type { Appended, LockedLog } from "./log-access.ts";
import { type LogHost, logLockName } from "./log-host.ts";
import { claimsOf, compareEntries } from "./seen-entries.ts";

/**
 * Reads manifests, as many records as it takes. Every read is logged, and nothing unchecked comes out (I3). The server
 * makes the next answer while one is checked; what the check has shown is written into the journal only after both, so
 * that there is one writer at a time.
 */
export async function readManifests(
  host: LogHost,
  log: LockedLog,
  items: readonly ReadItem[],
  subjects: readonly string[] = [],
): Promise<Result<readonly VerifiedRead[], EngineError>> {
  const reads: VerifiedRead[] = [];
  let unchecked: AnsweredRead | undefined;
  for (let first = 0; first < items.length || unchecked; first += MAX_READ_ITEMS) {
    const next = items.slice(first, first + MAX_READ_ITEMS);
    const before = unchecked;
    const [asked, checked] = await checkWhileAsking(
      async (onSent) => (next.length > 0 ? askFor(host, log, next, subjects, onSent) : undefined),
      async () => before && checkAnswer(host, log.id, before),
    );
    if (before && checked) {
      const read = await conclude(host, log.id, before, checked);
      if (!read.ok) return read;
      reads.push(...read.value);
    }
    if (asked?.ok === false) return asked;
    unchecked = asked?.value;
  }
  return ok(reads);
}

/** Both are over before anything is thrown, since the caller gives the log's lock back then. */
async function checkWhileAsking<A, B>(
  ask: (onSent: () => void) => Promise<A>,
  check: () => Promise<B>,
): Promise<readonly [A, B]> {
  let checking: Promise<B> | undefined;
  const begin = (): Promise<B> => {
    checking ??= check();
    return checking;
  };
  const asking = ask(() => void begin().catch(() => undefined));
  await Promise.allSettled([asking]);
  await Promise.allSettled([begin()]);
  return [await asking, await begin()];
}

/** A receipted READ of which nothing has been believed yet. */
interface AnsweredRead {
  readonly opening: ReadOpening;
  readonly appended: Appended;
}

async function askFor(
  host: LogHost,
  log: LockedLog,
  items: readonly ReadItem[],
  subjects: readonly string[],
  onSent: () => void,
): Promise<Result<AnsweredRead, EngineError>> {
  const opening: ReadOpening = { nonce: host.randomBytes(16), items };
  const body = { count: items.length, request: readRequestHash(host.suite, opening) };
  const appended = await log.append({ content: { kind: "read", body }, opening, subjects }, {}, onSent);
  if (!appended.ok) return appended;
  const { outcome } = appended.value.receipt.stamp;
  if (outcome === "applied") return ok({ opening, appended: appended.value });
  return err(outcome === "expired" ? { type: "LedgerUnavailable" } : { type: "NotAllowed" });
}

interface CheckedRead {
  readonly reads: readonly VerifiedRead[];
  /** What the entries behind them tell that was not known before. */
  readonly seen: readonly SeenChange[];
  readonly authority: LogRow["authority"];
}

type ReadProblem =
  | { readonly type: "engine"; readonly error: EngineError }
  | { readonly type: "check"; readonly detail: string };

/** Changes nothing in the journal of the log that was read. */
async function checkAnswer(
  host: LogHost,
  log: Bytes,
  { opening, appended }: AnsweredRead,
): Promise<Result<CheckedRead, ReadProblem>> {
  const { prepared, receipt, answer } = appended;
  const reached = await reachOrganization(host, log, appended, newestOrganizationSize(appended));
  if (!reached.ok) return err({ type: "engine", error: reached.error });
  const authority = await knowAuthority(host, log, appended);
  if (!authority.ok) return authority;
  const checked = checkRead(host.suite, {
    record: prepared.record,
    opening,
    receipt,
    answer,
    organizationAt: host.organizationLog.at,
    authority: authority.value.list,
  });
  if (!checked.ok) return err({ type: "check", detail: checked.error.type });
  const claims = claimsOf(host.suite, readEntryNames(opening, answer.results), receipt.entries);
  const compared = await compareEntries(host, log, claims, receipt.stamp.index + 1);
  if (!compared.ok) return err({ type: "check", detail: compared.error });
  return ok({ reads: checked.value, seen: compared.value, authority: authority.value.complete });
}

async function conclude(
  host: LogHost,
  log: Bytes,
  { appended }: AnsweredRead,
  checked: Result<CheckedRead, ReadProblem>,
): Promise<Result<readonly VerifiedRead[], EngineError>> {
  if (!checked.ok) {
    const { error } = checked;
    return error.type === "engine" ? err(error.error) : failed(host, log, appended, "I3", error.detail);
  }
  const { reads, seen, authority } = checked.value;
  await host.journal.learn(log, { seen, authority });
  return ok(reads);
}

interface KnownAuthority {
  readonly list: AuthorityList;
  /** At this read. */
  readonly complete: LogRow["authority"];
}

/** Who might write what was read follows from records of members that this device holds, or fetches now. */
async function knowAuthority(
  host: LogHost,
  log: Bytes,
  appended: Appended,
): Promise<Result<KnownAuthority, ReadProblem>> {
  const { head, entries, stamp } = appended.receipt;
  const entry = readMapEntry(host.suite, entries, { kind: "authority" });
  if (!entry) return err({ type: "check", detail: "AuthorityNotProven" });
  const { authority: complete } = await host.journal.log(log);
  const size = stamp.index + 1;
  const list = await host.authority.upTo(
    { head, size, entry, complete },
    {
      id: host.identity.organization,
      at: host.organizationLog.at,
      reach: (organizationSize) => reachOrganization(host, log, appended, organizationSize),
    },
  );
  return list.ok ? ok({ list: list.value, complete: { size, count: entry[0] } }) : list;
}

/** Of the stamps of all that was read: its authors must be found in the organization's log as it was then. */
function newestOrganizationSize({ answer }: Appended): number {
  return answer.writes.reduce((size, write) => {
    const leaf = parseLeaf(write.leaf);
    const stamp = leaf.ok ? parseStamp(leaf.value.stamp) : undefined;
    return stamp?.ok === true ? Math.max(size, stamp.value.organizationSize) : size;
  }, 0);
}

async function reachOrganization(
  host: LogHost,
  log: Bytes,
  appended: Appended,
  size: number,
): Promise<Result<null, EngineError>> {
  const { organization } = host.identity;
  if (size <= host.organizationLog.replay.size) return ok(null);
  // Inside a workspace's lock; nobody takes them the other way round. A fault changes the journal of the
  // organization's log as well, so it is told under the same lock.
  const lock = logLockName(host.identity.device, organization);
  return host.locks.run(lock, async () => {
    const newest = await refreshHead(host, organization);
    if (!newest.ok) return newest;
    const replayed = await host.organizationLog.catchUp(newest.value);
    if (replayed.ok) return replayed;
    const fault = replayed.error;
    return fault.type === "engine"
      ? err(fault.error)
      : failed(host, log, appended, fault.check, fault.detail, organization);
  });
}

async function failed(
  host: LogHost,
  log: Bytes,
  { prepared, receipt }: Appended,
  check: CheckCode,
  detail: string,
  about: Bytes = log,
): Promise<Result<never, EngineError>> {
  const operation = { signed: prepared.signed, receipt: null };
  await host.onFault({ log: about, check, detail, notes: [receipt.note], operation });
  return err(answerInvalid(check, detail));
}

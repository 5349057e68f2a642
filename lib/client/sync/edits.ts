import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { MergeNote } from "#protocol/manifest/merge-folders.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError, EngineEvent } from "../engine.ts";
import { type Intent, isPartOf, type NewIntent } from "../journal/intent.ts";
import { isKept } from "./engine-errors.ts";
import { type FlushedEdits, flushOldest, type Pace } from "./flush-edits.ts";
import { errorOf, nameOfChange } from "./hold-edits.ts";
import type { LockedLog } from "./log-access.ts";
import { logLockName } from "./log-host.ts";
import { type RetriedEdits, retryHeld } from "./retry-held.ts";
import type { SyncHost } from "./sync-host.ts";
import { createUnsentReasons } from "./unsent-reasons.ts";

interface Submitted {
  /** `local`: kept on this device until the server is back. */
  readonly state: "recorded" | "local";
  /** Under which id and name things were kept that could not be kept as wanted, by their wanted ids in hex. */
  readonly keptAs: ReadonlyMap<string, KeptAs>;
}

interface KeptAs {
  readonly id: Bytes;
  readonly name: string;
}

export interface Edits {
  /**
   * Keeps the intents, all or none, then tries to get them and all before them into the log. An error says that at
   * least one of them has no place there; none of those is kept.
   */
  readonly submit: (
    log: Bytes,
    intents: readonly Omit<NewIntent, "createdAt">[],
  ) => Promise<Result<Submitted, EngineError>>;
  /** Sends whatever waits; ok also when nothing does. */
  readonly flush: (log: Bytes) => Promise<Result<null, EngineError>>;
  readonly unsent: (log: Bytes) => Promise<UnsentEdits>;
}

/** What no receipt of the server names yet. */
interface UnsentEdits {
  /** Oldest first. */
  readonly intents: readonly Intent[];
  /** Why they did not get through when it was tried last; null while that is being found out. */
  readonly because: EngineError | null;
}

/** Whoever still waits for an edit takes it back much earlier. */
const AWAITED_MS = 60_000;

export function createEdits(host: SyncHost): Edits {
  /** Logs whose held edits were tried again since the device was unlocked. */
  const retried = new Set<string>();
  /** Until whoever waits for it has heard. */
  const keptAs = new Map<string, KeptAs>();
  const reasons = createUnsentReasons(host);
  const inQueue = <T>(log: Bytes, task: () => Promise<T>): Promise<T> =>
    host.locks.run(`${logLockName(host.identity.device, log)}/queue`, task);
  const send = async (log: Bytes): Promise<Result<null, EngineError>> => {
    const pace: Pace = { changes: Number.MAX_SAFE_INTEGER, isTooMuch: false };
    for (;;) {
      // Entered anew each time: what became of a record that did not get through is settled there first.
      const sent = await host.logs.run(log, (locked) => flushAll(host, locked, pace, keptAs));
      if (!sent.ok && pace.isTooMuch) continue;
      reasons.note(log, sent.ok ? null : sent.error);
      return sent;
    }
  };

  const retry = async (log: Bytes): Promise<void> => {
    const isFirst = !retried.has(toHex(log));
    retried.add(toHex(log));
    const { abandoned, recovered } = await inQueue(log, async () => {
      const held = await host.intents.held(log);
      const due = held.filter(({ obstacle, heldAt }) =>
        isFirst
          ? obstacle.kind !== "unreadable"
          : isPlace(obstacle.kind) && heldAt <= host.now() - AWAITED_MS,
      );
      return due.length > 0 ? retryHeld(host, log, due) : NOTHING_HELD;
    });
    for (const values of recovered) host.emit({ type: "notice", code: "editRecovered", values });
    for (const name of abandoned) host.emit({ type: "notice", code: "editAbandoned", values: { name } });
  };

  return {
    unsent: async (log) => {
      const intents = await host.intents.list(log);
      if (intents.length === 0) return { intents, because: null };
      const { suspicion } = await host.journal.log(log);
      if (suspicion !== null) return { intents, because: { type: "WritesPaused", workspace: toHex(log) } };
      return { intents, because: reasons.of(log, () => send(log)) };
    },
    flush: async (log) => {
      await retry(log);
      if ((await host.intents.list(log)).length === 0) return ok(null);
      const before = new Set((await host.intents.held(log)).map(({ intent }) => intent.order));
      const sent = await send(log);
      for (const { intent, obstacle } of await host.intents.held(log)) {
        if (before.has(intent.order) || isPlace(obstacle.kind)) continue;
        host.emit({ type: "notice", code: "editHeld", values: { name: nameOfChange(intent.changes[0]) } });
      }
      return sent;
    },
    submit: async (log, wanted) => {
      if (wanted.length === 0) return ok({ state: "recorded", keptAs: NOTHING_RENAMED });
      const { suspicion } = await host.journal.log(log);
      if (suspicion !== null) return err({ type: "WritesPaused", workspace: toHex(log) });
      const createdAt = host.now();
      const added = await inQueue(log, () =>
        host.intents.add(
          log,
          wanted.map((intent) => ({ ...intent, createdAt })),
        ),
      );
      const isMine = (order: number): boolean => added.some((intent) => isPartOf(order, intent.order));
      host.emit({ type: "folder", workspace: toHex(log) });
      const sent = await send(log);
      const held = (await host.intents.held(log)).filter(({ intent }) => isMine(intent.order));
      const waiting = (await host.intents.list(log)).filter(({ order }) => isMine(order));
      const [first] = held;
      if (first) {
        // The person hears why, so nothing of it is done behind their back later.
        const orders = held.map(({ intent }) => intent.order);
        await inQueue(log, () => host.intents.release(log, orders));
        host.emit({ type: "folder", workspace: toHex(log) });
        return err(errorOf(log, first.obstacle));
      }
      const mine = takeOwn(keptAs, added);
      if (sent.ok || waiting.length === 0) return ok({ state: "recorded", keptAs: mine });
      if (isKept(sent.error)) return ok({ state: "local", keptAs: mine });
      // Nothing will make it possible later; it goes, and the person hears why. A failed check is different:
      // the intent waits until somebody has found out what happened.
      if (sent.error.type !== "ServerAnswerInvalid" && sent.error.type !== "WritesPaused") {
        await host.intents.remove(
          log,
          waiting.map(({ order }) => order),
        );
      }
      return sent;
    },
  };
}

function isPlace(kind: string): boolean {
  return kind === "folderInTrash" || kind === "folderFull" || kind === "tooDeep";
}

async function flushAll(
  host: SyncHost,
  log: LockedLog,
  pace: Pace,
  keptAs: Map<string, KeptAs>,
): Promise<Result<null, EngineError>> {
  await host.intents.renew(log.id);
  for (;;) {
    pace.isTooMuch = false;
    const flushed = await flushOldest(host, log, pace);
    if (!flushed.ok) return flushed;
    if (flushed.value === undefined) return ok(null);
    announce(host, log.id, flushed.value, keptAs);
  }
}

function announce(
  host: SyncHost,
  log: Bytes,
  { notes, keptBoth }: FlushedEdits,
  keptAs: Map<string, KeptAs>,
): void {
  host.emit({ type: "folder", workspace: toHex(log) });
  const copies = new Map(keptBoth.map(({ copy, file }) => [toHex(copy), toHex(file)]));
  for (const { file, copy: id, name } of keptBoth) {
    keptAs.set(toHex(file), { id, name });
    host.emit({ type: "notice", code: "conflictKeptBoth", values: { name } });
  }
  for (const note of notes) {
    const file = copies.get(toHex(note.id));
    if (note.type === "RenamedOnClash") keptAs.set(file ?? toHex(note.id), { id: note.id, name: note.given });
    if (file === undefined) host.emit(noticeOf(note));
  }
}

function takeOwn(keptAs: Map<string, KeptAs>, intents: readonly Intent[]): ReadonlyMap<string, KeptAs> {
  const own = new Map<string, KeptAs>();
  if (keptAs.size === 0) return own;
  for (const change of intents.flatMap(({ changes }) => changes)) {
    if (change.kind !== "put") continue;
    const id = toHex(change.body.after.id);
    const kept = keptAs.get(id);
    if (kept) own.set(id, kept);
    keptAs.delete(id);
  }
  return own;
}

function noticeOf(note: MergeNote): EngineEvent {
  switch (note.type) {
    case "RenamedOnClash": {
      const { wanted, given } = note;
      return { type: "notice", code: "renamedOnClash", values: { name: wanted, given } };
    }
    case "RemovalDropped":
      return { type: "notice", code: "removalDropped", values: { name: note.name } };
    case "MoveDropped":
      return { type: "notice", code: "editAbandoned", values: { name: note.name } };
    case "RemovedChildKept":
      return { type: "notice", code: "keptThoughRemoved", values: { name: note.name } };
  }
}

const NOTHING_HELD: RetriedEdits = { abandoned: [], recovered: [] };
const NOTHING_RENAMED: ReadonlyMap<string, KeptAs> = new Map();

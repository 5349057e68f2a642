import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { MergeNote } from "#protocol/manifest/merge-folders.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { Intent } from "../journal/intent.ts";
import { isPassing } from "./engine-errors.ts";
import { type FlushedEdits, flushOldest } from "./flush-edits.ts";
import type { LockedLog } from "./log-access.ts";
import { logLockName } from "./log-host.ts";
import type { SyncHost } from "./sync-host.ts";

/** `local`: kept on this device until the server is back. */
type EditState = "recorded" | "local";

export interface Edits {
  /** Keeps the intent, then tries to get it and all before it into the log. */
  readonly submit: (
    log: Bytes,
    intent: Omit<Intent, "v" | "order" | "createdAt">,
  ) => Promise<Result<EditState, EngineError>>;
  /** Sends whatever waits; ok also when nothing does. */
  readonly flush: (log: Bytes) => Promise<Result<null, EngineError>>;
}

export function createEdits(host: SyncHost): Edits {
  const flush = (log: Bytes): Promise<Result<null, EngineError>> =>
    host.logs.run(log, (locked) => flushAll(host, locked));
  return {
    flush,
    submit: async (log, wanted) => {
      const { suspicion } = await host.journal.log(log);
      if (suspicion !== null) return err({ type: "WritesPaused", workspace: toHex(log) });
      const queueLock = `${logLockName(host.identity.device, log)}/queue`;
      const { order } = await host.locks.run(queueLock, () =>
        host.intents.add(log, { ...wanted, createdAt: host.now() }),
      );
      host.emit({ type: "folder", workspace: toHex(log) });
      const flushed = await flush(log);
      if (flushed.ok) return ok("recorded");
      const isWaiting = (await host.intents.list(log)).some((intent) => intent.order === order);
      if (!isWaiting) return ok("recorded");
      if (isPassing(flushed.error)) return ok("local");
      // Nothing will make it possible later; it goes, and the person hears why. A failed check is different:
      // the intent waits until somebody has found out what happened.
      if (flushed.error.type !== "ServerAnswerInvalid" && flushed.error.type !== "WritesPaused") {
        await host.intents.remove(log, [order]);
      }
      return flushed;
    },
  };
}

async function flushAll(host: SyncHost, log: LockedLog): Promise<Result<null, EngineError>> {
  for (;;) {
    const flushed = await flushOldest(host, log);
    if (!flushed.ok) return flushed;
    if (flushed.value === undefined) return ok(null);
    announce(host, log.id, flushed.value);
  }
}

function announce(host: SyncHost, log: Bytes, { notes, hasContentConflict }: FlushedEdits): void {
  host.emit({ type: "folder", workspace: toHex(log) });
  if (hasContentConflict && !notes.some(({ type }) => type === "RenamedOnClash")) {
    host.emit({ type: "notice", code: "conflictKeptBoth", values: {} });
  }
  for (const note of notes) host.emit(noticeOf(note));
}

function noticeOf(note: MergeNote) {
  switch (note.type) {
    case "RenamedOnClash":
      return {
        type: "notice",
        code: "conflictKeptBoth",
        values: { name: note.wanted, given: note.given },
      } as const;
    case "RemovalDropped":
    case "MoveDropped":
      return { type: "notice", code: "editAbandoned", values: { name: note.name } } as const;
    case "RemovedChildKept":
      return { type: "notice", code: "conflictKeptBoth", values: { name: note.name } } as const;
  }
}

import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import { StorageFailure } from "../storage/row-store.ts";
import type { SyncHost } from "./sync-host.ts";

/** Why the edits of each log wait, as this tab found out when it tried to send them last. */
export interface UnsentReasons {
  readonly note: (log: Bytes, reason: EngineError | null) => void;
  /** Where this tab has not tried yet, null, and it is tried now: whoever listens hears of what came of it. */
  readonly of: (log: Bytes, send: () => Promise<Result<null, EngineError>>) => EngineError | null;
}

export function createUnsentReasons({ emit }: Pick<SyncHost, "emit">): UnsentReasons {
  const reasons = new Map<string, EngineError>();
  const trying = new Set<string>();
  return {
    note: (log, reason) => {
      const workspace = toHex(log);
      const before = reasons.get(workspace);
      if (reason === null) reasons.delete(workspace);
      else reasons.set(workspace, reason);
      if (JSON.stringify(before) === JSON.stringify(reason ?? undefined)) return;
      emit({ type: "workspaces" });
      emit({ type: "folder", workspace });
    },
    of: (log, send) => {
      const workspace = toHex(log);
      const known = reasons.get(workspace);
      if (known || trying.has(workspace)) return known ?? null;
      trying.add(workspace);
      void quietly(send).finally(() => trying.delete(workspace));
      return null;
    },
  };
}

/** Storage that fails in the background fails the person's next action as well, where it is told. */
async function quietly(task: () => Promise<unknown>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error;
  }
}

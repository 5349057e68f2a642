import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { IntendedChange, Intent } from "../journal/intent.ts";
import { loadWaysUp } from "./load-folders.ts";
import type { LockedLog } from "./log-access.ts";
import type { CachedFolder } from "./manifest-cache.ts";
import type { SyncHost } from "./sync-host.ts";

/** Folders in their newest known version, by id in hex. */
export type Known = ReadonlyMap<string, CachedFolder>;

/**
 * Every folder that the intents speak of, with the whole way to the top, and all else that this device has seen: what
 * lies below a removed folder matters, too. One that is gone altogether is missing.
 */
export function loadKnown(
  host: SyncHost,
  log: LockedLog,
  intents: readonly Intent[],
): Promise<Result<Known, EngineError>> {
  const made = new Set(intents.flatMap(({ contents }) => contents.map(({ manifest }) => toHex(manifest))));
  const named = new Map<string, Bytes>();
  for (const { changes } of intents) {
    for (const change of changes) for (const id of foldersIn(change)) named.set(toHex(id), id);
  }
  const wanted = [...named].flatMap(([key, id]) => (made.has(key) ? [] : [id]));
  return wanted.length === 0 ? host.cache.folders(log.id).then(ok) : loadWaysUp(host, log, wanted);
}

function foldersIn(change: IntendedChange): readonly Bytes[] {
  switch (change.kind) {
    case "put":
    case "remove":
    case "confirm":
      return [change.body.folder];
    case "move": {
      const { from, to, before } = change.body;
      return before.kind === "folder" ? [from, to, before.id] : [from, to];
    }
  }
}

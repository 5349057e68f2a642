import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { childById } from "#protocol/manifest/folder-manifest.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { IntendedChange, Intent } from "../journal/intent.ts";
import type { ComposedEdits } from "./compose-edits.ts";
import type { FlushedEdits } from "./flush-edits.ts";
import { refreshFolders } from "./load-folders.ts";
import type { Known } from "./load-known.ts";
import type { LockedLog } from "./log-access.ts";
import type { SyncHost } from "./sync-host.ts";

type Confirmation = Extract<IntendedChange, { readonly kind: "confirm" }>["body"];

/**
 * A folder with more below it than one record can guard is removed by a record of its own, without guards, and a
 * confirmation behind it in the queue keeps what this device had seen below. Answers undefined where that is so or
 * nothing of the kind is there, "cut" where the queue was changed for it, and otherwise how many changes the next
 * record may carry at the most.
 */
export async function isolateRemoval(
  host: SyncHost,
  log: Bytes,
  queue: readonly Intent[],
  batch: readonly Intent[],
  { unguarded }: ComposedEdits,
  known: Known,
): Promise<number | "cut" | undefined> {
  const [removal] = unguarded;
  if (!removal) return undefined;
  const changes = batch.flatMap((intent) => intent.changes);
  const before = changes.findIndex((change) => change === removal.change);
  if (changes.length > 1) return Math.max(1, before);
  const [oldest, next] = queue;
  const [behind] = next?.changes ?? [];
  const { folder, before: child } = removal.change.body;
  const isConfirmed = behind?.kind === "confirm" && equalBytes(behind.body.before.id, child.id);
  if (isConfirmed || !oldest) return undefined;
  const seen = removal.below.flatMap((manifest) => {
    const version = known.get(toHex(manifest))?.version;
    return version === undefined ? [] : [{ manifest, version }];
  });
  const confirmation: Intent = {
    ...oldest,
    changes: [{ kind: "confirm", body: { folder, before: child, seen } }],
    contents: [],
  };
  await host.intents.replace(log, oldest, [oldest, confirmation]);
  return "cut";
}

/** Somebody may have worked below the folder while it was removed: then it comes back with that. */
export async function confirmRemoval(
  host: SyncHost,
  log: LockedLog,
  intent: Intent,
): Promise<Result<FlushedEdits, EngineError>> {
  const [change] = intent.changes;
  if (change?.kind !== "confirm") return err({ type: "Unexpected", detail: "no confirmation" });
  const changed = await changedSince(host, log, change.body);
  if (!changed.ok) return changed;
  const { folder, before } = change.body;
  if (!changed.value) {
    await host.intents.remove(log.id, [intent.order]);
    return ok({ notes: [], keptBoth: [], held: [] });
  }
  const back: Intent = {
    ...intent,
    changes: [{ kind: "put", body: { folder, before: null, after: before } }],
  };
  await host.intents.replace(log.id, intent, [back]);
  return ok({
    notes: [{ type: "RemovalDropped", id: before.id, name: before.name }],
    keptBoth: [],
    held: [],
  });
}

async function changedSince(
  host: SyncHost,
  log: LockedLog,
  { folder, before, seen }: Confirmation,
): Promise<Result<boolean, EngineError>> {
  const holder = await host.cache.folder(log.id, folder);
  // It was not removed after all.
  if (holder && childById(holder.folder, before.id)) return ok(false);
  const refreshed = await refreshFolders(
    host,
    log,
    seen.map(({ manifest }) => manifest),
  );
  if (!refreshed.ok) return refreshed;
  const known = await host.cache.folders(log.id);
  return ok(seen.some(({ manifest, version }) => known.get(toHex(manifest))?.version !== version));
}

import { toHex } from "#protocol/bytes/text.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import { MAX_WRITE_ITEMS } from "#protocol/log/record.ts";
import type { FolderManifest } from "#protocol/manifest/folder-manifest.ts";
import type { MergeNote } from "#protocol/manifest/merge-folders.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { Intent, Obstacle } from "../journal/intent.ts";
import { appendWrite } from "./append-write.ts";
import {
  type ComposedEdits,
  type Conflicts,
  type ContentConflict,
  composeEdits,
  NO_CONFLICTS,
} from "./compose-edits.ts";
import { confirmRemoval, isolateRemoval } from "./confirm-removal.ts";
import { isConfirmation, RECORD_ROOM, splitIntent, takeBatch } from "./cut-intents.ts";
import { bytesOfHex } from "./hex-id.ts";
import { type HeldEdit, holdIntents, holdStopped } from "./hold-edits.ts";
import { refreshFolders } from "./load-folders.ts";
import { type Known, loadKnown } from "./load-known.ts";
import type { Appended, LockedLog } from "./log-access.ts";
import type { SyncHost } from "./sync-host.ts";

/** What became of the oldest intents. */
export interface FlushedEdits {
  readonly notes: readonly MergeNote[];
  /** Files that somebody else has replaced at the same time, each with the id of this device's content beside it. */
  readonly keptBoth: readonly (ContentConflict & { readonly name: string })[];
  readonly held: readonly HeldEdit[];
}

/** How much of a queue goes into one record, where what carries it takes less than the format does. */
export interface Pace {
  changes: number;
  /** The last record did not get through, and one with less may. */
  isTooMuch: boolean;
}

const MAX_ATTEMPTS = 8;

/**
 * Sends the oldest intents as one record: composed on the newest folders this device knows, and again on what the
 * log has when it answers that somebody was faster. What a record has no room for is cut off in the queue first; what
 * cannot be done at all leaves it, so that whatever waits behind goes on. Undefined where nothing waits.
 */
export async function flushOldest(
  host: SyncHost,
  log: LockedLog,
  pace: Pace,
): Promise<Result<FlushedEdits | undefined, EngineError>> {
  let conflicts = NO_CONFLICTS;
  let room = { ...RECORD_ROOM, changes: pace.changes };
  for (let attempt = 0; attempt < MAX_ATTEMPTS; ) {
    const queue = await host.intents.list(log.id);
    const [oldest] = queue;
    if (!oldest) return ok(undefined);
    const { intents: batch, cutOldestAt } = takeBatch(queue, room);
    if (cutOldestAt !== undefined) {
      await host.intents.replace(
        log.id,
        oldest,
        splitIntent(oldest, (_, index) => index < cutOldestAt),
      );
      continue;
    }
    if (isConfirmation(oldest)) return confirmRemoval(host, log, oldest);
    const known = await loadKnown(host, log, batch);
    if (!known.ok) return known;
    const composed = composeEdits(foldersOf(known.value), batch, conflicts);
    if (composed.stopped.length > 0) {
      return ok({ ...NOTHING, held: await holdStopped(host, log.id, batch, composed.stopped) });
    }
    const isolated = await isolateRemoval(host, log.id, queue, batch, composed, known.value);
    if (isolated === "cut") continue;
    if (isolated !== undefined) {
      room = { ...room, changes: isolated };
      continue;
    }
    if (composed.guards.length > MAX_WRITE_ITEMS) {
      room = { ...room, changes: Math.max(1, composed.guardable) };
      continue;
    }
    const changes = batch.reduce((sum, intent) => sum + intent.changes.length, 0);
    const done = { notes: composed.notes, keptBoth: keptBothOf(composed, conflicts), held: [] };
    if (composed.folders.size === 0 && composed.files.length === 0) {
      await host.intents.remove(
        log.id,
        batch.map(({ order }) => order),
      );
      return ok(done);
    }
    const appended = await appendWrite(host, log, composed, known.value, {
      subjects: batch.flatMap(({ subjects }) => subjects),
      intents: batch.map(({ order }) => order),
    });
    const obstacle = obstacleOf(appended, changes);
    if (obstacle && (changes === 1 || obstacle.kind === "notAllowed")) {
      return ok({ ...NOTHING, held: await holdIntents(host, log.id, batch, obstacle) });
    }
    if (obstacle) {
      room = { ...room, changes: Math.floor(changes / 2) };
      continue;
    }
    if (!appended.ok) {
      pace.isTooMuch = isTooMuch(appended.error) && changes > 1;
      if (pace.isTooMuch) pace.changes = Math.floor(changes / 2);
      return appended;
    }
    attempt++;
    switch (appended.value.receipt.stamp.outcome) {
      case "applied":
        await cacheWritten(host, log, composed, known.value, appended.value);
        return ok(done);
      case "conflict": {
        const found = await findConflicts(host, log, batch, composed, known.value, conflicts);
        if (!found.ok) return found;
        conflicts = found.value;
        break;
      }
      // The epoch moved on while the record was under way; the next one names a newer seal.
      case "expired":
      case "denied":
      case "staleKey":
        break;
    }
  }
  return err({ type: "ServerUnreachable" });
}

const NOTHING: FlushedEdits = { notes: [], keptBoth: [], held: [] };

function foldersOf(known: Known): ReadonlyMap<string, FolderManifest> {
  return new Map([...known].map(([id, { folder }]) => [id, folder]));
}

/** What no later attempt with the same change can get around. */
function obstacleOf(appended: Result<Appended, EngineError>, changes: number): Obstacle | undefined {
  if (appended.ok) {
    const { outcome } = appended.value.receipt.stamp;
    return outcome === "denied" || outcome === "staleKey" ? { kind: "notAllowed", body: {} } : undefined;
  }
  const { error } = appended;
  if (error.type === "NotAllowed") return { kind: "notAllowed", body: {} };
  // It never got there: only smaller it can.
  if (error.type === "RequestTooLarge" && changes === 1)
    return { kind: "requestTooLarge", body: error.sizeBytes };
  if (error.type === "TooLarge") return { kind: "tooLarge", body: error.maxBytes };
  const isOfContent = error.type === "ServerRefused" && REFUSALS_OF_CONTENT.includes(error.reason);
  return isOfContent ? { kind: "refused", body: error.reason } : undefined;
}

function isTooMuch({ type }: EngineError): boolean {
  return type === "RequestTooLarge" || type === "RequestLost";
}

const REFUSALS_OF_CONTENT = ["malformed", "contentMissing", "notApplicable", "malformedRequest", "tooLarge"];

async function cacheWritten(
  host: SyncHost,
  log: LockedLog,
  composed: ComposedEdits,
  known: Known,
  { prepared, receipt }: Appended,
): Promise<void> {
  const { recordHash } = prepared;
  const written = [...composed.folders].map(([id, folder]) => ({
    id: bytesOfHex(id),
    version: (known.get(id)?.version ?? 0) + 1,
    recordHash,
    writeIndex: receipt.stamp.index,
    folder,
  }));
  await host.cache.put(log.id, written);
}

/** Reads what others did: folders are taken over, and contents that somebody replaced keep a place of their own. */
async function findConflicts(
  host: SyncHost,
  log: LockedLog,
  batch: readonly Intent[],
  composed: ComposedEdits,
  known: Known,
  before: Conflicts,
): Promise<Result<Conflicts, EngineError>> {
  const touched = new Set([...composed.folders.keys(), ...composed.guards.map(toHex)]);
  const changed = await refreshFolders(host, log, [...touched].filter((id) => known.has(id)).map(bytesOfHex));
  if (!changed.ok) return changed;
  const replaced = batch.flatMap(({ contents }) => contents).filter(({ baseVersion }) => baseVersion > 0);
  const changedFolders = new Set([...before.changedFolders, ...changed.value]);
  if (replaced.length === 0) return ok({ contents: [], changedFolders });
  const names = replaced.map(({ manifest }) => ({ kind: "manifest", id: manifest }) as const);
  const proven = await log.prove(names);
  if (!proven.ok) return proven;
  const copies = new Map(before.contents.map(({ file, copy }) => [toHex(file), copy]));
  const contents = replaced
    .filter(({ manifest, baseVersion }) => {
      const newest = readMapEntry(host.suite, proven.value.entries, { kind: "manifest", id: manifest });
      return newest?.[0] !== baseVersion;
    })
    .map(({ manifest }) => ({ file: manifest, copy: copies.get(toHex(manifest)) ?? host.randomBytes(16) }));
  return ok({ contents, changedFolders });
}

function keptBothOf({ files }: ComposedEdits, { contents }: Conflicts): FlushedEdits["keptBoth"] {
  const conflicts = new Map(contents.map((conflict) => [toHex(conflict.copy), conflict]));
  return files.flatMap(({ id, manifest }) => {
    const conflict = conflicts.get(toHex(id));
    return conflict && manifest.kind === "file" ? [{ ...conflict, name: manifest.body.name }] : [];
  });
}

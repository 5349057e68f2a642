import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import type { WriteItem } from "#protocol/log/record.ts";
import type { FolderManifest } from "#protocol/manifest/folder-manifest.ts";
import { encryptManifest, type Manifest } from "#protocol/manifest/manifest-cipher.ts";
import type { MergeNote } from "#protocol/manifest/merge-folders.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { MAX_CONTENT_BYTES } from "#protocol/wire/append.ts";
import type { EngineError } from "../engine.ts";
import type { Intent } from "../journal/intent.ts";
import {
  type ComposedEdits,
  type Conflicts,
  type ContentConflict,
  composeEdits,
  NO_CONFLICTS,
} from "./compose-edits.ts";
import { bytesOfHex } from "./hex-id.ts";
import { loadWayUp, refreshFolders } from "./load-folders.ts";
import type { Appended, LockedLog } from "./log-access.ts";
import type { CachedFolder } from "./manifest-cache.ts";
import type { SyncHost } from "./sync-host.ts";

/** What became of intents that are now in the log. */
export interface FlushedEdits {
  readonly orders: readonly number[];
  readonly notes: readonly MergeNote[];
  readonly hasContentConflict: boolean;
}

/** Room in a record of 256 items for the folders that change beside the contents. */
const MAX_ITEMS = 250;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
const MAX_ATTEMPTS = 8;

/**
 * Sends the oldest intents as one record: composed on the newest folders this device knows, and again on what the
 * log has when it answers that somebody was faster. Undefined where nothing waits.
 */
export async function flushOldest(
  host: SyncHost,
  log: LockedLog,
): Promise<Result<FlushedEdits | undefined, EngineError>> {
  const batch = takeBatch(await host.intents.list(log.id));
  if (batch.length === 0) return ok(undefined);
  const orders = batch.map(({ order }) => order);
  let conflicts = NO_CONFLICTS;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const known = await loadKnown(host, log, batch);
    if (!known.ok) return known;
    const composed = composeEdits(foldersOf(known.value), batch, conflicts);
    const flushed = { orders, notes: composed.notes, hasContentConflict: conflicts.contents.length > 0 };
    if (composed.folders.size === 0 && composed.files.length === 0) {
      await host.intents.remove(log.id, orders);
      return ok(flushed);
    }
    const appended = await appendWrite(host, log, composed, known.value, batch);
    if (!appended.ok) return appended;
    const { outcome } = appended.value.receipt.stamp;
    switch (outcome) {
      case "applied":
        await cacheWritten(host, log, composed, known.value, appended.value);
        return ok(flushed);
      case "conflict": {
        const found = await findConflicts(host, log, batch, composed, known.value, conflicts);
        if (!found.ok) return found;
        conflicts = found.value;
        break;
      }
      case "expired":
        // The epoch moved on while the record was under way; the next one names a newer seal.
        break;
      case "denied":
      case "staleKey":
        return err({ type: "NotAllowed" });
    }
  }
  return err({ type: "ServerUnreachable" });
}

function takeBatch(intents: readonly Intent[]): readonly Intent[] {
  const batch: Intent[] = [];
  let items = 0;
  let sizeBytes = 0;
  for (const intent of intents) {
    items += intent.contents.length + intent.changes.length;
    sizeBytes += intent.contents.reduce((sum, { encoded }) => sum + encoded.length, 0);
    if (batch.length > 0 && (items > MAX_ITEMS || sizeBytes > MAX_BATCH_BYTES)) break;
    batch.push(intent);
  }
  return batch;
}

type Known = ReadonlyMap<string, CachedFolder>;

/** Every folder that the intents speak of, with the whole way to the top. */
async function loadKnown(
  host: SyncHost,
  log: LockedLog,
  intents: readonly Intent[],
): Promise<Result<Known, EngineError>> {
  const made = new Set(intents.flatMap(({ contents }) => contents.map(({ manifest }) => toHex(manifest))));
  const known = new Map<string, CachedFolder>();
  const add = async (id: Bytes): Promise<Result<null, EngineError>> => {
    if (known.has(toHex(id)) || made.has(toHex(id))) return ok(null);
    const way = await loadWayUp(host, log, id);
    // A folder that is gone altogether: the edit then goes to the top, or is dropped.
    if (!way.ok) return way.error.type === "NotFound" ? ok(null) : way;
    for (const folder of way.value) known.set(toHex(folder.id), folder);
    return ok(null);
  };
  for (const id of foldersNamedIn(intents)) {
    const added = await add(id);
    if (!added.ok) return added;
  }
  // What lies below a removed folder matters as far as this device has seen it.
  for (const [id, folder] of await host.cache.folders(log.id)) if (!known.has(id)) known.set(id, folder);
  return ok(known);
}

function foldersNamedIn(intents: readonly Intent[]): readonly Bytes[] {
  const ids: Bytes[] = [];
  for (const { changes } of intents) {
    for (const change of changes) {
      switch (change.kind) {
        case "put":
        case "remove":
          ids.push(change.body.folder);
          break;
        case "move":
          ids.push(change.body.from, change.body.to);
          if (change.body.before.kind === "folder") ids.push(change.body.before.id);
          break;
      }
    }
  }
  return ids;
}

function foldersOf(known: Known): ReadonlyMap<string, FolderManifest> {
  return new Map([...known].map(([id, { folder }]) => [id, folder]));
}

async function appendWrite(
  host: SyncHost,
  log: LockedLog,
  composed: ComposedEdits,
  known: Known,
  batch: readonly Intent[],
): Promise<Result<Appended, EngineError>> {
  const keys = (await host.workspaces.get(log.id))?.keys ?? [];
  const keyIndex = keys.length - 1;
  const key = keys[keyIndex];
  if (!key) return err({ type: "NotAllowed" });
  const items: WriteItem[] = [];
  const contents: Bytes[] = [];
  const add = (manifest: Bytes, baseVersion: number, baseRecord: Bytes, content: Manifest): boolean => {
    const place = { log: log.id, manifest, version: baseVersion + 1, keyIndex };
    const sealed = encryptManifest(host.suite, host.randomBytes, content, place, key);
    if (!sealed.ok) return false;
    const contentHash = host.suite.sha256(sealed.value);
    const sizeBytes = sealed.value.length;
    items.push({ manifest, baseVersion, baseRecord, contentHash, sizeBytes, keyIndex, tombstone: false });
    contents.push(sealed.value);
    return true;
  };
  let isSmallEnough = true;
  for (const [id, folder] of composed.folders) {
    const base = known.get(id);
    const baseRecord = base && base.version > 0 ? base.recordHash : ZERO_HASH;
    isSmallEnough &&= add(bytesOfHex(id), base?.version ?? 0, baseRecord, { kind: "folder", body: folder });
  }
  for (const { id, baseVersion, baseRecord, manifest } of composed.files) {
    isSmallEnough &&= add(id, baseVersion, baseRecord, manifest);
  }
  if (!isSmallEnough) return err({ type: "TooLarge", maxBytes: MAX_CONTENT_BYTES });
  const guards = composed.guards.flatMap((manifest) => {
    const folder = known.get(toHex(manifest));
    return folder ? [{ manifest, version: folder.version }] : [];
  });
  return log.append(
    {
      content: { kind: "write", body: { items, guards } },
      subjects: batch.flatMap(({ subjects }) => subjects),
      intents: batch.map(({ order }) => order),
    },
    { contents },
  );
}

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
  const contents: ContentConflict[] = replaced
    .filter(({ manifest, baseVersion }) => {
      const newest = readMapEntry(host.suite, proven.value.entries, { kind: "manifest", id: manifest });
      return newest?.[0] !== baseVersion;
    })
    .map(({ manifest }) => ({ file: manifest, copy: copyFor(host, before, manifest) }));
  return ok({ contents, changedFolders });
}

function copyFor(host: SyncHost, before: Conflicts, file: Bytes): Bytes {
  return (
    before.contents.find((conflict) => toHex(conflict.file) === toHex(file))?.copy ?? host.randomBytes(16)
  );
}

const ZERO_HASH: Bytes = new Uint8Array(32);

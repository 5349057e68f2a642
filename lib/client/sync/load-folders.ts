import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import { ROOT_FOLDER_ID } from "#protocol/manifest/folder-manifest.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { LockedLog } from "./log-access.ts";
import { type CachedFolder, type NewFolder, UNWRITTEN_ROOT } from "./manifest-cache.ts";
import { keysOf, openManifest } from "./open-manifest.ts";
import { readManifests } from "./read-manifests.ts";
import type { SyncHost } from "./sync-host.ts";

/** Map entries asked for in one question. */
const MAX_PROVEN = 1000;

/**
 * Brings cached folders up to the log's newest state. What has changed is proven by map entries, which leaves no
 * record; only what really changed is read. Answers the ids, in hex, of those that did.
 */
export async function refreshFolders(
  host: SyncHost,
  log: LockedLog,
  ids: readonly Bytes[],
): Promise<Result<ReadonlySet<string>, EngineError>> {
  const stale: Bytes[] = [];
  const folders = await host.cache.folders(log.id);
  for (let first = 0; first < ids.length; first += MAX_PROVEN) {
    const some = ids.slice(first, first + MAX_PROVEN);
    const proven = await log.prove(some.map((id) => ({ kind: "manifest", id })));
    if (!proven.ok) return proven;
    for (const id of some) {
      const newest = readMapEntry(host.suite, proven.value.entries, { kind: "manifest", id })?.[0] ?? 0;
      if (newest > (folders.get(toHex(id))?.version ?? 0)) stale.push(id);
    }
  }
  const read = await readFolders(host, log, stale);
  return read.ok ? ok(new Set(stale.map(toHex))) : read;
}

/** Folders on the way from `id` to the top, this one included, all of them loaded. */
export async function loadWayUp(
  host: SyncHost,
  log: LockedLog,
  id: Bytes,
): Promise<Result<readonly CachedFolder[], EngineError>> {
  const loaded = await loadWaysUp(host, log, [id]);
  if (!loaded.ok) return loaded;
  const way: CachedFolder[] = [];
  for (let next: Bytes | null = id; next !== null && way.length <= loaded.value.size; ) {
    const folder: CachedFolder | undefined = loaded.value.get(toHex(next));
    if (!folder) return err({ type: "NotFound" });
    way.push(folder);
    next = folder.folder.parent;
  }
  return ok(way);
}

/**
 * All folders that this device knows, with these and their ways to the top among them: what is missing is read level
 * by level, in as few records as possible. One that nobody ever wrote stays missing.
 */
export async function loadWaysUp(
  host: SyncHost,
  log: LockedLog,
  ids: readonly Bytes[],
): Promise<Result<ReadonlyMap<string, CachedFolder>, EngineError>> {
  let open = new Map(ids.map((id) => [toHex(id), id]));
  const seen = new Set<string>();
  for (;;) {
    const known = await host.cache.folders(log.id);
    const missing = [...open].flatMap(([key, id]) => (known.has(key) ? [] : [id]));
    const read = await readFolders(host, log, missing);
    if (!read.ok) return read;
    const hasRoot = known.has(toHex(ROOT_FOLDER_ID)) || !missing.some(isRoot);
    // Remembered as well, so that an empty workspace is not read again and again.
    if (!hasRoot && !(await host.cache.folder(log.id, ROOT_FOLDER_ID))) {
      await host.cache.put(log.id, [UNWRITTEN_ROOT]);
    }
    const loaded = missing.length > 0 ? await host.cache.folders(log.id) : known;
    const above = new Map<string, Bytes>();
    for (const key of open.keys()) {
      seen.add(key);
      const parent = loaded.get(key)?.folder.parent ?? null;
      if (parent !== null && !seen.has(toHex(parent))) above.set(toHex(parent), parent);
    }
    if (above.size === 0) return ok(loaded);
    open = above;
  }
}

function isRoot(id: Bytes): boolean {
  return equalBytes(id, ROOT_FOLDER_ID);
}

async function readFolders(
  host: SyncHost,
  log: LockedLog,
  ids: readonly Bytes[],
): Promise<Result<null, EngineError>> {
  if (ids.length === 0) return ok(null);
  const items = ids.map((manifest) => ({ manifest, version: null }));
  const reads = await readManifests(host, log, items);
  if (!reads.ok) return reads;
  const keys = await keysOf(host, log.id);
  const folders: NewFolder[] = [];
  for (const read of reads.value) {
    const opened = openManifest(host.suite, log.id, read, keys);
    if (!opened.ok) return opened;
    if (opened.value === null) continue;
    const { manifest, version, recordHash, writeIndex } = opened.value;
    if (manifest.kind !== "folder") continue;
    folders.push({ id: read.item.manifest, version, recordHash, writeIndex, folder: manifest.body });
  }
  await host.cache.put(log.id, folders);
  return ok(null);
}

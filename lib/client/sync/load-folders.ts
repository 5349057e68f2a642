import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import { ROOT_FOLDER_ID } from "#protocol/manifest/folder-manifest.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import { answerInvalid } from "./fault.ts";
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
  for (let first = 0; first < ids.length; first += MAX_PROVEN) {
    const some = ids.slice(first, first + MAX_PROVEN);
    const proven = await log.prove(some.map((id) => ({ kind: "manifest", id })));
    if (!proven.ok) return proven;
    const known = await host.journal.versions(log.id, some);
    for (const [index, id] of some.entries()) {
      const newest = readMapEntry(host.suite, proven.value.entries, { kind: "manifest", id })?.[0] ?? 0;
      const seen = known[index]?.version ?? 0;
      if (newest < seen) {
        const { note } = proven.value.head;
        await host.onFault({
          log: log.id,
          check: "I3",
          detail: "EntryOlderThanSeen",
          notes: [note],
          operation: null,
        });
        return err(answerInvalid("I3", "EntryOlderThanSeen"));
      }
      const cached = await host.cache.folder(log.id, id);
      if (newest > (cached?.version ?? 0)) stale.push(id);
    }
  }
  const read = await readFolders(host, log, stale);
  return read.ok ? ok(new Set(stale.map(toHex))) : read;
}

/** The folder as this device knows it, read from the server where it does not. */
async function loadFolder(
  host: SyncHost,
  log: LockedLog,
  id: Bytes,
): Promise<Result<CachedFolder, EngineError>> {
  const cached = await host.cache.folder(log.id, id);
  if (cached) return ok(cached);
  const read = await readFolders(host, log, [id]);
  if (!read.ok) return read;
  let loaded = await host.cache.folder(log.id, id);
  if (!loaded && equalBytes(id, ROOT_FOLDER_ID)) {
    // Remembered as well, so that an empty workspace is not read again and again.
    await host.cache.put(log.id, [UNWRITTEN_ROOT]);
    loaded = await host.cache.folder(log.id, id);
  }
  return loaded ? ok(loaded) : err({ type: "NotFound" });
}

/** Folders on the way from `id` to the top, this one included, all of them loaded. */
export async function loadWayUp(
  host: SyncHost,
  log: LockedLog,
  id: Bytes,
): Promise<Result<readonly CachedFolder[], EngineError>> {
  const way: CachedFolder[] = [];
  const seen = new Set<string>();
  for (let next: Bytes | null = id; next !== null && !seen.has(toHex(next)); ) {
    seen.add(toHex(next));
    const loaded: Result<CachedFolder, EngineError> = await loadFolder(host, log, next);
    if (!loaded.ok) return loaded;
    way.push(loaded.value);
    next = loaded.value.folder.parent;
  }
  return ok(way);
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
    if (manifest.kind !== "folder") return err({ type: "NotFound" });
    folders.push({ id: read.item.manifest, version, recordHash, writeIndex, folder: manifest.body });
  }
  await host.cache.put(log.id, folders);
  return ok(null);
}

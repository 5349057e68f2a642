import type { Bytes } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import { type FolderChild, type FolderManifest, ROOT_FOLDER_ID } from "./folder-manifest.ts";

/**
 * Folders that hang together in a ring without a way from the top: two moves that touched no common folder and
 * whose guards a dishonest server ignored can make one. Answers one entry of each ring, to be shown as recovered;
 * opening it shows the rest. `folders` are those known to this device, by id in hex.
 */
export function findDetachedFolders(folders: ReadonlyMap<string, FolderManifest>): readonly FolderChild[] {
  const entries = new Map<string, FolderChild>();
  for (const folder of folders.values()) {
    for (const child of folder.children) if (child.kind === "folder") entries.set(toHex(child.id), child);
  }
  const reached = new Set<string>();
  reach(folders, reached, toHex(ROOT_FOLDER_ID));
  const detached: FolderChild[] = [];
  // In the order of their ids, so that every device shows the same entry of a ring.
  for (const [id, entry] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (reached.has(id) || !isOnRing(folders, entry.id)) continue;
    detached.push(entry);
    reach(folders, reached, id);
  }
  return detached;
}

function reach(folders: ReadonlyMap<string, FolderManifest>, reached: Set<string>, start: string): void {
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    for (const child of folders.get(id)?.children ?? [])
      if (child.kind === "folder") open.push(toHex(child.id));
  }
}

/** Removed folders are unreachable as well, but nobody holds them; on a ring, the folder is below itself. */
function isOnRing(folders: ReadonlyMap<string, FolderManifest>, id: Bytes): boolean {
  const below = new Set<string>();
  for (const child of folders.get(toHex(id))?.children ?? []) {
    if (child.kind === "folder") reach(folders, below, toHex(child.id));
  }
  return below.has(toHex(id));
}

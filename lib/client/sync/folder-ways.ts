import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { FolderDraft } from "#protocol/manifest/folder-draft.ts";
import { type FolderManifest, ROOT_FOLDER_ID } from "#protocol/manifest/folder-manifest.ts";

/** Folders above one folder at the most: one record can guard that many. */
export const MAX_DEPTH = 250;

interface FolderWay {
  /** From the folder's parent up to the top. */
  readonly ancestors: readonly Bytes[];
  /** Of the folders on the way, itself included, the highest one that no folder holds; undefined in a whole way. */
  readonly detached: Bytes | undefined;
}

interface FolderWays {
  readonly to: (folder: Bytes) => FolderWay;
  readonly isInside: (folder: Bytes, container: Bytes) => boolean;
  /** Levels of folders below this one, as far as this device knows them. */
  readonly heightOf: (folder: Bytes) => number;
  /** The folder and all below it, as far as this device knows them. */
  readonly below: (folder: Bytes) => readonly Bytes[];
  /** After a folder has come to hold another: what hung loose may hang together now. */
  readonly forgetDetached: () => void;
  /** After anything else that may have changed a way. */
  readonly forget: () => void;
}

/** How folders hang together, asked again and again between changes that mostly leave it as it is. */
export function createFolderWays(draftOf: (id: Bytes) => FolderDraft): FolderWays {
  const ways = new Map<string, FolderWay>();
  let hasDetached = false;
  const forget = (): void => {
    ways.clear();
    hasDetached = false;
  };
  const to = (folder: Bytes): FolderWay => {
    const key = toHex(folder);
    const way = ways.get(key) ?? findWay(folder);
    ways.set(key, way);
    hasDetached ||= way.detached !== undefined;
    return way;
  };
  const findWay = (folder: Bytes): FolderWay => {
    const ancestors = ancestorsOf(draftOf, folder);
    let detached: Bytes | undefined;
    let child = folder;
    for (const parent of ancestors) {
      if (draftOf(parent).child(child) === undefined) detached = child;
      child = parent;
    }
    return { ancestors, detached: equalBytes(child, ROOT_FOLDER_ID) ? detached : child };
  };
  const foldersIn = (folder: Bytes): readonly Bytes[] => {
    const ids: Bytes[] = [];
    for (const { kind, id } of draftOf(folder).children()) if (kind === "folder") ids.push(id);
    return ids;
  };
  return {
    to,
    isInside: (folder, container) =>
      [folder, ...to(folder).ancestors].some((ancestor) => equalBytes(ancestor, container)),
    heightOf: (folder) => {
      let height = 0;
      let level = foldersIn(folder);
      // A ring, which only a lying server can make, has no end.
      while (level.length > 0 && height <= MAX_DEPTH) {
        height++;
        level = level.flatMap(foldersIn);
      }
      return height;
    },
    below: (folder) => {
      const found = new Map<string, Bytes>();
      const open = [folder];
      for (let id = open.pop(); id !== undefined; id = open.pop()) {
        if (found.has(toHex(id))) continue;
        found.set(toHex(id), id);
        open.push(...foldersIn(id));
      }
      return [...found.values()];
    },
    forgetDetached: () => {
      if (hasDetached) forget();
    },
    forget,
  };
}

/** Ids from the folder's parent up to the top. A way that is longer than any folder's goes in circles. */
export function ancestorsOf(
  folderOf: (id: Bytes) => Pick<FolderManifest, "parent">,
  id: Bytes,
): readonly Bytes[] {
  const ancestors: Bytes[] = [];
  for (
    let parent = folderOf(id).parent;
    parent !== null && ancestors.length <= MAX_DEPTH;
    parent = folderOf(parent).parent
  ) {
    ancestors.push(parent);
  }
  return ancestors;
}

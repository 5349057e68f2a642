import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import {
  childById,
  EMPTY_ROOT,
  type FolderChild,
  type FolderManifest,
  ROOT_FOLDER_ID,
} from "#protocol/manifest/folder-manifest.ts";
import { type Manifest, parseManifest } from "#protocol/manifest/manifest-cipher.ts";
import { applyChildChange, type MergeNote, moveChild } from "#protocol/manifest/merge-folders.ts";
import type { IntendedChange, Intent } from "../journal/intent.ts";

/** Folders as they are in the log, as far as this device knows, by id in hex; a missing one was never written. */
export type KnownFolders = ReadonlyMap<string, FolderManifest>;

export interface ComposedEdits {
  /** Folders that differ from what is known, by id in hex. */
  readonly folders: KnownFolders;
  /** New versions of files, with the version they replace; a file's id is new where its content conflicted. */
  readonly files: readonly ComposedFile[];
  /** Folders whose unchanged versions the edit relies on: every way from the top to a changed folder. */
  readonly guards: readonly Bytes[];
  readonly notes: readonly MergeNote[];
}

interface ComposedFile {
  readonly id: Bytes;
  readonly baseVersion: number;
  readonly baseRecord: Bytes;
  readonly manifest: Manifest;
}

/** What a first attempt found out about others. */
export interface Conflicts {
  /** Files whose content somebody else has replaced. */
  readonly contents: readonly ContentConflict[];
  /** Ids in hex of folders that are not as this device saw them when the edit was made. */
  readonly changedFolders: ReadonlySet<string>;
}

export const NO_CONFLICTS: Conflicts = { contents: [], changedFolders: new Set() };

export interface ContentConflict {
  readonly file: Bytes;
  /** Id under which this device's content is kept beside the recorded one. */
  readonly copy: Bytes;
}

/**
 * Intents, oldest first, on the newest folders: the three-way merge of `merge-folders` change by change, and what
 * only several folders together can tell. A change that has become impossible is dropped with a note; content is
 * never dropped: what was added to a folder that is gone goes to the top.
 */
export function composeEdits(
  known: KnownFolders,
  intents: readonly Intent[],
  conflicts: Conflicts = NO_CONFLICTS,
): ComposedEdits {
  const folders = new Map<string, FolderManifest>();
  const files: ComposedFile[] = [];
  const notes: MergeNote[] = [];
  const guards = new Map<string, Bytes>();
  const folderOf = (id: Bytes) => folders.get(toHex(id)) ?? known.get(toHex(id)) ?? EMPTY_ROOT;
  const guardWayTo = (id: Bytes) => {
    for (const ancestor of ancestorsOf(folderOf, id)) guards.set(toHex(ancestor), ancestor);
  };

  const apply = (change: IntendedChange): void => {
    switch (change.kind) {
      case "put": {
        const { before, after } = change.body;
        const folder =
          before !== null || isReachable(folderOf, change.body.folder) ? change.body.folder : ROOT_FOLDER_ID;
        guardWayTo(folder);
        const conflict = conflicts.contents.find(({ file }) => equalBytes(file, after.id));
        const merged = applyChildChange(
          folderOf(folder),
          conflict ? { before: null, after: { ...after, id: conflict.copy } } : { before, after },
        );
        folders.set(toHex(folder), merged.folder);
        notes.push(...merged.notes);
        return;
      }
      case "remove": {
        const { folder, before } = change.body;
        const below = before.kind === "folder" ? folderAndBelow(folderOf, before.id) : [];
        if (below.some((id) => conflicts.changedFolders.has(toHex(id)))) {
          notes.push({ type: "RemovalDropped", id: before.id, name: before.name });
          return;
        }
        for (const id of below) guards.set(toHex(id), id);
        const merged = applyChildChange(folderOf(folder), { before, after: null });
        if (merged.folder !== folderOf(folder)) folders.set(toHex(folder), merged.folder);
        notes.push(...merged.notes);
        return;
      }
      case "move": {
        const { from, to, before, after } = change.body;
        if (!isReachable(folderOf, to) || isInside(folderOf, to, before)) {
          notes.push({ type: "MoveDropped", id: before.id, name: before.name });
          return;
        }
        const moved = moveChild(folderOf(from), folderOf(to), before, after);
        notes.push(...moved.notes);
        if (moved.from === folderOf(from)) return;
        guardWayTo(from);
        guardWayTo(to);
        folders.set(toHex(from), moved.from);
        folders.set(toHex(to), moved.to);
        // The child's own word about where it is; the entry wins wherever the two differ.
        if (before.kind === "folder") folders.set(toHex(before.id), { ...folderOf(before.id), parent: to });
        return;
      }
    }
  };

  for (const intent of intents) {
    for (const content of intent.contents) {
      const manifest = parseManifest(content.encoded);
      if (!manifest.ok) throw new Error("an intent's manifest was encoded by this app");
      if (manifest.value.kind === "folder") {
        folders.set(toHex(content.manifest), manifest.value.body);
        continue;
      }
      const conflict = conflicts.contents.find(({ file }) => equalBytes(file, content.manifest));
      const base = conflict ? NEW_FILE : { baseVersion: content.baseVersion, baseRecord: content.baseRecord };
      files.push({ id: conflict?.copy ?? content.manifest, ...base, manifest: manifest.value });
    }
    for (const change of intent.changes) apply(change);
  }
  return { folders, files, guards: [...guards.values()].slice(0, MAX_GUARDS), notes };
}

/** Ids from the folder's parent up to the top. */
export function ancestorsOf(folderOf: (id: Bytes) => FolderManifest, id: Bytes): readonly Bytes[] {
  const ancestors: Bytes[] = [];
  for (
    let parent = folderOf(id).parent;
    parent !== null && ancestors.length < MAX_DEPTH;
    parent = folderOf(parent).parent
  ) {
    ancestors.push(parent);
  }
  return ancestors;
}

/** Whether every folder on the way up really holds the next one down. */
function isReachable(folderOf: (id: Bytes) => FolderManifest, id: Bytes): boolean {
  let child = id;
  for (const parent of ancestorsOf(folderOf, id)) {
    if (childById(folderOf(parent), child) === undefined) return false;
    child = parent;
  }
  return equalBytes(child, ROOT_FOLDER_ID);
}

function isInside(folderOf: (id: Bytes) => FolderManifest, id: Bytes, container: FolderChild): boolean {
  return [id, ...ancestorsOf(folderOf, id)].some((ancestor) => equalBytes(ancestor, container.id));
}

function folderAndBelow(folderOf: (id: Bytes) => FolderManifest, top: Bytes): readonly Bytes[] {
  const found: Bytes[] = [];
  const open = [top];
  for (let id = open.pop(); id !== undefined && found.length < MAX_GUARDS; id = open.pop()) {
    found.push(id);
    for (const child of folderOf(id).children) if (child.kind === "folder") open.push(child.id);
  }
  return found;
}

/** Of one record; a tree this large is guarded in part. */
const MAX_GUARDS = 256;
/** A way up that is longer goes in circles. */
const MAX_DEPTH = 255;
const NEW_FILE = { baseVersion: 0, baseRecord: new Uint8Array(32) };

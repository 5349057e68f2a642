import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { MAX_WRITE_ITEMS } from "#protocol/log/record.ts";
import { FolderDraft } from "#protocol/manifest/folder-draft.ts";
import { EMPTY_ROOT, type FolderManifest, MAX_CHILDREN } from "#protocol/manifest/folder-manifest.ts";
import { type Manifest, parseManifest } from "#protocol/manifest/manifest-cipher.ts";
import { applyChildChange, type MergeNote, moveChild } from "#protocol/manifest/merge-folders.ts";
import type { IntendedChange, Intent } from "../journal/intent.ts";
import { createFolderWays, MAX_DEPTH } from "./folder-ways.ts";

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
  /** Changes that have no place any more. None of them is in the folders above. */
  readonly stopped: readonly StoppedChange[];
  /** So many changes, from the oldest on, need no more guards than one record has room for. */
  readonly guardable: number;
  /** Removals with more below them than the record can guard. */
  readonly unguarded: readonly UnguardedRemoval[];
}

interface UnguardedRemoval {
  readonly change: Extract<IntendedChange, { readonly kind: "remove" }>;
  /** The folder and all below it. */
  readonly below: readonly Bytes[];
}

interface ComposedFile {
  readonly id: Bytes;
  readonly baseVersion: number;
  readonly baseRecord: Bytes;
  readonly manifest: Manifest;
}

export interface StoppedChange {
  readonly order: number;
  readonly change: IntendedChange;
  readonly reason: StopReason;
}

export type StopReason =
  /** No folder above holds this one any more: it is in the trash, with all below it. */
  | { readonly type: "FolderInTrash"; readonly folder: Bytes }
  | { readonly type: "FolderFull"; readonly folder: Bytes }
  | { readonly type: "TooDeep"; readonly folder: Bytes }
  /** Its content is none that this app understands. */
  | { readonly type: "Unreadable" };

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
 * only several folders together can tell. A change that others have made pointless is dropped with a note; one that
 * has no place any more is stopped, and never put anywhere else than it was meant for.
 */
export function composeEdits(
  known: KnownFolders,
  intents: readonly Intent[],
  conflicts: Conflicts = NO_CONFLICTS,
): ComposedEdits {
  const drafts = new Map<string, FolderDraft>();
  const draftOf = (id: Bytes): FolderDraft => {
    const key = toHex(id);
    const draft = drafts.get(key) ?? new FolderDraft(known.get(key) ?? EMPTY_ROOT);
    drafts.set(key, draft);
    return draft;
  };
  const ways = createFolderWays(draftOf);
  const made = new Map<string, FolderDraft>();
  const files: ComposedFile[] = [];
  const notes: MergeNote[] = [];
  const stopped: StoppedChange[] = [];
  const unguarded: UnguardedRemoval[] = [];
  const guards = new Map<string, Bytes>();
  let guardable = 0;
  const guard = (ids: readonly Bytes[]): void => {
    for (const id of ids) guards.set(toHex(id), id);
  };
  const copies = new Map(conflicts.contents.map(({ file, copy }) => [toHex(file), copy]));

  /** Why the folder cannot take one more child, with so many levels of folders. */
  const stopAt = (folder: Bytes, levels: number): StopReason | undefined => {
    const { ancestors, detached } = ways.to(folder);
    if (detached) return { type: "FolderInTrash", folder: detached };
    if (draftOf(folder).size >= MAX_CHILDREN) return { type: "FolderFull", folder };
    return ancestors.length + levels > MAX_DEPTH ? { type: "TooDeep", folder } : undefined;
  };

  const apply = (change: IntendedChange): StopReason | undefined => {
    switch (change.kind) {
      case "put": {
        const { folder, before, after } = change.body;
        const draft = draftOf(folder);
        const isFolder = after.kind === "folder";
        const { ancestors, detached } = ways.to(folder);
        const reason =
          draft.child(after.id) === undefined
            ? stopAt(folder, isFolder ? 1 + ways.heightOf(after.id) : 0)
            : detached && ({ type: "FolderInTrash", folder: detached } as const);
        if (reason) return reason;
        guard(ancestors);
        const copy = copies.size > 0 ? copies.get(toHex(after.id)) : undefined;
        const wanted = copy ? { before: null, after: { ...after, id: copy } } : { before, after };
        notes.push(...applyChildChange(draft, wanted));
        if (isFolder) ways.forgetDetached();
        return undefined;
      }
      case "remove": {
        const { folder, before } = change.body;
        const below = before.kind === "folder" ? ways.below(before.id) : [];
        if (below.some((id) => conflicts.changedFolders.has(toHex(id)))) {
          notes.push({ type: "RemovalDropped", id: before.id, name: before.name });
          return undefined;
        }
        if (below.length <= MAX_GUARDED_BELOW) guard(below);
        else if (draftOf(folder).child(before.id)) unguarded.push({ change, below });
        notes.push(...applyChildChange(draftOf(folder), { before, after: null }));
        if (before.kind === "folder") ways.forget();
        return undefined;
      }
      case "move": {
        const { from, to, before, after } = change.body;
        const isFolder = before.kind === "folder";
        if (draftOf(from).child(before.id) === undefined || (isFolder && ways.isInside(to, before.id))) {
          notes.push({ type: "MoveDropped", id: before.id, name: before.name });
          return undefined;
        }
        const reason = stopAt(to, isFolder ? 1 + ways.heightOf(before.id) : 0);
        if (reason) return reason;
        guard(ways.to(to).ancestors);
        notes.push(...moveChild(draftOf(from), draftOf(to), before, after));
        if (!isFolder) return undefined;
        // The child's own word about where it is; the entry wins wherever the two differ.
        draftOf(before.id).parent = to;
        ways.forget();
        return undefined;
      }
      case "confirm":
        return undefined;
    }
  };

  for (const { order, contents, changes } of intents) {
    const manifests = contents.map(({ encoded }) => parseManifest(encoded));
    if (!manifests.every(({ ok }) => ok)) {
      stopped.push(...changes.map((change) => ({ order, change, reason: { type: "Unreadable" } as const })));
      continue;
    }
    for (const [index, content] of contents.entries()) {
      const manifest = manifests[index];
      if (manifest?.ok !== true) continue;
      const key = toHex(content.manifest);
      if (manifest.value.kind === "folder") {
        const draft = new FolderDraft(manifest.value.body);
        drafts.set(key, draft);
        made.set(key, draft);
        ways.forgetDetached();
        continue;
      }
      const copy = copies.get(key);
      const { baseVersion, baseRecord } = copy ? NEW_FILE : content;
      files.push({ id: copy ?? content.manifest, baseVersion, baseRecord, manifest: manifest.value });
    }
    for (const change of changes) {
      const reason = apply(change);
      if (reason) stopped.push({ order, change, reason });
      if (guards.size <= MAX_WRITE_ITEMS) guardable++;
    }
  }
  const folders = new Map<string, FolderManifest>();
  for (const [id, draft] of drafts) {
    if (draft.isChanged || made.get(id) === draft) folders.set(id, draft.toFolder());
  }
  // A changed folder names the version that it is based on, which guards it already.
  const others = [...guards].filter(([id]) => !folders.has(id)).map(([, id]) => id);
  return { folders, files, guards: others, notes, stopped, guardable, unguarded };
}

/**
 * Folders below a removed one that the same record can guard. With more of them it is removed without, and looked
 * at afterwards (`confirm-removal`): in between nobody can write below it unnoticed, since everybody's way down
 * leads through the folder that no longer holds it.
 */
const MAX_GUARDED_BELOW = 200;
const NEW_FILE = { baseVersion: 0, baseRecord: new Uint8Array(32) };

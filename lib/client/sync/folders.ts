import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { findDetachedFolders } from "#protocol/manifest/detached-folders.ts";
import { freeName, parseEntryName } from "#protocol/manifest/entry-name.ts";
import {
  childById,
  childByName,
  EMPTY_ROOT,
  type FolderChild,
  type FolderManifest,
  ROOT_FOLDER_ID,
} from "#protocol/manifest/folder-manifest.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError, Entry, FolderListing, UndoToken } from "../engine.ts";
import type { SealedSizes } from "../engine-parts.ts";
import { type IntendedChange, MAX_CHANGES_PER_INTENT } from "../journal/intent.ts";
import type { Edits } from "./edits.ts";
import { isKept, nameErrorOf } from "./engine-errors.ts";
import { entryOf, viewWorkspace, type WorkspaceView } from "./folder-view.ts";
import { ancestorsOf } from "./folder-ways.ts";
import { parseEntryId, parseFolderId, parseLogId } from "./hex-id.ts";
import { folderInTrash } from "./hold-edits.ts";
import { listFolders } from "./list-folders.ts";
import { loadWayUp, refreshFolders } from "./load-folders.ts";
import { newFolderContent } from "./new-folder.ts";
import type { SyncHost } from "./sync-host.ts";

/** Folders as people use them. */
export interface Folders {
  readonly list: (workspace: string, folder: string | null) => Promise<Result<FolderListing, EngineError>>;
  readonly listMany: (
    workspace: string,
    folders: readonly string[],
  ) => Promise<Result<readonly (readonly Entry[])[], EngineError>>;
  readonly create: (
    workspace: string,
    parent: string | null,
    name: string,
  ) => Promise<Result<Entry, EngineError>>;
  readonly rename: (
    workspace: string,
    entry: string,
    parent: string | null,
    name: string,
  ) => Promise<Result<null, EngineError>>;
  readonly move: (
    workspace: string,
    entries: readonly string[],
    from: string | null,
    to: string | null,
  ) => Promise<Result<null, EngineError>>;
  readonly remove: (
    workspace: string,
    entries: readonly string[],
    from: string | null,
  ) => Promise<Result<UndoToken, EngineError>>;
  readonly restore: (workspace: string, folder: string) => Promise<Result<null, EngineError>>;
  readonly undo: (token: UndoToken) => Promise<Result<null, EngineError>>;
}

export function createFolders(
  host: SyncHost,
  edits: Edits,
  sizesOf: (log: Bytes) => Promise<SealedSizes>,
): Folders {
  const undoable = new Map<string, Deletion>();

  /** A folder as the person sees it now, with everything above it. */
  const open = async (workspace: string, folder: string | null): Promise<Result<OpenFolder, EngineError>> => {
    const log = parseLogId(workspace);
    if (!log.ok) return log;
    const id = parseFolderId(folder);
    if (!id.ok) return id;
    const row = await host.workspaces.get(log.value);
    if (row?.pendingRing !== null) return err({ type: "NotFound" });
    let view = await viewWorkspace(host, log.value);
    const isRoot = equalBytes(id.value, ROOT_FOLDER_ID);
    if (!view.folderOf(id.value) && !isRoot) {
      const loaded = await host.logs.run(log.value, (locked) => loadWayUp(host, locked, id.value));
      if (!loaded.ok) return loaded;
      view = await viewWorkspace(host, log.value);
    }
    const manifest = view.folderOf(id.value) ?? (isRoot ? EMPTY_ROOT : undefined);
    if (!manifest) return err({ type: "NotFound" });
    const detached = isRoot ? undefined : view.detachedOn(id.value);
    if (detached) return err(await folderInTrash(host, log.value, detached));
    return ok({ log: log.value, id: id.value, manifest, view });
  };

  const submitAll = async (
    log: Bytes,
    changes: readonly IntendedChange[],
    subjects: readonly string[],
  ): Promise<Result<null, EngineError>> => {
    const intents = [];
    for (let first = 0; first < changes.length; first += MAX_CHANGES_PER_INTENT) {
      const some = changes.slice(first, first + MAX_CHANGES_PER_INTENT);
      intents.push({ changes: some, contents: [], subjects: subjects.slice(0, 8) });
    }
    const submitted = await edits.submit(log, intents);
    return submitted.ok ? ok(null) : submitted;
  };

  return {
    list: async (workspace, folder) => {
      const opened = await open(workspace, folder);
      if (!opened.ok) return opened;
      const { log, id } = opened.value;
      const refreshed = await host.logs.run(log, (locked) =>
        refreshFolders(host, locked, wayFrom(opened.value.view, id)),
      );
      if (!refreshed.ok && !isKept(refreshed.error) && refreshed.error.type !== "ServerAnswerInvalid") {
        return refreshed;
      }
      const view = await viewWorkspace(host, log);
      const sizes = await sizesOf(log);
      const isRoot = equalBytes(id, ROOT_FOLDER_ID);
      return ok({
        workspace,
        folder,
        path: pathOf(view, id),
        entries: [...view.entriesOf(id, sizes), ...(isRoot ? recovered(view) : [])],
        isLoadedFromServer: refreshed.ok,
      });
    },
    listMany: (workspace, folders) => listFolders(host, sizesOf, workspace, folders),
    create: async (workspace, parent, text) => {
      const name = parseEntryName(text);
      if (!name.ok) return err(nameErrorOf(name.error));
      const opened = await open(workspace, parent);
      if (!opened.ok) return opened;
      const { log, id: folder, manifest } = opened.value;
      if (childByName(manifest, name.value)) return err({ type: "NameTaken" });
      const child: FolderChild = {
        id: host.randomBytes(16),
        name: name.value,
        kind: "folder",
        sizeBytes: 0,
        modifiedAt: host.now(),
        mimeHint: null,
      };
      const submitted = await edits.submit(log, [
        {
          changes: [{ kind: "put", body: { folder, before: null, after: child } }],
          contents: [newFolderContent(child.id, folder)],
          subjects: [child.name],
        },
      ]);
      return submitted.ok ? ok(entryOf(child, submitted.value.state)) : submitted;
    },
    rename: async (workspace, entry, parent, text) => {
      const name = parseEntryName(text);
      if (!name.ok) return err(nameErrorOf(name.error));
      const opened = await open(workspace, parent);
      if (!opened.ok) return opened;
      const { log, id: folder, manifest } = opened.value;
      const children = childrenOf(manifest, [entry]);
      if (!children.ok) return children;
      const holder = childByName(manifest, name.value);
      if (holder && toHex(holder.id) !== entry) return err({ type: "NameTaken" });
      return submitAll(
        log,
        children.value.map((before) => ({
          kind: "put",
          body: { folder, before, after: { ...before, name: name.value } },
        })),
        [name.value],
      );
    },
    move: async (workspace, entries, from, to) => {
      const source = await open(workspace, from);
      if (!source.ok) return source;
      const target = await open(workspace, to);
      if (!target.ok) return target;
      const { log } = source.value;
      if (equalBytes(source.value.id, target.value.id)) return ok(null);
      const children = childrenOf(source.value.manifest, entries);
      if (!children.ok) return children;
      const way = wayFrom(target.value.view, target.value.id);
      if (children.value.some((child) => way.some((id) => equalBytes(id, child.id)))) {
        return err({ type: "MoveIntoItself" });
      }
      const taken = new Set(target.value.manifest.children.map(({ name }) => name));
      const changes = children.value.map((before): IntendedChange => {
        const name = freeName(before.name, (candidate) => taken.has(candidate));
        taken.add(name);
        return {
          kind: "move",
          body: { from: source.value.id, to: target.value.id, before, after: { ...before, name } },
        };
      });
      return submitAll(
        log,
        changes,
        children.value.map(({ name }) => name),
      );
    },
    remove: async (workspace, entries, from) => {
      const opened = await open(workspace, from);
      if (!opened.ok) return opened;
      const { log, id: folder, manifest } = opened.value;
      const children = childrenOf(manifest, entries);
      if (!children.ok) return children;
      const submitted = await submitAll(
        log,
        children.value.map((before) => ({ kind: "remove", body: { folder, before } })),
        children.value.map(({ name }) => name),
      );
      if (!submitted.ok) return submitted;
      const token = { workspace, id: toHex(host.randomBytes(16)) };
      undoable.set(token.id, { log, folder: from, children: children.value });
      return ok(token);
    },
    restore: async (workspace, folder) => {
      const log = parseLogId(workspace);
      const id = parseEntryId(folder);
      if (!log.ok || !id.ok) return err({ type: "NotFound" });
      const gone = await host.cache.gone(log.value, id.value);
      if (!gone) return err({ type: "NotFound" });
      const { parent, child } = gone;
      const opened = await open(workspace, equalBytes(parent, ROOT_FOLDER_ID) ? null : toHex(parent));
      if (!opened.ok) return opened;
      return submitAll(
        log.value,
        [{ kind: "put", body: { folder: parent, before: null, after: child } }],
        [child.name],
      );
    },
    undo: async (token) => {
      const deletion = undoable.get(token.id);
      if (!deletion) return err({ type: "NotFound" });
      const { log, folder, children } = deletion;
      const opened = await open(token.workspace, folder);
      if (!opened.ok) return opened;
      const undone = await submitAll(
        log,
        children.map((after) => ({ kind: "put", body: { folder: opened.value.id, before: null, after } })),
        children.map(({ name }) => name),
      );
      // What could not be undone now, since its folder is in the trash itself, may be later.
      if (undone.ok) undoable.delete(token.id);
      return undone;
    },
  };
}

interface Deletion {
  readonly log: Bytes;
  readonly folder: string | null;
  readonly children: readonly FolderChild[];
}

interface OpenFolder {
  readonly log: Bytes;
  readonly id: Bytes;
  readonly manifest: FolderManifest;
  readonly view: WorkspaceView;
}

function childrenOf(
  manifest: FolderManifest,
  entries: readonly string[],
): Result<readonly FolderChild[], EngineError> {
  const byId = new Map(manifest.children.map((child) => [toHex(child.id), child]));
  const children: FolderChild[] = [];
  for (const entry of new Set(entries)) {
    const child = byId.get(entry);
    if (!child) return err({ type: "NotFound" });
    children.push(child);
  }
  return ok(children);
}

/** The folder itself and all above it. */
function wayFrom(view: WorkspaceView, id: Bytes): readonly Bytes[] {
  return [id, ...ancestorsOf((folder) => view.folderOf(folder) ?? EMPTY_ROOT, id)];
}

/** From the top's child down to the folder, by the names that the folders above give. */
function pathOf(view: WorkspaceView, opened: Bytes): FolderListing["path"] {
  const way = wayFrom(view, opened);
  return way
    .flatMap((folder, index) => {
      const above = way[index + 1];
      const parent = above && view.folderOf(above);
      const name = (parent && childById(parent, folder)?.name) ?? view.holderOf(folder)?.child.name;
      return name === undefined ? [] : [{ id: toHex(folder), name }];
    })
    .reverse();
}

/** Folders on a ring without a way from the top: visible again at the top, under a name that is free there. */
function recovered(view: WorkspaceView): readonly Entry[] {
  const taken = new Set(view.folderOf(ROOT_FOLDER_ID)?.children.map(({ name }) => name));
  return findDetachedFolders(view.folders).map((child) => {
    const name = freeName(child.name, (candidate) => taken.has(candidate));
    taken.add(name);
    return entryOf({ ...child, name }, "conflict");
  });
}

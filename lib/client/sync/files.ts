import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import type { ReadItem } from "#protocol/log/read.ts";
import { freeName, parseEntryName } from "#protocol/manifest/entry-name.ts";
import {
  childById,
  childByName,
  EMPTY_ROOT,
  type FolderChild,
  type FolderManifest,
} from "#protocol/manifest/folder-manifest.ts";
import { encodeManifest } from "#protocol/manifest/manifest-cipher.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError, Entry } from "../engine.ts";
import type { FileGateway, FileToCommit, FileToOpen, OpenedFile } from "../engine-parts.ts";
import { type IntendedChange, type IntendedContent, MAX_CONTENTS_PER_INTENT } from "../journal/intent.ts";
import type { Edits } from "./edits.ts";
import { nameErrorOf } from "./engine-errors.ts";
import { entryOf, viewWorkspace } from "./folder-view.ts";
import { type Folders, newFolderContent } from "./folders.ts";
import { bytesOfHex, parseEntryId, parseFolderId, parseLogId } from "./hex-id.ts";
import { loadWayUp } from "./load-folders.ts";
import { keysOf, openManifest } from "./open-manifest.ts";
import { readManifests } from "./read-manifests.ts";
import type { SyncHost } from "./sync-host.ts";

/** Files and whole trees in as few records as possible. */
export function createFileGateway(host: SyncHost, edits: Edits, folders: Folders): FileGateway {
  return {
    listFolder: async (workspace, folder) => {
      const listed = await folders.list(workspace, folder);
      return listed.ok ? ok(listed.value.entries) : listed;
    },
    listFolders: (workspace, ids) => folders.listMany(workspace, ids),
    ensureFolders: (workspace, parent, paths) => ensureFolders(host, edits, workspace, parent, paths),
    commitFiles: (workspace, files) => commitFiles(host, edits, workspace, files),
    openFiles: (workspace, files) => openFiles(host, workspace, files),
  };
}

interface Target {
  readonly log: Bytes;
  readonly id: Bytes;
  readonly manifest: FolderManifest;
  /** Grows as files of one call take names. */
  readonly names: Set<string>;
  /** Names that files of this call have taken: none of them replaces another. */
  readonly written: Set<string>;
}

async function ensureFolders(
  host: SyncHost,
  edits: Edits,
  workspace: string,
  parent: string | null,
  paths: readonly (readonly string[])[],
): Promise<Result<ReadonlyMap<string, string>, EngineError>> {
  const target = await openTarget(host, workspace, parent);
  if (!target.ok) return target;
  const { log, id } = target.value;
  const view = await viewWorkspace(host, log);
  const made = new Map<string, FolderManifest>();
  const folderOf = (folder: Bytes) => made.get(toHex(folder)) ?? view.folderOf(folder);
  const ids = new Map<string, Bytes>([["", id]]);
  const changes: IntendedChange[] = [];
  const contents: IntendedContent[] = [];
  for (const path of paths) {
    let folder = id;
    for (const [depth, text] of path.entries()) {
      const name = parseEntryName(text);
      if (!name.ok) return err(nameErrorOf(name.error));
      const key = path.slice(0, depth + 1).join("/");
      const known = ids.get(key) ?? folderNamed(folderOf(folder), name.value)?.id;
      const next = known ?? host.randomBytes(16);
      if (!known) {
        const after = newChild(next, name.value, "folder", host.now());
        changes.push({ kind: "put", body: { folder, before: null, after } });
        contents.push(newFolderContent(next, folder));
        made.set(toHex(next), { parent: folder, children: [] });
      }
      ids.set(key, next);
      folder = next;
    }
  }
  const submitted = await submitInParts(edits, log, changes, contents);
  if (!submitted.ok) return submitted;
  return ok(new Map([...ids].map(([key, folder]) => [key, toHex(folder)])));
}

async function commitFiles(
  host: SyncHost,
  edits: Edits,
  workspace: string,
  files: readonly FileToCommit[],
): Promise<Result<readonly Entry[], EngineError>> {
  const log = parseLogId(workspace);
  if (!log.ok) return log;
  const changes: IntendedChange[] = [];
  const contents: IntendedContent[] = [];
  const targets = new Map<string | null, Target>();
  for (const file of files) {
    let target = targets.get(file.folder);
    if (!target) {
      const opened = await openTarget(host, workspace, file.folder);
      if (!opened.ok) return opened;
      target = opened.value;
      targets.set(file.folder, target);
    }
    const { id: folder, names, written } = target;
    const name = parseEntryName(file.manifest.name);
    if (!name.ok) return err(nameErrorOf(name.error));
    const before = childToReplace(target, file, name.value);
    if (before === undefined) return err({ type: "NotFound" });
    const base = before ? await baseOf(host, log.value, before.id) : ok(NO_BASE);
    if (!base.ok) return base;
    const after: FolderChild = {
      ...(before ??
        newChild(
          host.randomBytes(16),
          freeName(name.value, (candidate) => names.has(candidate)),
          "file",
          0,
        )),
      sizeBytes: file.manifest.sizeBytes,
      modifiedAt: file.modifiedAt,
      mimeHint: file.manifest.mimeHint,
    };
    names.add(after.name);
    written.add(after.name);
    changes.push({ kind: "put", body: { folder, before, after } });
    const encoded = encodeManifest({ kind: "file", body: { ...file.manifest, name: after.name } });
    contents.push({ manifest: after.id, ...base.value, encoded });
  }
  const submitted = await submitInParts(edits, log.value, changes, contents);
  if (!submitted.ok) return submitted;
  const state = submitted.value;
  return ok(changes.flatMap((change) => (change.kind === "put" ? [entryOf(change.body.after, state)] : [])));
}

async function openFiles(
  host: SyncHost,
  workspace: string,
  files: readonly FileToOpen[],
): Promise<Result<readonly OpenedFile[], EngineError>> {
  const log = parseLogId(workspace);
  if (!log.ok) return log;
  const items: ReadItem[] = [];
  for (const { file, version } of files) {
    const id = parseEntryId(file);
    if (!id.ok) return id;
    items.push({ manifest: id.value, version });
  }
  const subjects = await namesOf(host, log.value, files.slice(0, MAX_SUBJECTS));
  const reads = await host.logs.run(log.value, (locked) => readManifests(host, locked, items, subjects));
  if (!reads.ok) return reads;
  const opened: OpenedFile[] = [];
  const keys = await keysOf(host, log.value);
  for (const read of reads.value) {
    const file = openManifest(host.suite, log.value, read, keys);
    if (!file.ok) return file;
    if (file.value?.manifest.kind !== "file") return err({ type: "NotFound" });
    opened.push({
      file: toHex(read.item.manifest),
      version: file.value.version,
      manifest: file.value.manifest.body,
      author: file.value.author,
      at: file.value.at,
    });
  }
  return ok(opened);
}

const MAX_SUBJECTS = 8;

/** To be shown with the operation. The whole workspace is looked through only for what the caller does not know. */
async function namesOf(host: SyncHost, log: Bytes, files: readonly FileToOpen[]): Promise<readonly string[]> {
  const known = files.flatMap(({ name }) => name ?? []);
  if (known.length === files.length) return known;
  const view = await viewWorkspace(host, log);
  return files.map(({ file, name }) => name ?? view.holderOf(bytesOfHex(file))?.child.name ?? "?");
}

/** The changes of one intent belong to its contents, so both are cut at the same places. */
async function submitInParts(
  edits: Edits,
  log: Bytes,
  changes: readonly IntendedChange[],
  contents: readonly IntendedContent[],
): Promise<Result<"recorded" | "local", EngineError>> {
  let state: "recorded" | "local" = "recorded";
  for (let first = 0; first < changes.length; first += MAX_CONTENTS_PER_INTENT) {
    const some = changes.slice(first, first + MAX_CONTENTS_PER_INTENT);
    const submitted = await edits.submit(log, {
      changes: some,
      contents: contents.slice(first, first + MAX_CONTENTS_PER_INTENT),
      subjects: some.slice(0, 8).flatMap((change) => (change.kind === "put" ? [change.body.after.name] : [])),
    });
    if (!submitted.ok) return submitted;
    if (submitted.value === "local") state = "local";
  }
  return ok(state);
}

async function openTarget(
  host: SyncHost,
  workspace: string,
  folder: string | null,
): Promise<Result<Target, EngineError>> {
  const log = parseLogId(workspace);
  if (!log.ok) return log;
  const id = parseFolderId(folder);
  if (!id.ok) return id;
  const row = await host.workspaces.get(log.value);
  if (row?.pendingRing !== null) return err({ type: "NotFound" });
  const known = (await viewWorkspace(host, log.value)).folderOf(id.value);
  if (known) return ok(targetOf(log.value, id.value, known));
  const loaded = await host.logs.run(log.value, (locked) => loadWayUp(host, locked, id.value));
  if (!loaded.ok) return loaded;
  return ok(targetOf(log.value, id.value, loaded.value[0]?.folder ?? EMPTY_ROOT));
}

function targetOf(log: Bytes, id: Bytes, manifest: FolderManifest): Target {
  const names = new Set(manifest.children.map(({ name }) => name));
  return { log, id, manifest, names, written: new Set() };
}

/** Newest version of a file, proven without a READ: replacing content does not need the old keys. */
async function baseOf(
  host: SyncHost,
  log: Bytes,
  file: Bytes,
): Promise<Result<Pick<IntendedContent, "baseVersion" | "baseRecord">, EngineError>> {
  const known = await host.journal.version(log, file);
  if (known) return ok({ baseVersion: known.version, baseRecord: known.recordHash });
  return host.logs.run(log, async (locked) => {
    const newest = { kind: "manifest", id: file } as const;
    const proven = await locked.prove([newest]);
    if (!proven.ok) return proven;
    const version = readMapEntry(host.suite, proven.value.entries, newest)?.[0] ?? 0;
    if (version === 0) return err({ type: "NotFound" });
    const name = { kind: "manifestVersion", id: file, version } as const;
    const written = await locked.prove([name]);
    if (!written.ok) return written;
    const entry = readMapEntry(host.suite, written.value.entries, name);
    return entry ? ok({ baseVersion: version, baseRecord: entry[1] }) : err({ type: "NotFound" });
  });
}

function folderNamed(folder: FolderManifest | undefined, name: string): FolderChild | undefined {
  const child = folder && childByName(folder, name);
  return child?.kind === "folder" ? child : undefined;
}

/** Null for a new file, undefined where the file that is meant is not there. */
function childToReplace(
  { manifest, written }: Target,
  { file, replacesSameName }: FileToCommit,
  name: string,
): FolderChild | null | undefined {
  if (file !== null) return childOfId(manifest, file);
  if (replacesSameName !== true || written.has(name)) return null;
  const same = childByName(manifest, name);
  return same?.kind === "file" ? same : null;
}

/** Undefined where the folder has no such file. */
function childOfId(folder: FolderManifest, file: string): FolderChild | undefined {
  const id = parseEntryId(file);
  const child = id.ok ? childById(folder, id.value) : undefined;
  return child?.kind === "file" ? child : undefined;
}

function newChild(id: Bytes, name: string, kind: FolderChild["kind"], modifiedAt: number): FolderChild {
  return { id, name, kind, sizeBytes: 0, modifiedAt, mimeHint: null };
}

const NO_BASE = { baseVersion: 0, baseRecord: new Uint8Array(32) };

import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { ReadItem } from "#protocol/log/read.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { FileGateway, FileToOpen, OpenedFile } from "../engine-parts.ts";
import { commitFiles } from "./commit-files.ts";
import type { Edits } from "./edits.ts";
import { ensureFolders } from "./ensure-folders.ts";
import { viewWorkspace } from "./folder-view.ts";
import type { Folders } from "./folders.ts";
import { bytesOfHex, parseEntryId, parseLogId } from "./hex-id.ts";
import { keysOf, openManifest } from "./open-manifest.ts";
import { readManifests } from "./read-manifests.ts";
import { openSetAside } from "./set-aside.ts";
import type { SyncHost } from "./sync-host.ts";
import { findUnsent } from "./unsent-files.ts";

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
    unsent: (workspace) => findUnsent(host, edits, workspace),
    sendUnsent: async (workspace) => {
      const log = parseLogId(workspace);
      if (log.ok) await edits.flush(log.value);
    },
    openFiles: (workspace, files) => openFiles(host, workspace, files),
    openSetAside: (workspace, edit) => openSetAside(host, workspace, edit),
  };
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

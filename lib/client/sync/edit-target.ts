import type { Bytes } from "#protocol/bytes/bytes.ts";
import { EMPTY_ROOT, type FolderChild, type FolderManifest } from "#protocol/manifest/folder-manifest.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import { viewWorkspace, type WorkspaceView } from "./folder-view.ts";
import { parseFolderId } from "./hex-id.ts";
import { folderInTrash } from "./hold-edits.ts";
import { loadWaysUp } from "./load-folders.ts";
import type { SyncHost } from "./sync-host.ts";

/** A folder that something is put into, with its children by name. */
export interface EditTarget {
  readonly id: Bytes;
  readonly manifest: FolderManifest;
  readonly byName: ReadonlyMap<string, FolderChild>;
}

export interface EditTargets {
  readonly view: WorkspaceView;
  /** In the order asked for. */
  readonly targets: readonly EditTarget[];
}

/** Looks once at the workspace for all of them. A folder that is in the trash, or below one, takes nothing. */
export async function openTargets(
  host: SyncHost,
  log: Bytes,
  folders: readonly (string | null)[],
): Promise<Result<EditTargets, EngineError>> {
  const row = await host.workspaces.get(log);
  if (row?.pendingRing !== null) return err({ type: "NotFound" });
  const ids: Bytes[] = [];
  for (const folder of folders) {
    const id = parseFolderId(folder);
    if (!id.ok) return id;
    ids.push(id.value);
  }
  let view = await viewWorkspace(host, log);
  const unknown = ids.filter((id) => !view.folderOf(id));
  if (unknown.length > 0) {
    const loaded = await host.logs.run(log, (locked) => loadWaysUp(host, locked, unknown));
    if (!loaded.ok) return loaded;
    view = await viewWorkspace(host, log);
  }
  const targets: EditTarget[] = [];
  for (const id of ids) {
    const manifest = view.folderOf(id) ?? (folders[targets.length] === null ? EMPTY_ROOT : undefined);
    if (!manifest) return err({ type: "NotFound" });
    const detached = view.detachedOn(id);
    if (detached) return err(await folderInTrash(host, log, detached));
    targets.push({ id, manifest, byName: childrenByName(manifest) });
  }
  return ok({ view, targets });
}

export function childrenByName({ children }: FolderManifest): ReadonlyMap<string, FolderChild> {
  return new Map(children.map((child) => [child.name, child]));
}

export function newChild(
  id: Bytes,
  name: string,
  kind: FolderChild["kind"],
  modifiedAt: number,
): FolderChild {
  return { id, name, kind, sizeBytes: 0, modifiedAt, mimeHint: null };
}

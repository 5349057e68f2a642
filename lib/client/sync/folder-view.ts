import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import {
  childById,
  EMPTY_ROOT,
  type FolderChild,
  type FolderManifest,
  ROOT_FOLDER_ID,
} from "#protocol/manifest/folder-manifest.ts";
import type { Entry } from "../engine.ts";
import type { SealedSizes } from "../engine-parts.ts";
import type { Intent } from "../journal/intent.ts";
import { composeEdits } from "./compose-edits.ts";
import { ancestorsOf, MAX_DEPTH } from "./folder-ways.ts";
import { bytesOfHex } from "./hex-id.ts";
import type { CachedFolder } from "./manifest-cache.ts";
import type { SyncHost } from "./sync-host.ts";

/** What a person sees: the newest known folders with this device's waiting edits on top. */
export interface WorkspaceView {
  readonly folderOf: (id: Bytes) => FolderManifest | undefined;
  /** The highest folder on the way to this one that no folder holds: it is in the trash, with all below it. */
  readonly detachedOn: (id: Bytes) => Bytes | undefined;
  readonly entriesOf: (id: Bytes, sizes: SealedSizes) => readonly Entry[];
  /** The folder that holds a child, as far as this device knows. */
  readonly holderOf: (child: Bytes) => { readonly folder: Bytes; readonly child: FolderChild } | undefined;
  readonly folders: ReadonlyMap<string, FolderManifest>;
}

export async function viewWorkspace(host: SyncHost, log: Bytes): Promise<WorkspaceView> {
  const [cached, intents] = await Promise.all([host.cache.folders(log), host.intents.list(log)]);
  const known = new Map([...cached].map(([id, { folder }]) => [id, folder]));
  const folders = new Map([...known, ...composeEdits(known, intents).folders]);
  const waiting = childrenIn(intents);
  return {
    folders,
    detachedOn: (id) => {
      const way = [id, ...ancestorsOf((folder) => folders.get(toHex(folder)) ?? EMPTY_ROOT, id)];
      // In a circle, which no honest server makes, there is no folder to bring back.
      if (way.length > MAX_DEPTH + 1) return undefined;
      return way.findLast((folder, index) => {
        const above = way[index + 1];
        const parent = above && folders.get(toHex(above));
        return above ? !(parent && childById(parent, folder)) : !equalBytes(folder, ROOT_FOLDER_ID);
      });
    },
    folderOf: (id) => folders.get(toHex(id)),
    entriesOf: (id, sizes) => {
      const indices = changeIndices(cached.get(toHex(id)));
      return (folders.get(toHex(id))?.children ?? []).map((child) => {
        const key = toHex(child.id);
        return entryOf(child, waiting.has(key) ? "local" : stateOf(indices.get(key), sizes));
      });
    },
    holderOf: (id) => {
      for (const [folder, { children }] of folders) {
        const child = children.find((candidate) => toHex(candidate.id) === toHex(id));
        if (child) return { folder: bytesOfHex(folder), child };
      }
      return undefined;
    },
  };
}

export function entryOf(child: FolderChild, state: Entry["state"]): Entry {
  const { id, name, kind, sizeBytes, modifiedAt, mimeHint } = child;
  return { id: toHex(id), name, kind, sizeBytes, modifiedAt, mimeHint, state };
}

/** For each child, in hex, the index of the leaf that changed it last. */
function changeIndices(row: CachedFolder | undefined): ReadonlyMap<string, number | undefined> {
  return new Map(row?.folder.children.map(({ id }, position) => [toHex(id), row.childIndices[position]]));
}

function stateOf(index: number | undefined, sizes: SealedSizes): Entry["state"] {
  if (index === undefined) return "recorded";
  return index < sizes.verified ? "verified" : index < sizes.sealed ? "sealed" : "recorded";
}

function childrenIn(intents: readonly Intent[]): ReadonlySet<string> {
  return new Set(
    intents.flatMap(({ changes }) =>
      changes.map(({ kind, body }) =>
        toHex(kind === "put" || kind === "move" ? body.after.id : body.before.id),
      ),
    ),
  );
}

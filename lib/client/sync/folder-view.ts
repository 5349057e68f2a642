import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { FolderChild, FolderManifest } from "#protocol/manifest/folder-manifest.ts";
import type { Entry } from "../engine.ts";
import type { SealedSizes } from "../engine-parts.ts";
import type { Intent } from "../journal/intent.ts";
import { composeEdits } from "./compose-edits.ts";
import { bytesOfHex } from "./hex-id.ts";
import type { CachedFolder } from "./manifest-cache.ts";
import type { SyncHost } from "./sync-host.ts";

/** What a person sees: the newest known folders with this device's waiting edits on top. */
export interface WorkspaceView {
  readonly folderOf: (id: Bytes) => FolderManifest | undefined;
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
      changes.map(({ kind, body }) => toHex(kind === "remove" ? body.before.id : body.after.id)),
    ),
  );
}

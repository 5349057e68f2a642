import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { array, bytes, codec, type Infer, literal, struct, uint } from "#protocol/codec/schema.ts";
import type { RandomBytes } from "#protocol/crypto/suite.ts";
import { hashSchema, idSchema } from "#protocol/log/identifiers.ts";
import {
  EMPTY_ROOT,
  type FolderChild,
  type FolderManifest,
  folderChildSchema,
  folderManifestSchema,
  MAX_CHILDREN,
  ROOT_FOLDER_ID,
} from "#protocol/manifest/folder-manifest.ts";
import { equalChildren } from "#protocol/manifest/merge-folders.ts";
import { putRow, type RowTable, type SealedRows } from "../storage/sealed-rows.ts";

const cachedFolderSchema = struct({
  v: [0, literal(1)],
  id: [1, idSchema],
  /** 0 for a folder that nobody has written yet. */
  version: [2, uint],
  recordHash: [3, hashSchema],
  writeIndex: [4, uint],
  folder: [5, folderManifestSchema],
  /** For each child, index of the leaf that this device saw change it last. */
  childIndices: [6, array(uint, MAX_CHILDREN)],
});
export type CachedFolder = Infer<typeof cachedFolderSchema>;

const MAX_ROW_BYTES = 24 * 1024 * 1024;
/** [log, folder] */
const FOLDERS: RowTable<CachedFolder> = { name: "folder", codec: codec(cachedFolderSchema, MAX_ROW_BYTES) };
const goneFolderSchema = struct({
  v: [0, literal(1)],
  parent: [1, idSchema],
  child: [2, folderChildSchema],
});
type GoneFolder = Infer<typeof goneFolderSchema>;
/** [log, folder]: where it was and what it was called before the folder above let it go. */
const GONE: RowTable<GoneFolder> = { name: "gone-folder", codec: codec(goneFolderSchema, 1024) };
/** [log]: drawn anew with every change, in whichever tab. */
const GENERATIONS: RowTable<Bytes> = { name: "folder-generation", codec: codec(bytes(16), 32) };

export type NewFolder = Omit<CachedFolder, "v" | "childIndices">;

/** Newest verified version of each folder that this device has opened. */
export interface ManifestCache {
  readonly folder: (log: Bytes, id: Bytes) => Promise<CachedFolder | undefined>;
  /** All of a log's, by id in hex. */
  readonly folders: (log: Bytes) => Promise<ReadonlyMap<string, CachedFolder>>;
  /** How a folder was held that no folder holds any more, as far as this device has seen it. */
  readonly gone: (log: Bytes, id: Bytes) => Promise<GoneFolder | undefined>;
  /** All or none. The caller holds the log's lock. */
  readonly put: (log: Bytes, folders: readonly NewFolder[]) => Promise<void>;
}

/** As whoever unlocked the device holds it. */
export interface OwnedManifestCache extends ManifestCache {
  /** Leaves nothing of it in memory. */
  readonly forget: () => void;
}

/** A log's folders as they were read or written here last: every edit looks at all of them. */
interface Snapshot {
  readonly generation: Bytes;
  readonly folders: ReadonlyMap<string, CachedFolder>;
}

const MAX_SNAPSHOTS = 4;

export function createManifestCache(rows: SealedRows, randomBytes: RandomBytes): OwnedManifestCache {
  const snapshots = new Map<string, Snapshot>();
  const remember = (log: Bytes, snapshot: Snapshot): void => {
    snapshots.delete(toHex(log));
    snapshots.set(toHex(log), snapshot);
    const [oldest] = snapshots.keys();
    if (snapshots.size > MAX_SNAPSHOTS && oldest !== undefined) snapshots.delete(oldest);
  };
  const folders = async (log: Bytes): Promise<ReadonlyMap<string, CachedFolder>> => {
    // Before the rows: what another tab changes in between is then read once more, not missed.
    const generation = await rows.get(GENERATIONS, log);
    const known = snapshots.get(toHex(log));
    if (known && generation && equalBytes(known.generation, generation)) return known.folders;
    const listed = new Map((await rows.list(FOLDERS, log)).map((row) => [toHex(row.id), row]));
    if (generation) remember(log, { generation, folders: listed });
    return listed;
  };
  return {
    folders,
    forget: () => snapshots.clear(),
    folder: async (log, id) => (await folders(log)).get(toHex(id)),
    gone: (log, id) => rows.get(GONE, log, id),
    put: async (log, changed) => {
      if (changed.length === 0) return;
      const before = await folders(log);
      const generation = randomBytes(16);
      const written = changed.map(
        (folder): CachedFolder => ({
          v: 1,
          ...folder,
          childIndices: childIndicesAfter(before.get(toHex(folder.id)), folder),
        }),
      );
      await rows.write([
        ...written.map((row) => putRow(FOLDERS, [log, row.id], row)),
        ...written.flatMap((row) =>
          foldersLetGo(before.get(toHex(row.id)), row).map((child) =>
            putRow(GONE, [log, child.id], { v: 1, parent: row.id, child }),
          ),
        ),
        putRow(GENERATIONS, [log], generation),
      ]);
      const after = new Map(before);
      for (const row of written) after.set(toHex(row.id), row);
      remember(log, { generation, folders: after });
    },
  };
}

function foldersLetGo(before: CachedFolder | undefined, after: CachedFolder): readonly FolderChild[] {
  const held = before?.folder.children.filter(({ kind }) => kind === "folder") ?? [];
  if (held.length === 0) return held;
  const kept = new Set(after.folder.children.map(({ id }) => toHex(id)));
  return held.filter(({ id }) => !kept.has(toHex(id)));
}

/** A child that looks as before was not changed by this write. */
function childIndicesAfter(
  before: CachedFolder | undefined,
  after: { readonly folder: FolderManifest; readonly writeIndex: number },
): readonly number[] {
  const known = new Map(
    before?.folder.children.map((child, position) => [toHex(child.id), { child, position }]),
  );
  return after.folder.children.map((child) => {
    const earlier = known.get(toHex(child.id));
    const isSame = earlier !== undefined && equalChildren(earlier.child, child);
    return (isSame ? before?.childIndices[earlier.position] : undefined) ?? after.writeIndex;
  });
}

/** The top folder exists before anybody has written it. */
export const UNWRITTEN_ROOT: Omit<CachedFolder, "v" | "childIndices"> = {
  id: ROOT_FOLDER_ID,
  version: 0,
  recordHash: new Uint8Array(32),
  writeIndex: 0,
  folder: EMPTY_ROOT,
};

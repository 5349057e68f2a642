import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { array, codec, type Infer, literal, struct, uint } from "#protocol/codec/schema.ts";
import { hashSchema, idSchema } from "#protocol/log/identifiers.ts";
import {
  EMPTY_ROOT,
  type FolderManifest,
  folderManifestSchema,
  MAX_CHILDREN,
  ROOT_FOLDER_ID,
} from "#protocol/manifest/folder-manifest.ts";
import { equalChildren } from "#protocol/manifest/merge-folders.ts";
import { OpenedRows } from "../storage/opened-rows.ts";
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
const CODEC = codec(cachedFolderSchema, MAX_ROW_BYTES);

/** Newest verified version of each folder that this device has opened. */
export interface ManifestCache {
  readonly folder: (log: Bytes, id: Bytes) => Promise<CachedFolder | undefined>;
  /** All of a log's, by id in hex. */
  readonly folders: (log: Bytes) => Promise<ReadonlyMap<string, CachedFolder>>;
  readonly put: (log: Bytes, folder: Omit<CachedFolder, "v" | "childIndices">) => Promise<CachedFolder>;
}

export function createManifestCache(rows: SealedRows): ManifestCache {
  /** [log, folder]. Every edit looks at all folders of its workspace. */
  const table: RowTable<CachedFolder> = { name: "folder", codec: CODEC, opened: new OpenedRows() };
  return {
    folder: (log, id) => rows.get(table, log, id),
    folders: async (log) => new Map((await rows.list(table, log)).map((row) => [toHex(row.id), row])),
    put: async (log, folder) => {
      const before = await rows.get(table, log, folder.id);
      const row: CachedFolder = { v: 1, ...folder, childIndices: childIndicesAfter(before, folder) };
      await rows.write([putRow(table, [log, folder.id], row)]);
      return row;
    },
  };
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

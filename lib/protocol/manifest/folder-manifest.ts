import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import {
  array,
  enumeration,
  type Infer,
  nullable,
  refined,
  type Schema,
  struct,
  text,
  timeMs,
  uint,
} from "../codec/schema.ts";
import { ID_BYTES, idSchema } from "../log/identifiers.ts";
import { MAX_NAME_BYTES, parseEntryName } from "./entry-name.ts";

/** A folder of this many entries, all with long names, stays below the largest manifest the server takes. */
export const MAX_CHILDREN = 40_000;

/** Every workspace's top folder. */
export const ROOT_FOLDER_ID: Bytes = new Uint8Array(ID_BYTES);

export const folderChildSchema = struct({
  id: [1, idSchema],
  name: [2, text(MAX_NAME_BYTES)],
  kind: [3, enumeration({ file: 1, folder: 2 })],
  /** Of the content; 0 for a folder. */
  sizeBytes: [4, uint],
  modifiedAt: [5, timeMs],
  /** What the platform said of the file; never believed. */
  mimeHint: [6, nullable(text(100))],
});
export type FolderChild = Infer<typeof folderChildSchema>;

/** What a folder shows of its children, so that listing needs no other manifest. */
export interface FolderManifest {
  /** The folder that held this one when it was last moved; null in the top folder. The parent's own entry wins. */
  readonly parent: Bytes | null;
  /** Ids and names are distinct. */
  readonly children: readonly FolderChild[];
}

/** Refuses names that this app would not have written, and an id or a name that occurs twice. */
export const folderManifestSchema: Schema<FolderManifest> = refined(
  struct({
    parent: [1, nullable(idSchema)],
    children: [2, array(folderChildSchema, MAX_CHILDREN)],
  }),
  isWellFormed,
  "children with valid and distinct names and distinct ids",
);

export const EMPTY_ROOT: FolderManifest = { parent: null, children: [] };

export function childById(folder: FolderManifest, id: Bytes): FolderChild | undefined {
  return folder.children.find((child) => equalBytes(child.id, id));
}

export function childByName(folder: FolderManifest, name: string): FolderChild | undefined {
  return folder.children.find((child) => child.name === name);
}

function isWellFormed({ children }: FolderManifest): boolean {
  const ids = new Set(children.map(({ id }) => toHex(id)));
  const names = new Set(children.map(({ name }) => name));
  const areNamesValid = children.every(({ name }) => {
    const parsed = parseEntryName(name);
    return parsed.ok && parsed.value === name;
  });
  return areNamesValid && ids.size === children.length && names.size === children.length;
}

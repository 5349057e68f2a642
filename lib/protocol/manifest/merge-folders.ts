import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import { freeName } from "./entry-name.ts";
import { childById, type FolderChild, type FolderManifest } from "./folder-manifest.ts";

/**
 * Three-way merge of folders, child by child. `recorded` is what the server's record holds now, `mine` what this
 * device made of `base`. The log orders writes, so every device merges into the same recorded version and all end
 * with the same folder. Nothing that anybody wrote disappears unless somebody removed exactly that.
 *
 * | case | mine                     | recorded                  | result                                        |
 * |------|--------------------------|---------------------------|-----------------------------------------------|
 * | A1   | adds a                   | adds b                    | both                                          |
 * | A2   | adds "x" (id 1)          | adds "x" (id 2)           | both; mine becomes "x (2)"                    |
 * | A3   | adds id 1                | has id 1 already          | once, with my fields (my own write came back) |
 * | B1   | renames to "y"           | renames to "z"            | "z"                                           |
 * | B2   | renames                  | changes content           | both changes                                  |
 * | B3   | changes content          | changes content           | recorded; my content becomes a file of its own (`sync`) |
 * | C1   | removes                  | removes                   | removed                                       |
 * | C2   | removes                  | changes                   | kept                                          |
 * | C3   | changes                  | removes                   | kept, as I changed it                         |
 * | D1   | moves to folder p        | moves to folder q         | in q; my move is dropped (`moveChild`)        |
 * | D2   | moves                    | removes                   | removed; my move is dropped (`moveChild`)     |
 * | D3   | moves into a folder that | moves that folder into it | my guards fail; my move is dropped (`sync`)   |
 */
export interface ChildChange {
  /** As this device saw it; null for an addition. */
  readonly before: FolderChild | null;
  /** Null for a removal. */
  readonly after: FolderChild | null;
}

export type MergeNote =
  /** A2. */
  | { readonly type: "RenamedOnClash"; readonly id: Bytes; readonly wanted: string; readonly given: string }
  /** C2. */
  | { readonly type: "RemovalDropped"; readonly id: Bytes; readonly name: string }
  /** C3. */
  | { readonly type: "RemovedChildKept"; readonly id: Bytes; readonly name: string }
  /** D1, D2. */
  | { readonly type: "MoveDropped"; readonly id: Bytes; readonly name: string };

export interface FolderMerge {
  readonly folder: FolderManifest;
  readonly notes: readonly MergeNote[];
}

export function mergeFolders(
  base: FolderManifest,
  mine: FolderManifest,
  recorded: FolderManifest,
): FolderMerge {
  const isParentMine = !equalParents(base.parent, mine.parent);
  let folder: FolderManifest = { ...recorded, parent: isParentMine ? mine.parent : recorded.parent };
  const notes: MergeNote[] = [];
  for (const change of changesBetween(base, mine)) {
    const merged = applyChildChange(folder, change);
    folder = merged.folder;
    notes.push(...merged.notes);
  }
  return { folder, notes };
}

/** What leads from one version of a folder to another: removals first, so that names they free can be taken. */
function changesBetween(base: FolderManifest, mine: FolderManifest): readonly ChildChange[] {
  const before = new Map(base.children.map((child) => [toHex(child.id), child]));
  const after = new Map(mine.children.map((child) => [toHex(child.id), child]));
  const removals = base.children.filter(({ id }) => !after.has(toHex(id)));
  const puts = mine.children.filter((child) => !equalChildren(before.get(toHex(child.id)) ?? null, child));
  return [
    ...removals.map((child) => ({ before: child, after: null })),
    ...puts.map((child) => ({ before: before.get(toHex(child.id)) ?? null, after: child })),
  ];
}

/** One change made to whatever the folder is now (cases A1…C3). */
export function applyChildChange(folder: FolderManifest, { before, after }: ChildChange): FolderMerge {
  if (after === null) return before === null ? { folder, notes: [] } : removeChild(folder, before);
  const current = childById(folder, after.id);
  if (!current) {
    const put = putChild(folder, after);
    const kept: readonly MergeNote[] =
      before === null ? [] : [{ type: "RemovedChildKept", id: after.id, name: after.name }];
    return { folder: put.folder, notes: [...kept, ...put.notes] };
  }
  return putChild(folder, before === null ? after : mergeChildren(before, after, current));
}

/** Takes a child from one folder to another, unless somebody has taken or removed it meanwhile (D1, D2). */
export function moveChild(
  from: FolderManifest,
  to: FolderManifest,
  before: FolderChild,
  after: FolderChild,
): { readonly from: FolderManifest; readonly to: FolderManifest; readonly notes: readonly MergeNote[] } {
  const current = childById(from, before.id);
  if (!current) return { from, to, notes: [{ type: "MoveDropped", id: before.id, name: before.name }] };
  const moved = putChild(to, mergeChildren(before, after, current));
  return { from: withoutChild(from, before.id), to: moved.folder, notes: moved.notes };
}

export function equalChildren(a: FolderChild | null, b: FolderChild | null): boolean {
  if (a === null || b === null) return a === b;
  return equalBytes(a.id, b.id) && a.name === b.name && a.kind === b.kind && equalContents(a, b);
}

function removeChild(folder: FolderManifest, before: FolderChild): FolderMerge {
  const current = childById(folder, before.id);
  if (!current) return { folder, notes: [] };
  if (!equalChildren(current, before)) {
    return { folder, notes: [{ type: "RemovalDropped", id: before.id, name: current.name }] };
  }
  return { folder: withoutChild(folder, before.id), notes: [] };
}

/** Adds or replaces the child with this id under a name that no other child has. */
function putChild(folder: FolderManifest, child: FolderChild): FolderMerge {
  const others = folder.children.filter(({ id }) => !equalBytes(id, child.id));
  const names = new Set(others.map(({ name }) => name));
  const name = freeName(child.name, (candidate) => names.has(candidate));
  const children = [...others, { ...child, name }].sort((a, b) => (a.name < b.name ? -1 : 1));
  const notes: readonly MergeNote[] =
    name === child.name ? [] : [{ type: "RenamedOnClash", id: child.id, wanted: child.name, given: name }];
  return { folder: { ...folder, children }, notes };
}

/** Field by field: the side that changed it, the recorded one where both did (B1…B3). */
function mergeChildren(before: FolderChild, after: FolderChild, current: FolderChild): FolderChild {
  const content = equalContents(current, before) ? after : current;
  return {
    ...content,
    id: current.id,
    kind: current.kind,
    name: current.name === before.name ? after.name : current.name,
  };
}

function equalContents(a: FolderChild, b: FolderChild): boolean {
  return a.sizeBytes === b.sizeBytes && a.modifiedAt === b.modifiedAt && a.mimeHint === b.mimeHint;
}

function withoutChild(folder: FolderManifest, id: Bytes): FolderManifest {
  return { ...folder, children: folder.children.filter((child) => !equalBytes(child.id, id)) };
}

function equalParents(a: Bytes | null, b: Bytes | null): boolean {
  return a === null || b === null ? a === b : equalBytes(a, b);
}

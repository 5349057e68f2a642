import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import { FolderDraft } from "./folder-draft.ts";
import type { FolderChild, FolderManifest } from "./folder-manifest.ts";

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

export function mergeFolders(
  base: FolderManifest,
  mine: FolderManifest,
  recorded: FolderManifest,
): { readonly folder: FolderManifest; readonly notes: readonly MergeNote[] } {
  const draft = new FolderDraft(recorded);
  if (!equalParents(base.parent, mine.parent)) draft.parent = mine.parent;
  const notes = changesBetween(base, mine).flatMap((change) => applyChildChange(draft, change));
  return { folder: draft.toFolder(), notes };
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
export function applyChildChange(folder: FolderDraft, { before, after }: ChildChange): readonly MergeNote[] {
  if (after === null) return before === null ? [] : removeChild(folder, before);
  const current = folder.child(after.id);
  if (!current) {
    const kept: readonly MergeNote[] =
      before === null ? [] : [{ type: "RemovedChildKept", id: after.id, name: after.name }];
    return [...kept, ...putChild(folder, after)];
  }
  return putChild(folder, before === null ? after : mergeChildren(before, after, current));
}

/** Takes a child from one folder to another, unless somebody has taken or removed it meanwhile (D1, D2). */
export function moveChild(
  from: FolderDraft,
  to: FolderDraft,
  before: FolderChild,
  after: FolderChild,
): readonly MergeNote[] {
  const current = from.child(before.id);
  if (!current) return [{ type: "MoveDropped", id: before.id, name: before.name }];
  from.remove(before.id);
  return putChild(to, mergeChildren(before, after, current));
}

export function equalChildren(a: FolderChild | null, b: FolderChild | null): boolean {
  if (a === null || b === null) return a === b;
  return equalBytes(a.id, b.id) && a.name === b.name && a.kind === b.kind && equalContents(a, b);
}

function removeChild(folder: FolderDraft, before: FolderChild): readonly MergeNote[] {
  const current = folder.child(before.id);
  if (!current) return [];
  if (!equalChildren(current, before)) return [{ type: "RemovalDropped", id: before.id, name: current.name }];
  folder.remove(before.id);
  return [];
}

function putChild(folder: FolderDraft, child: FolderChild): readonly MergeNote[] {
  const given = folder.put(child);
  return given === child.name ? [] : [{ type: "RenamedOnClash", id: child.id, wanted: child.name, given }];
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

function equalParents(a: Bytes | null, b: Bytes | null): boolean {
  return a === null || b === null ? a === b : equalBytes(a, b);
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "#protocol/bytes/text.ts";
import {
  EMPTY_ROOT,
  type FolderChild,
  type FolderManifest,
  MAX_CHILDREN,
  ROOT_FOLDER_ID,
} from "#protocol/manifest/folder-manifest.ts";
import { encodeManifest, parseManifest } from "#protocol/manifest/manifest-cipher.ts";
import type { IntendedChange, Intent } from "../journal/intent.ts";
import { type Conflicts, composeEdits } from "./compose-edits.ts";
import { MAX_DEPTH } from "./folder-ways.ts";

type Tree = Map<string, FolderManifest>;

const idOf = (n: number) => (n === 0 ? ROOT_FOLDER_ID : new Uint8Array(16).fill(n));
const hex = (n: number) => toHex(idOf(n));

function child(id: number, name: string, change: Partial<FolderChild> = {}): FolderChild {
  return { id: idOf(id), name, kind: "folder", sizeBytes: 0, modifiedAt: 0, mimeHint: null, ...change };
}

/** Folder number → numbers of its children; a child is named by its number. */
function tree(edges: Readonly<{ [folder: number]: readonly number[] }>): Tree {
  const parents = new Map(
    Object.entries(edges).flatMap(([folder, children]) =>
      children.map((id) => [id, Number(folder)] as const),
    ),
  );
  return new Map(
    Object.entries(edges).map(([folder, children]) => {
      const parent = parents.get(Number(folder));
      return [
        hex(Number(folder)),
        {
          parent: parent === undefined ? null : idOf(parent),
          children: children.map((id) => child(id, `${id}`)),
        },
      ];
    }),
  );
}

function intent(...changes: IntendedChange[]): Intent {
  return { v: 2, order: 0, createdAt: 0, changes, contents: [], subjects: [] };
}

function move(id: number, from: number, to: number): IntendedChange {
  const entry = child(id, `${id}`);
  return { kind: "move", body: { from: idOf(from), to: idOf(to), before: entry, after: entry } };
}

function after(known: Tree, intents: readonly Intent[], conflicts?: Conflicts): Tree {
  return new Map([...known, ...composeEdits(known, intents, conflicts).folders]);
}

function reachable(known: Tree): string[] {
  const found: string[] = [];
  const open = [hex(0)];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const entry of known.get(id)?.children ?? []) {
      found.push(toHex(entry.id));
      open.push(toHex(entry.id));
    }
  }
  return found.sort();
}

describe("composing edits", () => {
  it("moves a folder, tells it so, and guards the whole way to the top", () => {
    const known = tree({ 0: [1, 2], 1: [3], 2: [4], 3: [], 4: [] });
    const composed = composeEdits(known, [intent(move(3, 1, 4))]);
    expect(composed.folders.get(hex(4))?.children.map(({ name }) => name)).toEqual(["3"]);
    expect(composed.folders.get(hex(1))?.children).toEqual([]);
    expect(composed.folders.get(hex(3))?.parent).toEqual(idOf(4));
    expect(composed.guards.map(toHex).sort()).toEqual([hex(0), hex(2)].sort());
  });

  it("D3 drops a move into a folder that has come below the moved one", () => {
    const known = tree({ 0: [1], 1: [2], 2: [] });
    const composed = composeEdits(known, [intent(move(1, 0, 2))]);
    expect(composed.folders.size).toBe(0);
    expect(composed.notes).toEqual([{ type: "MoveDropped", id: idOf(1), name: "1" }]);
  });

  it("stops what was to go into a removed folder, and puts it nowhere else", () => {
    const known = tree({ 0: [], 1: [] });
    known.set(hex(1), { parent: ROOT_FOLDER_ID, children: [] });
    const put: IntendedChange = {
      kind: "put",
      body: { folder: idOf(1), before: null, after: child(9, "9") },
    };
    const composed = composeEdits(known, [intent(put)]);
    expect(composed.folders.size).toBe(0);
    expect(composed.stopped).toMatchObject([
      { change: put, reason: { type: "FolderInTrash", folder: idOf(1) } },
    ]);
  });

  it("C2 keeps a folder in which somebody worked while it was removed here", () => {
    const known = tree({ 0: [1], 1: [2], 2: [] });
    const remove: IntendedChange = { kind: "remove", body: { folder: idOf(0), before: child(1, "1") } };
    expect(
      composeEdits(known, [intent(remove)])
        .guards.map(toHex)
        .sort(),
    ).toEqual([hex(1), hex(2)].sort());
    const conflicts = { contents: [], changedFolders: new Set([hex(2)]) };
    const composed = composeEdits(known, [intent(remove)], conflicts);
    expect(composed.folders.size).toBe(0);
    expect(composed.notes).toEqual([{ type: "RemovalDropped", id: idOf(1), name: "1" }]);
  });

  it("B3 keeps replaced content as a file of its own", () => {
    const file = child(5, "a.txt", { kind: "file", sizeBytes: 1 });
    const known: Tree = new Map([[hex(0), { ...EMPTY_ROOT, children: [file] }]]);
    const encoded = encodeManifest({
      kind: "file",
      body: { name: "a.txt", sizeBytes: 0, mimeHint: null, blocks: [] },
    });
    const edit: Intent = {
      ...intent({ kind: "put", body: { folder: idOf(0), before: file, after: { ...file, sizeBytes: 2 } } }),
      contents: [{ manifest: idOf(5), baseVersion: 1, baseRecord: new Uint8Array(32), encoded }],
    };
    const conflicts = { contents: [{ file: idOf(5), copy: idOf(6) }], changedFolders: new Set<string>() };
    const composed = composeEdits(known, [edit], conflicts);
    expect(composed.folders.get(hex(0))?.children.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ["a (2).txt", 2],
      ["a.txt", 1],
    ]);
    expect(composed.files).toMatchObject([{ id: idOf(6), baseVersion: 0 }]);
  });
});

describe("bounds of a folder and a record", () => {
  const idAt = (n: number) => {
    const id = new Uint8Array(16);
    new DataView(id.buffer).setUint32(0, n + 1);
    return id;
  };
  const fileAt = (n: number): FolderChild => ({ ...child(0, `${n}`, { kind: "file" }), id: idAt(n) });
  const putOf = (after: FolderChild, folder = ROOT_FOLDER_ID): IntendedChange => ({
    kind: "put",
    body: { folder, before: null, after },
  });

  it("stops the entry with which a folder would be more than full, and no other", () => {
    const full = Array.from({ length: MAX_CHILDREN }, (_, n) => putOf(fileAt(n)));
    const last = putOf(fileAt(MAX_CHILDREN));
    const composed = composeEdits(new Map(), [intent(...full), intent(last)]);
    expect(composed.folders.get(hex(0))?.children).toHaveLength(MAX_CHILDREN);
    expect(composed.stopped).toMatchObject([{ change: last, reason: { type: "FolderFull" } }]);
    const encoded = encodeManifest({ kind: "folder", body: composed.folders.get(hex(0)) ?? EMPTY_ROOT });
    expect(parseManifest(encoded).ok).toBe(true);
  });

  /** Folders below each other, the last of them at this depth. */
  const chain = (depth: number): Tree => {
    const known: Tree = new Map();
    for (let n = 0; n <= depth; n++) {
      const id = n === 0 ? ROOT_FOLDER_ID : idAt(n);
      const parent = n === 0 ? null : n === 1 ? ROOT_FOLDER_ID : idAt(n - 1);
      const next = { ...child(0, `${n + 1}`), id: idAt(n + 1) };
      known.set(toHex(id), { parent, children: n === depth ? [] : [next] });
    }
    return known;
  };

  it("guards the whole way to the deepest folder, and stops one below it", () => {
    const known = chain(MAX_DEPTH);
    const file = composeEdits(known, [intent(putOf(fileAt(9000), idAt(MAX_DEPTH)))]);
    expect(file.stopped).toEqual([]);
    expect(file.guards).toHaveLength(MAX_DEPTH);
    const folder = { ...child(0, "deeper"), id: idAt(9001) };
    const reasons = composeEdits(known, [intent(putOf(folder, idAt(MAX_DEPTH)))]).stopped;
    expect(reasons).toMatchObject([{ reason: { type: "TooDeep" } }]);
  });

  it("stops a move that would bring what is below the folder too deep", () => {
    const known = chain(MAX_DEPTH);
    const top = known.get(hex(0));
    const other = { ...child(0, "other"), id: idAt(8000) };
    known.set(hex(0), { parent: null, children: [...(top?.children ?? []), other] });
    known.set(toHex(other.id), { parent: ROOT_FOLDER_ID, children: [] });
    const [first] = top?.children ?? [];
    if (!first) throw new Error("the chain begins at the top");
    const into: IntendedChange = {
      kind: "move",
      body: { from: ROOT_FOLDER_ID, to: other.id, before: first, after: first },
    };
    expect(composeEdits(known, [intent(into)]).stopped).toMatchObject([{ reason: { type: "TooDeep" } }]);
  });

  it("says how many changes there are guards for, and drops none", () => {
    const known: Tree = new Map();
    const tops = Array.from({ length: 400 }, (_, n) => ({ ...child(0, `top ${n}`), id: idAt(n) }));
    known.set(hex(0), { parent: null, children: tops });
    for (const { id } of tops) known.set(toHex(id), { parent: ROOT_FOLDER_ID, children: [] });
    const removals = tops.map(
      (before): IntendedChange => ({ kind: "remove", body: { folder: ROOT_FOLDER_ID, before } }),
    );
    const composed = composeEdits(known, [intent(...removals)]);
    expect(composed.guards).toHaveLength(400);
    expect(composed.guardable).toBe(256);
  });
});

/** Two people's moves, additions and renames on one tree, in whichever order the log takes them. */
const arbitraryChange = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }))
    .map(([id, from, to]) => move(id, from, to)),
  fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 10, max: 20 }), fc.constantFrom("x", "y")).map(
    ([folder, id, name]): IntendedChange => ({
      kind: "put",
      body: { folder: idOf(folder), before: null, after: child(id, name, { kind: "file" }) },
    }),
  ),
);

describe("laws of composing", () => {
  const known = tree({ 0: [1, 2, 3], 1: [4], 2: [5], 3: [6], 4: [], 5: [], 6: [] });
  const edits = fc.array(arbitraryChange, { maxLength: 6 });

  it("keeps every folder reachable exactly once, whatever two people moved", () => {
    fc.assert(
      fc.property(edits, edits, (mine, theirs) => {
        const first = after(known, [intent(...theirs)]);
        const both = after(first, [intent(...mine)]);
        const folders = reachable(known);
        expect(reachable(both).filter((id) => folders.includes(id))).toEqual(folders);
      }),
    );
  });

  it("loses no addition", () => {
    fc.assert(
      fc.property(edits, (changes) => {
        const found = reachable(after(known, [intent(...changes)]));
        for (const change of changes) {
          if (change.kind === "put") expect(found).toContain(toHex(change.body.after.id));
        }
      }),
    );
  });

  it("is the same one by one and all at once", () => {
    fc.assert(
      fc.property(edits, (changes) => {
        const oneByOne = changes.reduce((folders, change) => after(folders, [intent(change)]), known);
        expect(oneByOne).toEqual(after(known, [intent(...changes)]));
        expect(
          after(
            known,
            changes.map((change) => intent(change)),
          ),
        ).toEqual(oneByOne);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../bytes/text.ts";
import { codec } from "../codec/schema.ts";
import { FolderDraft } from "./folder-draft.ts";
import {
  EMPTY_ROOT,
  type FolderChild,
  type FolderManifest,
  folderManifestSchema,
} from "./folder-manifest.ts";
import { applyChildChange, mergeFolders, moveChild } from "./merge-folders.ts";

const folderCodec = codec(folderManifestSchema, 1024 * 1024);

function child(id: number, name: string, change: Partial<FolderChild> = {}): FolderChild {
  return { id: idOf(id), name, kind: "file", sizeBytes: 1, modifiedAt: 1, mimeHint: null, ...change };
}

function idOf(id: number): Uint8Array {
  return new Uint8Array(16).fill(id);
}

function folder(...children: FolderChild[]): FolderManifest {
  return { ...EMPTY_ROOT, children: [...children].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function namesOf({ children }: FolderManifest): string[] {
  return children.map(({ name }) => name);
}

describe("merging folders", () => {
  const x = child(1, "x");

  it("A1 keeps both additions", () => {
    expect(namesOf(mergeFolders(folder(), folder(x), folder(child(2, "y"))).folder)).toEqual(["x", "y"]);
  });

  it("A2 renames my addition when the name is taken", () => {
    const { folder: merged, notes } = mergeFolders(
      folder(),
      folder(child(1, "a.pdf")),
      folder(child(2, "a.pdf")),
    );
    expect(namesOf(merged)).toEqual(["a (2).pdf", "a.pdf"]);
    expect(notes).toEqual([{ type: "RenamedOnClash", id: idOf(1), wanted: "a.pdf", given: "a (2).pdf" }]);
  });

  it("A3 takes an addition that came back only once", () => {
    expect(mergeFolders(folder(), folder(x), folder(x)).folder).toEqual(folder(x));
  });

  it("B1 leaves the recorded name when both renamed", () => {
    expect(namesOf(mergeFolders(folder(x), folder(child(1, "y")), folder(child(1, "z"))).folder)).toEqual([
      "z",
    ]);
  });

  it("B2 joins a rename with a change of content", () => {
    const merged = mergeFolders(
      folder(x),
      folder(child(1, "y")),
      folder(child(1, "x", { sizeBytes: 9 })),
    ).folder;
    expect(merged).toEqual(folder(child(1, "y", { sizeBytes: 9 })));
  });

  it("B3 leaves the recorded content when both changed it", () => {
    const mine = folder(child(1, "x", { sizeBytes: 5 }));
    const recorded = folder(child(1, "x", { sizeBytes: 9 }));
    expect(mergeFolders(folder(x), mine, recorded).folder).toEqual(recorded);
  });

  it("C1 removes once", () => {
    expect(mergeFolders(folder(x), folder(), folder()).folder).toEqual(folder());
  });

  it("C2 keeps a child that was changed while I removed it", () => {
    const recorded = folder(child(1, "x", { sizeBytes: 9 }));
    const merged = mergeFolders(folder(x), folder(), recorded);
    expect(merged.folder).toEqual(recorded);
    expect(merged.notes).toEqual([{ type: "RemovalDropped", id: idOf(1), name: "x" }]);
  });

  it("C3 keeps a child that I changed while it was removed", () => {
    const merged = mergeFolders(folder(x), folder(child(1, "y")), folder());
    expect(namesOf(merged.folder)).toEqual(["y"]);
    expect(merged.notes).toEqual([{ type: "RemovedChildKept", id: idOf(1), name: "y" }]);
  });

  it("D1, D2 drop a move of a child that is no longer there", () => {
    const [from, to] = [new FolderDraft(folder()), new FolderDraft(folder())];
    expect(moveChild(from, to, x, x)).toEqual([{ type: "MoveDropped", id: idOf(1), name: "x" }]);
    expect([from.isChanged, to.isChanged]).toEqual([false, false]);
  });

  it("moves a child with what others did to it", () => {
    const from = new FolderDraft(folder(child(1, "x", { sizeBytes: 9 })));
    const to = new FolderDraft(folder(child(2, "x")));
    moveChild(from, to, x, x);
    expect(from.toFolder()).toEqual(folder());
    expect(to.toFolder()).toEqual(folder(child(1, "x (2)", { sizeBytes: 9 }), child(2, "x")));
  });

  it("takes over a new parent", () => {
    const merged = mergeFolders(folder(), { ...folder(), parent: idOf(7) }, folder(x));
    expect(merged.folder).toEqual({ ...folder(x), parent: idOf(7) });
  });
});

const arbitraryFolder = fc
  .uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 6 }),
      name: fc.constantFrom("a", "b", "c", "a (2)", "d.txt"),
      sizeBytes: fc.integer({ min: 0, max: 2 }),
    }),
    { selector: ({ id }) => id, maxLength: 6 },
  )
  .map((children) => {
    const made = new FolderDraft(folder());
    for (const { id, name, sizeBytes } of children) {
      applyChildChange(made, { before: null, after: child(id, name, { sizeBytes }) });
    }
    return made.toFolder();
  });

describe("laws of merging", () => {
  const three = fc.tuple(arbitraryFolder, arbitraryFolder, arbitraryFolder);

  it("gives my folder when nobody else changed it, and theirs when I did not", () => {
    fc.assert(
      fc.property(arbitraryFolder, arbitraryFolder, (base, changed) => {
        const mine = mergeFolders(base, changed, base).folder;
        expect(idsOf(mine)).toEqual(idsOf(changed));
        expect(mergeFolders(base, base, changed).folder).toEqual(changed);
      }),
    );
  });

  it("loses nothing that was not removed by somebody", () => {
    fc.assert(
      fc.property(three, ([base, mine, recorded]) => {
        const merged = idsOf(mergeFolders(base, mine, recorded).folder);
        for (const id of new Set([...idsOf(mine), ...idsOf(recorded)])) {
          const wasThere = idsOf(base).includes(id);
          const isInBoth = idsOf(mine).includes(id) && idsOf(recorded).includes(id);
          if (isInBoth || !wasThere) expect(merged).toContain(id);
        }
      }),
    );
  });

  it("holds the same children whoever comes first", () => {
    fc.assert(
      fc.property(three, ([base, a, b]) => {
        expect(idsOf(mergeFolders(base, a, b).folder)).toEqual(idsOf(mergeFolders(base, b, a).folder));
      }),
    );
  });

  it("gives a folder that its own parser accepts", () => {
    fc.assert(
      fc.property(three, ([base, mine, recorded]) => {
        const { folder: merged } = mergeFolders(base, mine, recorded);
        expect(folderCodec.decode(folderCodec.encode(merged))).toEqual({ ok: true, value: merged });
      }),
    );
  });
});

function idsOf({ children }: FolderManifest): string[] {
  return children.map(({ id }) => toHex(id)).sort();
}

import { expect, it } from "vitest";
import { toHex } from "../bytes/text.ts";
import { findDetachedFolders } from "./detached-folders.ts";
import { EMPTY_ROOT, type FolderManifest, ROOT_FOLDER_ID } from "./folder-manifest.ts";

function idOf(id: number): Uint8Array {
  return id === 0 ? ROOT_FOLDER_ID : new Uint8Array(16).fill(id);
}

function tree(edges: Readonly<{ [parent: number]: readonly number[] }>): Map<string, FolderManifest> {
  return new Map(
    Object.entries(edges).map(([parent, children]) => [
      toHex(idOf(Number(parent))),
      {
        ...EMPTY_ROOT,
        children: children.map((id) => ({
          id: idOf(id),
          name: `folder ${id}`,
          kind: "folder" as const,
          sizeBytes: 0,
          modifiedAt: 0,
          mimeHint: null,
        })),
      },
    ]),
  );
}

it("finds a ring once, and nothing in a tree", () => {
  expect(findDetachedFolders(tree({ 0: [1, 2], 1: [3], 2: [] }))).toEqual([]);
  const detached = findDetachedFolders(tree({ 0: [1], 1: [], 2: [3, 4], 3: [2], 4: [] }));
  expect(detached.map(({ name }) => name)).toEqual(["folder 2"]);
});

it("leaves removed folders alone", () => {
  expect(findDetachedFolders(tree({ 0: [], 5: [6], 6: [] }))).toEqual([]);
});

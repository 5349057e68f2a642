import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../bytes/bytes.ts";
import { testSuite as suite } from "../comet/testing/test-suite.ts";
import { MerkleTree } from "../merkle/merkle-tree.ts";
import { leafHash } from "../merkle/tree-hash.ts";
import { rangePath, rootFromRange } from "./range-proof.ts";

const sha256 = (message: Bytes) => suite.sha256(message);
const leaves = Array.from({ length: 70 }, (_, index) => leafHash(sha256, Uint8Array.of(index)));
const tree = new MerkleTree(sha256);
for (const leaf of leaves) tree.append(leaf);

const range = fc.tuple(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat()).map(([treeSize, a, b]) => {
  const [firstIndex = 0, lastIndex = 0] = [a % treeSize, b % treeSize].sort((x, y) => x - y);
  return { treeSize, firstIndex, lastIndex };
});

function prove({
  treeSize,
  firstIndex,
  lastIndex,
}: {
  treeSize: number;
  firstIndex: number;
  lastIndex: number;
}) {
  return {
    firstIndex,
    treeSize,
    leafHashes: leaves.slice(firstIndex, lastIndex + 1),
    path: rangePath(firstIndex, lastIndex, treeSize, (index) => tree.inclusionPath(index, treeSize)),
  };
}

describe("a range proof", () => {
  it("leads to the tree's root, for every range of every tree", () => {
    fc.assert(
      fc.property(range, (chosen) => {
        expect(rootFromRange(suite, prove(chosen))).toEqual({ ok: true, value: tree.root(chosen.treeSize) });
      }),
    );
  });

  it("is an inclusion path when the range is one leaf", () => {
    const { path } = prove({ treeSize: 64, firstIndex: 0, lastIndex: 0 });
    expect(path).toEqual(tree.inclusionPath(0, 64));
  });

  it("leads elsewhere, or nowhere, when anything in it is changed", () => {
    const change = fc.record({ at: fc.nat(), to: fc.uint8Array({ minLength: 32, maxLength: 32 }) });
    fc.assert(
      fc.property(
        range,
        change,
        fc.constantFrom("leaf", "path", "add", "drop", "shift"),
        (chosen, { at, to }, what) => {
          const honest = prove(chosen);
          const replace = (hashes: readonly Bytes[]) =>
            hashes.map((hash, index) => (index === at % hashes.length ? to : hash));
          const changed = {
            leaf: { ...honest, leafHashes: replace(honest.leafHashes) },
            path: honest.path.length > 0 ? { ...honest, path: replace(honest.path) } : undefined,
            add: { ...honest, path: [...honest.path, to] },
            drop: honest.path.length > 0 ? { ...honest, path: honest.path.slice(1) } : undefined,
            shift: { ...honest, firstIndex: honest.firstIndex + 1 },
          }[what];
          if (!changed) return;
          const root = rootFromRange(suite, changed);
          expect(root.ok && root.value.join() === tree.root(chosen.treeSize).join()).toBe(false);
        },
      ),
    );
  });

  it("is refused for no leaves, leaves past the end and absurd indices", () => {
    const honest = prove({ treeSize: 8, firstIndex: 6, lastIndex: 7 });
    for (const wrong of [
      { ...honest, leafHashes: [] },
      { ...honest, treeSize: 7 },
      { ...honest, firstIndex: -1 },
      { ...honest, firstIndex: Number.MAX_SAFE_INTEGER },
    ]) {
      expect(rootFromRange(suite, wrong)).toMatchObject({ ok: false, error: { type: "RangeOutsideTree" } });
    }
  });
});

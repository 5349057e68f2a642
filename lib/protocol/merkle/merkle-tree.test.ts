import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { encodeUtf8 } from "../bytes/text.ts";
import { unwrap } from "../result.ts";
import { verifyConsistency, verifyInclusion } from "./merkle-proof.ts";
import { MerkleTree } from "./merkle-tree.ts";
import { naiveConsistencyPath, naiveInclusionPath, naiveRoot } from "./testing/naive-tree.ts";
import { leafHash, rootOfFrontier } from "./tree-hash.ts";

const MAX_LEAVES = 40;
const LEAVES = Array.from({ length: 200 }, (_, index) => leafHash(sha256, encodeUtf8(`leaf ${index}`)));

describe("MerkleTree", () => {
  const tree = treeOf(LEAVES.slice(0, MAX_LEAVES));

  it("has the roots, frontiers and leaf hashes of RFC 9162 at every size", () => {
    for (let size = 0; size <= MAX_LEAVES; size++) {
      const root = naiveRoot(sha256, LEAVES.slice(0, size));
      expect(tree.root(size)).toEqual(root);
      expect(rootOfFrontier(sha256, tree.frontier(size).peaks)).toEqual(root);
    }
    expect(LEAVES.slice(0, MAX_LEAVES).map((_, index) => tree.leafHash(index))).toEqual(
      LEAVES.slice(0, MAX_LEAVES),
    );
  });

  it("gives the inclusion path of RFC 9162 for every leaf and size", () => {
    for (let size = 1; size <= MAX_LEAVES; size++) {
      for (let index = 0; index < size; index++) {
        const path = naiveInclusionPath(sha256, index, LEAVES.slice(0, size));
        expect(tree.inclusionPath(index, size)).toEqual(path);
      }
    }
  });

  it("gives the consistency path of RFC 9162 for every pair of sizes", () => {
    for (let size2 = 1; size2 <= MAX_LEAVES; size2++) {
      for (let size1 = 1; size1 <= size2; size1++) {
        const path = naiveConsistencyPath(sha256, size1, LEAVES.slice(0, size2));
        expect(tree.consistencyPath(size1, size2)).toEqual(path);
      }
    }
  });

  it("is after truncate and new appends the tree that never had the truncated leaves", () => {
    fc.assert(
      fc.property(fc.nat(64), fc.nat(64), fc.nat(64), (kept, dropped, added) => {
        const rolledBack = treeOf(LEAVES.slice(0, kept + dropped));
        rolledBack.truncate(kept);
        const leaves = [...LEAVES.slice(0, kept), ...LEAVES.slice(100, 100 + added)];
        appendAll(rolledBack, leaves.slice(kept));
        const size = leaves.length;
        expect(rolledBack.size).toBe(size);
        expect(rolledBack.root()).toEqual(naiveRoot(sha256, leaves));
        for (let index = 0; index < size; index += 5) expectInclusion(rolledBack, leaves, index, size);
      }),
    );
  });

  it("hands out copies that later appends and truncations leave alone", () => {
    const grown = treeOf(LEAVES.slice(0, 1));
    const before = grown.root();
    const peaks = grown.frontier().peaks;
    grown.truncate(0);
    appendAll(grown, LEAVES.slice(1, 3));
    expect(before).toEqual(LEAVES[0]);
    expect(peaks).toEqual([LEAVES[0]]);
  });

  it("throws on sizes, indices and hashes it cannot answer for", () => {
    const asked = [
      () => tree.root(MAX_LEAVES + 1),
      () => tree.root(-1),
      () => tree.root(1.5),
      () => tree.leafHash(MAX_LEAVES),
      () => tree.inclusionPath(5, 5),
      () => tree.consistencyPath(0, 5),
      () => tree.consistencyPath(6, 5),
      () => {
        tree.truncate(MAX_LEAVES + 1);
      },
      () => {
        tree.append(new Uint8Array(31));
      },
    ];
    for (const ask of asked) expect(ask).toThrow(RangeError);
  });
});

describe("MerkleTree begun at a frontier", () => {
  it("answers like the whole tree from its first size on", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(14), (firstSize, added) => {
        const leaves = LEAVES.slice(0, firstSize + added);
        const whole = treeOf(leaves);
        const begin = whole.frontier(firstSize);
        const mirror = unwrap(MerkleTree.fromFrontier(sha256, begin, whole.root(firstSize)));
        appendAll(mirror, leaves.slice(firstSize));
        expect(mirror.size).toBe(leaves.length);
        for (let size = firstSize; size <= leaves.length; size++) {
          expect(mirror.root(size)).toEqual(whole.root(size));
          expect(mirror.frontier(size)).toEqual(whole.frontier(size));
          if (firstSize > 0) {
            expect(mirror.consistencyPath(firstSize, size)).toEqual(whole.consistencyPath(firstSize, size));
          }
          for (let index = firstSize; index < size; index += 3) {
            expect(mirror.inclusionPath(index, size)).toEqual(whole.inclusionPath(index, size));
          }
        }
        for (let size1 = Math.max(1, firstSize); size1 <= leaves.length; size1++) {
          expect(mirror.consistencyPath(size1, leaves.length)).toEqual(
            whole.consistencyPath(size1, leaves.length),
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  it("can be truncated to its first size, not below", () => {
    const whole = treeOf(LEAVES.slice(0, 23));
    const mirror = new MerkleTree(sha256, whole.frontier(13));
    appendAll(mirror, LEAVES.slice(13, 23));
    mirror.truncate(13);
    expect(mirror.root()).toEqual(whole.root(13));
    appendAll(mirror, LEAVES.slice(13, 23));
    expect(mirror.root()).toEqual(whole.root());
    expect(() => {
      mirror.truncate(12);
    }).toThrow(RangeError);
    expect(() => mirror.root(12)).toThrow(RangeError);
    expect(() => mirror.inclusionPath(12, 20)).toThrow(RangeError);
  });

  it("works past 2^32 leaves", () => {
    const size = 2 ** 45 + 2 ** 33 + 1;
    const peaks = LEAVES.slice(0, 3);
    const root = rootOfFrontier(sha256, peaks);
    const mirror = unwrap(MerkleTree.fromFrontier(sha256, { size, peaks }, root));
    appendAll(mirror, LEAVES.slice(3, 10));
    for (let index = size; index < size + 7; index++) {
      const proof = {
        leafIndex: BigInt(index),
        treeSize: BigInt(size + 7),
        leafHash: mirror.leafHash(index),
        path: mirror.inclusionPath(index, size + 7),
        root: mirror.root(),
      };
      expect(verifyInclusion(sha256, proof)).toEqual({ ok: true, value: null });
    }
    const consistency = {
      size1: BigInt(size),
      size2: BigInt(size + 7),
      root1: root,
      root2: mirror.root(),
      path: mirror.consistencyPath(size, size + 7),
    };
    expect(verifyConsistency(sha256, consistency)).toEqual({ ok: true, value: null });
  });

  it("refuses peaks of another tree, of the wrong number or of the wrong length", () => {
    const whole = treeOf(LEAVES.slice(0, 23));
    const root = whole.root();
    const { size, peaks } = whole.frontier();
    const refusals: [number, readonly Bytes[], string][] = [
      [size, whole.frontier(22).peaks, "FrontierMalformed"],
      [size, peaks.map((peak) => peak.slice(1)), "FrontierMalformed"],
      [-1, [], "FrontierMalformed"],
      [Number.NaN, [], "FrontierMalformed"],
      [size, peaks.toReversed(), "FrontierRootMismatch"],
      [27, peaks, "FrontierAccepted"],
    ];
    for (const [claimedSize, claimedPeaks, outcome] of refusals) {
      const result = MerkleTree.fromFrontier(sha256, { size: claimedSize, peaks: claimedPeaks }, root);
      // Only the caller knows the size of a root: the same four peaks fit every size with four 1 bits.
      expect(result.ok ? "FrontierAccepted" : result.error.type).toBe(outcome);
    }
  });
});

function treeOf(leaves: readonly Bytes[]): MerkleTree {
  const tree = new MerkleTree(sha256);
  appendAll(tree, leaves);
  return tree;
}

function appendAll(tree: MerkleTree, leaves: readonly Bytes[]): void {
  for (const leaf of leaves) tree.append(leaf);
}

function expectInclusion(tree: MerkleTree, leaves: readonly Bytes[], index: number, size: number): void {
  const path = naiveInclusionPath(sha256, index, leaves.slice(0, size));
  expect(
    tree.inclusionPath(index, size).every((hash, at) => equalBytes(hash, path[at] ?? new Uint8Array())),
  ).toBe(true);
}

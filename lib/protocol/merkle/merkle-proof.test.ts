import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bytes, encodeUint32, equalBytes } from "../bytes/bytes.ts";
import {
  type ConsistencyProof,
  type InclusionProof,
  type MerkleProofError,
  verifyConsistency,
  verifyInclusion,
} from "./merkle-proof.ts";
import { MerkleTree } from "./merkle-tree.ts";
import { leafHash, nodeHash } from "./tree-hash.ts";

const LEAVES = 300;
const tree = new MerkleTree(sha256);
for (let index = 0; index < LEAVES; index++) tree.append(leafHash(sha256, encodeUint32(index)));

const ACCEPTED = { ok: true, value: null };
const refused = (type: MerkleProofError["type"]) => ({ ok: false, error: { type } });

const inclusion = fc.integer({ min: 1, max: LEAVES }).chain((size) =>
  fc.nat(size - 1).map(
    (index): InclusionProof => ({
      leafIndex: BigInt(index),
      treeSize: BigInt(size),
      leafHash: tree.leafHash(index),
      path: tree.inclusionPath(index, size),
      root: tree.root(size),
    }),
  ),
);

const consistency = fc.integer({ min: 1, max: LEAVES }).chain((size2) =>
  fc.integer({ min: 1, max: size2 }).map(
    (size1): ConsistencyProof => ({
      size1: BigInt(size1),
      size2: BigInt(size2),
      root1: tree.root(size1),
      root2: tree.root(size2),
      path: tree.consistencyPath(size1, size2),
    }),
  ),
);

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anyBytes = fc.uint8Array({ maxLength: 40 });
const anySize = fc.oneof(fc.bigInt({ min: -2n, max: 70n }), fc.bigInt({ min: 2n ** 53n, max: 2n ** 66n }));

describe("verifyInclusion", () => {
  it("accepts every proof of an honest tree", () => {
    fc.assert(fc.property(inclusion, (proof) => verifyInclusion(sha256, proof).ok));
  });

  it("refuses every proof with one change", () => {
    fc.assert(
      fc.property(inclusion, mutation, (proof, mutate) => {
        const mutants: InclusionProof[] = [
          { ...proof, root: mutate.flip(proof.root) },
          { ...proof, leafHash: mutate.flip(proof.leafHash) },
          { ...proof, root: proof.root.slice(1) },
          { ...proof, leafIndex: proof.leafIndex + mutate.offset },
          { ...proof, leafIndex: proof.treeSize },
          { ...proof, leafIndex: proof.leafIndex + 2n ** 32n },
          { ...proof, leafIndex: proof.leafIndex + 2n ** 32n, treeSize: proof.treeSize + 2n ** 32n },
          { ...proof, leafIndex: -1n },
          { ...proof, treeSize: 2n ** 64n },
          ...mutate.paths(proof.path).map((path) => ({ ...proof, path })),
        ];
        for (const mutant of mutants) expect(verifyInclusion(sha256, mutant).ok).toBe(false);
      }),
    );
  });

  it("refuses an inner node offered as a leaf of a smaller tree by the path length its size calls for", () => {
    const inner = nodeHash(sha256, tree.leafHash(0), tree.leafHash(1));
    const proof = { leafIndex: 0n, treeSize: 4n, leafHash: inner, path: tree.inclusionPath(0, 4).slice(1) };
    expect(verifyInclusion(sha256, { ...proof, root: tree.root(4) })).toEqual(
      refused("MerklePathLengthWrong"),
    );
  });

  it("refuses a path that goes on above the root, even to a root that fits", () => {
    const proof = { leafIndex: 0n, treeSize: 1n, leafHash: tree.leafHash(1), path: [tree.leafHash(0)] };
    expect(verifyInclusion(sha256, { ...proof, root: tree.root(2) })).toEqual(
      refused("MerklePathLengthWrong"),
    );
  });

  it("refuses a tree of 2^64 leaves, even with a path that fits", () => {
    const path = Array.from({ length: 64 }, (_, index) => tree.leafHash(index + 1));
    const root = path.reduce((left, right) => nodeHash(sha256, left, right), tree.leafHash(0));
    const proof = { leafIndex: 0n, leafHash: tree.leafHash(0), path, root };
    expect(verifyInclusion(sha256, { ...proof, treeSize: 2n ** 64n })).toEqual(
      refused("MerkleSizesOutOfRange"),
    );
    expect(verifyInclusion(sha256, { ...proof, treeSize: 2n ** 64n - 1n })).toEqual(ACCEPTED);
  });

  it("works at the last index of a tree of 2^64 - 1 leaves", () => {
    const treeSize = 2n ** 64n - 1n;
    // Below 2^64 - 1 hang complete subtrees of 2^63, 2^62, … 1 leaves: the last leaf is the last of them.
    const peaks = Array.from({ length: 63 }, (_, index) => tree.leafHash(index));
    const last = tree.leafHash(63);
    const root = peaks.reduceRight((right, peak) => nodeHash(sha256, peak, right), last);
    const proof = { leafIndex: treeSize - 1n, treeSize, leafHash: last, path: peaks.toReversed(), root };
    expect(verifyInclusion(sha256, proof)).toEqual(ACCEPTED);
    expect(verifyInclusion(sha256, { ...proof, treeSize: treeSize - 1n }).ok).toBe(false);
  });

  it("never throws on garbage", () => {
    fc.assert(
      fc.property(anySize, anySize, anyBytes, fc.array(anyBytes, { maxLength: 70 }), hash, (...garbage) => {
        const [leafIndex, treeSize, leaf, path, root] = garbage;
        expect(verifyInclusion(sha256, { leafIndex, treeSize, leafHash: leaf, path, root }).ok).toBe(false);
      }),
    );
  });
});

describe("verifyConsistency", () => {
  it("accepts every proof of an honest tree", () => {
    fc.assert(fc.property(consistency, (proof) => verifyConsistency(sha256, proof).ok));
  });

  it("refuses every proof with one change", () => {
    fc.assert(
      fc.property(consistency, mutation, (proof, mutate) => {
        const { root1, root2, size1, size2 } = proof;
        const mutants: ConsistencyProof[] = [
          { ...proof, root1: mutate.flip(root1) },
          { ...proof, root2: mutate.flip(root2) },
          { ...proof, root1: root1.slice(1), root2: root2.slice(1) },
          { ...proof, size1: 0n },
          { ...proof, size1: size2 + 1n },
          { ...proof, size2: 2n ** 64n },
          ...mutate.paths(proof.path).map((path) => ({ ...proof, path })),
          ...(size1 < size2 ? [{ ...proof, root1: root2, root2: root1 }] : []),
        ];
        for (const mutant of mutants) expect(verifyConsistency(sha256, mutant).ok).toBe(false);
      }),
    );
  });

  it("refuses a path that goes on above the root, even to roots that fit", () => {
    const first = tree.leafHash(0);
    const three = {
      size1: 3n,
      size2: 4n,
      root1: tree.root(3),
      root2: tree.root(4),
      path: tree.consistencyPath(3, 4),
    };
    const extended = {
      ...three,
      root1: nodeHash(sha256, first, three.root1),
      root2: nodeHash(sha256, first, three.root2),
      path: [...three.path, first],
    };
    expect(verifyConsistency(sha256, three)).toEqual(ACCEPTED);
    expect(verifyConsistency(sha256, extended)).toEqual(refused("MerklePathLengthWrong"));
  });

  it("refuses a tree of 2^64 leaves, even with a path that fits", () => {
    const path = Array.from({ length: 64 }, (_, index) => tree.leafHash(index + 1));
    const root1 = tree.leafHash(0);
    const root2 = path.reduce((left, right) => nodeHash(sha256, left, right), root1);
    const proof = { size1: 1n, root1, root2, path };
    expect(verifyConsistency(sha256, { ...proof, size2: 2n ** 64n })).toEqual(
      refused("MerkleSizesOutOfRange"),
    );
    expect(verifyConsistency(sha256, { ...proof, size2: 2n ** 64n - 1n })).toEqual(ACCEPTED);
  });

  it("never accepts a first tree that is not a prefix of the second", () => {
    const forked = new MerkleTree(sha256);
    for (let index = 0; index < 60; index++) forked.append(tree.leafHash(index));
    forked.truncate(40);
    for (let index = 40; index < 60; index++) forked.append(leafHash(sha256, encodeUint32(1000 + index)));
    for (let size1 = 41; size1 < 60; size1++) {
      for (const path of [tree.consistencyPath(size1, 60), forked.consistencyPath(size1, 60)]) {
        const proof = {
          size1: BigInt(size1),
          size2: 60n,
          root1: tree.root(size1),
          root2: forked.root(),
          path,
        };
        expect(verifyConsistency(sha256, proof).ok).toBe(false);
      }
    }
  });

  it("never throws on garbage", () => {
    fc.assert(
      fc.property(
        anySize,
        anySize,
        anyBytes,
        anyBytes,
        fc.array(anyBytes, { maxLength: 70 }),
        (...garbage) => {
          const [size1, size2, root1, root2, path] = garbage;
          fc.pre(!equalBytes(root1, root2));
          expect(verifyConsistency(sha256, { size1, size2, root1, root2, path }).ok).toBe(false);
        },
      ),
    );
  });
});

/** Small changes to parts of a proof, each of which makes it another proof. */
const mutation = fc
  .record({ bit: fc.nat(255), at: fc.nat(), extra: hash, offset: fc.constantFrom(1n, -1n) })
  .map(({ bit, at, extra, offset }) => {
    const flip = (bytes: Bytes): Bytes =>
      bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    return {
      offset,
      flip,
      paths: (path: readonly Bytes[]): Bytes[][] => {
        const position = path.length === 0 ? 0 : at % path.length;
        const entry = path[position];
        const inserted = path.toSpliced(position, 0, extra);
        if (entry === undefined) return [inserted];
        const changed = [flip(entry), entry.slice(1), new Uint8Array([...entry, 0])];
        return [inserted, path.toSpliced(position, 1), ...changed.map((hash) => path.with(position, hash))];
      },
    };
  });

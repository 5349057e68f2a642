import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { err, ok, type Result } from "../result.ts";
import { HASH_BYTES, nodeHash, type Sha256 } from "./tree-hash.ts";

export type MerkleProofError =
  /** An index not below its size, a first size of zero or above the second, or a size past 2^64 - 1. */
  | { readonly type: "MerkleSizesOutOfRange" }
  /** A root, leaf hash or path entry that is not exactly 32 bytes. */
  | { readonly type: "MerkleHashNot32Bytes" }
  /** More or fewer path entries than these sizes call for. */
  | { readonly type: "MerklePathLengthWrong" }
  /** The path leads to another root than the one claimed; `root` is the field that differs. */
  | { readonly type: "MerkleRootMismatch"; readonly root: "root" | "root1" | "root2" };

export interface InclusionPath {
  /** Zero-based, below `treeSize`. */
  readonly leafIndex: bigint;
  /** 1 … 2^64 - 1 leaves. */
  readonly treeSize: bigint;
  /** 32 bytes. */
  readonly leafHash: Bytes;
  /** Sibling hashes of 32 bytes, leaf side first. */
  readonly path: readonly Bytes[];
}

export interface InclusionProof extends InclusionPath {
  /** 32 bytes. */
  readonly root: Bytes;
}

export interface ConsistencyProof {
  /** At least 1: that a tree extends the empty tree says nothing, so it is never proved. */
  readonly size1: bigint;
  /** `size1` … 2^64 - 1 leaves. */
  readonly size2: bigint;
  readonly root1: Bytes;
  readonly root2: Bytes;
  /** Node hashes of 32 bytes in the order of RFC 9162 §2.1.4.1; empty when the sizes are equal. */
  readonly path: readonly Bytes[];
}

const MAX_TREE_SIZE = 2n ** 64n - 1n;

const SIZES_OUT_OF_RANGE = err({ type: "MerkleSizesOutOfRange" } as const);
const HASH_NOT_32_BYTES = err({ type: "MerkleHashNot32Bytes" } as const);
const PATH_LENGTH_WRONG = err({ type: "MerklePathLengthWrong" } as const);

/** The root a tree must have for this path to be an inclusion proof (RFC 9162 §2.1.3.2). */
export function rootFromInclusion(sha256: Sha256, proof: InclusionPath): Result<Bytes, MerkleProofError> {
  const { leafIndex, treeSize, path } = proof;
  if (leafIndex < 0n || leafIndex >= treeSize || treeSize > MAX_TREE_SIZE) return SIZES_OUT_OF_RANGE;
  if (!isHash(proof.leafHash) || !path.every(isHash)) return HASH_NOT_32_BYTES;

  const climb = new Climb(leafIndex, treeSize - 1n);
  let hash = proof.leafHash;
  for (const sibling of path) {
    if (climb.atRoot) return PATH_LENGTH_WRONG;
    hash = climb.step() === "left" ? nodeHash(sha256, sibling, hash) : nodeHash(sha256, hash, sibling);
  }
  return climb.atRoot ? ok(hash) : PATH_LENGTH_WRONG;
}

/** That the leaf stands at `leafIndex` in the tree with this size and root (RFC 9162 §2.1.3.2). */
export function verifyInclusion(sha256: Sha256, proof: InclusionProof): Result<null, MerkleProofError> {
  if (!isHash(proof.root)) return HASH_NOT_32_BYTES;
  const root = rootFromInclusion(sha256, proof);
  if (!root.ok) return root;
  return equalBytes(root.value, proof.root) ? ok(null) : rootMismatch("root");
}

/** That the first `size1` leaves of the second tree are the first tree (RFC 9162 §2.1.4.2). */
export function verifyConsistency(sha256: Sha256, proof: ConsistencyProof): Result<null, MerkleProofError> {
  const { size1, size2, root1, root2, path } = proof;
  if (size1 < 1n || size1 > size2 || size2 > MAX_TREE_SIZE) return SIZES_OUT_OF_RANGE;
  if (!isHash(root1) || !isHash(root2) || !path.every(isHash)) return HASH_NOT_32_BYTES;
  if (size1 === size2) {
    if (path.length > 0) return PATH_LENGTH_WRONG;
    return equalBytes(root1, root2) ? ok(null) : rootMismatch("root2");
  }

  // A first tree that is complete is itself the node the path starts from, so the path leaves it out.
  const [start, ...rest] = isPowerOfTwo(size1) ? [root1, ...path] : path;
  if (start === undefined) return PATH_LENGTH_WRONG;

  const climb = new Climb(size1 - 1n, size2 - 1n);
  climb.skipRightTurns();
  let hash1 = start;
  let hash2 = start;
  for (const sibling of rest) {
    if (climb.atRoot) return PATH_LENGTH_WRONG;
    if (climb.step() === "left") {
      hash1 = nodeHash(sha256, sibling, hash1);
      hash2 = nodeHash(sha256, sibling, hash2);
    } else {
      hash2 = nodeHash(sha256, hash2, sibling);
    }
  }
  if (!climb.atRoot) return PATH_LENGTH_WRONG;
  if (!equalBytes(hash1, root1)) return rootMismatch("root1");
  return equalBytes(hash2, root2) ? ok(null) : rootMismatch("root2");
}

/** The way from a node up to the root: `fn` and `sn` of RFC 9162. Bigint, since 64-bit sizes outgrow shifts. */
class Climb {
  #position: bigint;
  #lastPosition: bigint;

  constructor(position: bigint, lastPosition: bigint) {
    this.#position = position;
    this.#lastPosition = lastPosition;
  }

  get atRoot(): boolean {
    return this.#lastPosition === 0n;
  }

  /** Goes up to the next node that has a sibling's hash to add; says on which side that sibling stands. */
  step(): "left" | "right" {
    const isRightChild = (this.#position & 1n) === 1n;
    const side = isRightChild || this.#position === this.#lastPosition ? "left" : "right";
    if (side === "left" && !isRightChild) {
      // The last node of a level without a sibling there is carried up unchanged.
      while ((this.#position & 1n) === 0n && this.#position !== 0n) this.#up();
    }
    this.#up();
    return side;
  }

  /** From a leaf up to the largest complete subtree that ends with it. */
  skipRightTurns(): void {
    while ((this.#position & 1n) === 1n) this.#up();
  }

  #up(): void {
    this.#position >>= 1n;
    this.#lastPosition >>= 1n;
  }
}

function isHash(bytes: Bytes): boolean {
  return bytes.length === HASH_BYTES;
}

function isPowerOfTwo(value: bigint): boolean {
  return (value & (value - 1n)) === 0n;
}

function rootMismatch(root: "root" | "root1" | "root2"): Result<never, MerkleProofError> {
  return err({ type: "MerkleRootMismatch", root });
}

import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { err, ok, type Result } from "../result.ts";
import { HashColumn } from "./hash-column.ts";
import { emptyRoot, HASH_BYTES, nodeHash, rootOfFrontier, type Sha256 } from "./tree-hash.ts";

export interface Frontier {
  /** Leaves the peaks stand for. */
  readonly size: number;
  /** Roots of the complete subtrees, left to right: one per 1 bit of `size`. */
  readonly peaks: readonly Bytes[];
}

export type FrontierError =
  /** Not a safe integer, or the number or length of the peaks does not fit the size. */
  | { readonly type: "FrontierMalformed" }
  /** The peaks are not those of the tree with this root. */
  | { readonly type: "FrontierRootMismatch" };

/**
 * An append-only Merkle tree of leaf hashes (RFC 9162 §2.1) that keeps every complete node it has seen, from
 * `firstSize` leaves on: 0 for a whole log, more for a mirror begun at a checkpoint. It answers for every size
 * from `firstSize` to `size` and for every leaf from `firstSize` on. Arguments outside that are the caller's
 * bug and throw `RangeError`.
 */
export class MerkleTree {
  readonly firstSize: number;
  readonly #sha256: Sha256;
  /** `#levels[h]` holds the roots of the complete subtrees of 2^h leaves; position p covers leaves from p · 2^h. */
  readonly #levels: HashColumn[] = [];

  constructor(sha256: Sha256, begin: Frontier = { size: 0, peaks: [] }) {
    this.#sha256 = sha256;
    this.firstSize = begin.size;
    this.#levels = levelsOf(begin);
  }

  /** A tree begun at a frontier somebody else gave, checked against a root the caller trusts for that size. */
  static fromFrontier(sha256: Sha256, begin: Frontier, root: Bytes): Result<MerkleTree, FrontierError> {
    if (!isWellFormed(begin)) return err({ type: "FrontierMalformed" });
    if (!equalBytes(rootOfFrontier(sha256, begin.peaks), root)) return err({ type: "FrontierRootMismatch" });
    return ok(new MerkleTree(sha256, begin));
  }

  get size(): number {
    return this.#levels[0]?.end ?? 0;
  }

  /** Costs one hash per completed subtree: fewer than one on average. */
  append(leafHash: Bytes): void {
    if (leafHash.length !== HASH_BYTES) throw new RangeError(`leaf hash of ${leafHash.length} bytes`);
    let hash = leafHash;
    for (let height = 0; ; height++) {
      const level = this.#level(height);
      level.push(hash);
      if (level.end % 2 === 1) return;
      hash = nodeHash(this.#sha256, level.at(level.end - 2), level.at(level.end - 1));
    }
  }

  leafHash(index: number): Bytes {
    this.#requireLeaf(index, this.size);
    return this.#level(0).at(index).slice();
  }

  root(size: number = this.size): Bytes {
    this.#requireSize(size, this.size);
    return size === 0 ? emptyRoot(this.#sha256) : this.#subtreeRoot(0, size).slice();
  }

  /** Roots of the complete subtrees of the tree with `size` leaves, left to right. */
  frontier(size: number = this.size): Frontier {
    this.#requireSize(size, this.size);
    return { size, peaks: this.#peaks(0, size).map((peak) => peak.slice()) };
  }

  /** PATH(index, D[size]) of RFC 9162 §2.1.3.1, leaf side first. */
  inclusionPath(index: number, size: number): Bytes[] {
    this.#requireSize(size, this.size);
    this.#requireLeaf(index, size);
    const path: Bytes[] = [];
    let begin = 0;
    let end = size;
    while (end - begin > 1) {
      const middle = begin + largestPowerOfTwoBelow(end - begin);
      if (index < middle) {
        path.push(this.#subtreeRoot(middle, end).slice());
        end = middle;
      } else {
        path.push(this.#subtreeRoot(begin, middle).slice());
        begin = middle;
      }
    }
    return path.reverse();
  }

  /** PROOF(size1, D[size2]) of RFC 9162 §2.1.4.1; `size1` is at least 1. */
  consistencyPath(size1: number, size2: number): Bytes[] {
    this.#requireSize(size2, this.size);
    this.#requireSize(size1, size2);
    if (size1 === 0) throw new RangeError("nothing to prove about the empty tree");
    const path: Bytes[] = [];
    let begin = 0;
    let end = size2;
    while (size1 < end) {
      const middle = begin + largestPowerOfTwoBelow(end - begin);
      if (size1 <= middle) {
        path.push(this.#subtreeRoot(middle, end).slice());
        end = middle;
      } else {
        path.push(this.#subtreeRoot(begin, middle).slice());
        begin = middle;
      }
    }
    // From position 0 the remaining subtree is the first tree, whose root the verifier has.
    if (begin > 0) path.push(this.#subtreeRoot(begin, end).slice());
    return path.reverse();
  }

  /** Forgets every leaf from `size` on, as when the transaction that appended them is rolled back. */
  truncate(size: number): void {
    this.#requireSize(size, this.size);
    let positions = size;
    for (const level of this.#levels) {
      level.truncate(positions);
      positions = Math.floor(positions / 2);
    }
  }

  #level(height: number): HashColumn {
    const existing = this.#levels[height];
    if (existing) return existing;
    const created = new HashColumn(0);
    this.#levels.push(created);
    return created;
  }

  /** MTH of the leaves `begin` … `end` - 1, where `begin` is a multiple of a power of two ≥ `end - begin`. */
  #subtreeRoot(begin: number, end: number): Bytes {
    return rootOfFrontier(this.#sha256, this.#peaks(begin, end));
  }

  /** Views of the complete subtrees that together cover `begin` … `end` - 1, left to right. */
  #peaks(begin: number, end: number): Bytes[] {
    const peaks: Bytes[] = [];
    let position = begin;
    for (const { height, leaves } of completeSubtrees(end - begin)) {
      peaks.push(this.#level(height).at(position / leaves));
      position += leaves;
    }
    return peaks;
  }

  #requireSize(size: number, max: number): void {
    if (!Number.isSafeInteger(size) || size < this.firstSize || size > max) {
      throw new RangeError(`size ${size} outside ${this.firstSize}…${max}`);
    }
  }

  #requireLeaf(index: number, size: number): void {
    if (!Number.isSafeInteger(index) || index < this.firstSize || index >= size) {
      throw new RangeError(`leaf ${index} outside ${this.firstSize}…${size - 1}`);
    }
  }
}

/**
 * The columns of a tree that has only its peaks so far. A level's first node is its peak where the size has a
 * 1 bit there, else the next node to come; nothing left of the peaks is ever needed again.
 */
function levelsOf(begin: Frontier): HashColumn[] {
  if (!isWellFormed(begin)) throw new RangeError("malformed frontier");
  const levels: HashColumn[] = [];
  let peakIndex = begin.peaks.length;
  for (let positions = begin.size; positions > 0; positions = Math.floor(positions / 2)) {
    const peak = positions % 2 === 1 ? begin.peaks[--peakIndex] : undefined;
    const level = new HashColumn(peak ? positions - 1 : positions);
    if (peak) level.push(peak);
    levels.push(level);
  }
  return levels;
}

function isWellFormed({ size, peaks }: Frontier): boolean {
  return (
    Number.isSafeInteger(size) &&
    size >= 0 &&
    peaks.length === completeSubtrees(size).length &&
    peaks.every((peak) => peak.length === HASH_BYTES)
  );
}

/** The powers of two that add up to `size`, largest first. Division, since sizes outgrow 32-bit shifts. */
function completeSubtrees(size: number): { readonly height: number; readonly leaves: number }[] {
  const subtrees = [];
  let leaves = 1;
  for (let height = 0, rest = size; rest > 0; height++) {
    if (rest % 2 === 1) subtrees.push({ height, leaves });
    rest = Math.floor(rest / 2);
    leaves *= 2;
  }
  return subtrees.reverse();
}

/** For a `size` of at least 2: the k of RFC 9162 §2.1.1. */
function largestPowerOfTwoBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

import { type Bytes, concat, equal } from "./bytes.ts";
import { sha256 } from "./sha256.ts";

/** Merkle trees of RFC 9162 §2.1, each proof by the recursion that defines it. Sizes end at 2^53 − 1. */

export function leafHash(leaf: Bytes): Bytes {
  return sha256(concat(LEAF, leaf));
}

function nodeHash(left: Bytes, right: Bytes): Bytes {
  return sha256(concat(NODE, left, right));
}

/** MTH(leaves). */
export function rootOf(leaves: readonly Bytes[]): Bytes {
  return rootOfHashes(leaves.map(leafHash));
}

/** Whether the leaf with this hash stands at `index` of the tree, by PATH(index, D[size]). */
export function isIncluded(
  leaf: Bytes,
  index: number,
  path: readonly Bytes[],
  tree: { readonly size: number; readonly root: Bytes },
): boolean {
  if (index < 0 || index >= tree.size) return false;
  const rest = [...path];
  const climb = (position: number, size: number): Bytes | undefined => {
    if (size === 1) return leaf;
    const split = splitOf(size);
    // The path is written from the leaf upwards, so the sibling of the top comes last.
    const sibling = rest.pop();
    if (position < split) return join(climb(position, split), sibling);
    return join(sibling, climb(position - split, size - split));
  };
  const root = climb(index, tree.size);
  return rest.length === 0 && root !== undefined && equal(root, tree.root);
}

/** Whether the smaller tree is a prefix of the larger, by PROOF(m, D[n]). A prefix of no leaves is never proven. */
export function isPrefix(
  smaller: { readonly size: number; readonly root: Bytes },
  larger: { readonly size: number; readonly root: Bytes },
  path: readonly Bytes[],
): boolean {
  if (smaller.size < 1 || smaller.size > larger.size) return false;
  const rest = [...path];
  /** The roots that this subtree has in the smaller and in the larger tree. `whole`: it lies at the very left. */
  const replay = (kept: number, size: number, whole: boolean): readonly [Bytes, Bytes] | undefined => {
    if (kept === size) {
      const complete = whole ? smaller.root : rest.pop();
      return complete && [complete, complete];
    }
    const split = splitOf(size);
    const sibling = rest.pop();
    if (sibling === undefined) return undefined;
    if (kept <= split) {
      const left = replay(kept, split, whole);
      return left && [left[0], nodeHash(left[1], sibling)];
    }
    const right = replay(kept - split, size - split, false);
    return right && [nodeHash(sibling, right[0]), nodeHash(sibling, right[1])];
  };
  const roots = replay(smaller.size, larger.size, true);
  return (
    roots !== undefined && rest.length === 0 && equal(roots[0], smaller.root) && equal(roots[1], larger.root)
  );
}

/** Whether neighbouring leaves stand at `first`, `first` + 1, … of the tree (range path of the ledger's specification). */
export function isRangeIncluded(
  leafHashes: readonly Bytes[],
  first: number,
  path: readonly Bytes[],
  tree: { readonly size: number; readonly root: Bytes },
): boolean {
  const end = first + leafHashes.length;
  if (leafHashes.length === 0 || end > tree.size) return false;
  const rest = path.toReversed();
  const descend = (begin: number, size: number): Bytes | undefined => {
    if (begin + size <= first || begin >= end) return rest.pop();
    if (size === 1) return leafHashes[begin - first];
    const split = splitOf(size);
    const left = descend(begin, split);
    return join(left, descend(begin + split, size - split));
  };
  const root = descend(0, tree.size);
  return root !== undefined && rest.length === 0 && equal(root, tree.root);
}

function rootOfHashes(hashes: readonly Bytes[]): Bytes {
  const [first] = hashes;
  if (first === undefined) return sha256(new Uint8Array(0));
  if (hashes.length === 1) return first;
  const split = splitOf(hashes.length);
  return nodeHash(rootOfHashes(hashes.slice(0, split)), rootOfHashes(hashes.slice(split)));
}

function join(left: Bytes | undefined, right: Bytes | undefined): Bytes | undefined {
  return left && right && nodeHash(left, right);
}

/** The largest power of two below `size`, which is at least 2. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

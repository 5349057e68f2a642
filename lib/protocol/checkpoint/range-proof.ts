import type { Bytes } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { nodeHash } from "../merkle/tree-hash.ts";
import { err, ok, type Result } from "../result.ts";

/**
 * Inclusion of neighbouring leaves in one RFC 6962 tree: one proof for all of them, so a thousand leaves cost
 * about two thousand hashes instead of a path each.
 */
export interface RangeProof {
  readonly firstIndex: number;
  readonly treeSize: number;
  /** At least one. */
  readonly leafHashes: readonly Bytes[];
  /** Roots of the largest subtrees without a leaf of the range, left to right. */
  readonly path: readonly Bytes[];
}

export type RangeProofError =
  | { readonly type: "RangeOutsideTree"; readonly treeSize: number }
  | { readonly type: "RangePathLengthWrong" };

/** The root a tree of this size must have for the proof to hold. */
export function rootFromRange(
  suite: Pick<CryptoSuite, "sha256">,
  proof: RangeProof,
): Result<Bytes, RangeProofError> {
  const { firstIndex, treeSize, leafHashes, path } = proof;
  const end = firstIndex + leafHashes.length;
  if (leafHashes.length === 0 || firstIndex < 0 || !Number.isSafeInteger(end) || end > treeSize) {
    return err({ type: "RangeOutsideTree", treeSize });
  }
  let used = 0;
  const rootOf = (begin: number, size: number): Bytes | undefined => {
    if (begin + size <= firstIndex || begin >= end) return path[used++];
    if (size === 1) return leafHashes[begin - firstIndex];
    const leftSize = leftSubtreeSize(size);
    const left = rootOf(begin, leftSize);
    const right = rootOf(begin + leftSize, size - leftSize);
    return left && right && nodeHash(suite.sha256, left, right);
  };
  const root = rootOf(0, treeSize);
  return root && used === path.length ? ok(root) : err({ type: "RangePathLengthWrong" });
}

/**
 * The `path` for leaves `firstIndex`…`lastIndex`, taken from the inclusion paths (leaf side first) of these two:
 * what lies left of the range are siblings of the first leaf's way up, what lies right of the last one's.
 */
export function rangePath(
  firstIndex: number,
  lastIndex: number,
  treeSize: number,
  inclusionPathOf: (index: number) => readonly Bytes[],
): Bytes[] {
  const firstPath = inclusionPathOf(firstIndex).toReversed();
  const lastPath = inclusionPathOf(lastIndex).toReversed();
  const left = siblingsBeside(firstIndex, treeSize, firstPath, "left");
  const right = siblingsBeside(lastIndex, treeSize, lastPath, "right");
  return [...left, ...right.toReversed()];
}

/** From the root downwards, the siblings on one side of the way to a leaf. */
function siblingsBeside(
  index: number,
  treeSize: number,
  path: readonly Bytes[],
  side: "left" | "right",
): Bytes[] {
  const out: Bytes[] = [];
  let begin = 0;
  let size = treeSize;
  for (const sibling of path) {
    const leftSize = leftSubtreeSize(size);
    const goesRight = index >= begin + leftSize;
    if (goesRight === (side === "left")) out.push(sibling);
    if (goesRight) begin += leftSize;
    size = goesRight ? size - leftSize : leftSize;
  }
  return out;
}

/** k of RFC 6962 §2.1: the largest power of two below `size` (≥ 2). Products, since sizes outgrow shifts. */
function leftSubtreeSize(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

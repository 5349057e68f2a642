import type { Bytes } from "../../bytes/bytes.ts";
import { emptyRoot, nodeHash, type Sha256 } from "../tree-hash.ts";

/** RFC 9162 §2.1 read word for word, recursion and all: what the fast tree is compared with. */
export function naiveRoot(sha256: Sha256, leaves: readonly Bytes[]): Bytes {
  const [only, second] = leaves;
  if (only === undefined) return emptyRoot(sha256);
  if (second === undefined) return only;
  const k = split(leaves.length);
  return nodeHash(sha256, naiveRoot(sha256, leaves.slice(0, k)), naiveRoot(sha256, leaves.slice(k)));
}

export function naiveInclusionPath(sha256: Sha256, m: number, leaves: readonly Bytes[]): Bytes[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  const left = leaves.slice(0, k);
  const right = leaves.slice(k);
  return m < k
    ? [...naiveInclusionPath(sha256, m, left), naiveRoot(sha256, right)]
    : [...naiveInclusionPath(sha256, m - k, right), naiveRoot(sha256, left)];
}

export function naiveConsistencyPath(sha256: Sha256, m: number, leaves: readonly Bytes[]): Bytes[] {
  return subproof(sha256, m, leaves, true);
}

function subproof(sha256: Sha256, m: number, leaves: readonly Bytes[], complete: boolean): Bytes[] {
  if (m === leaves.length) return complete ? [] : [naiveRoot(sha256, leaves)];
  const k = split(leaves.length);
  const left = leaves.slice(0, k);
  const right = leaves.slice(k);
  return m <= k
    ? [...subproof(sha256, m, left, complete), naiveRoot(sha256, right)]
    : [...subproof(sha256, m - k, right, false), naiveRoot(sha256, left)];
}

/** The largest power of two below n. */
function split(n: number): number {
  return 2 ** (n - 1).toString(2).slice(1).length;
}

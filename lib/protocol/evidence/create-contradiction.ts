import { equalBytes } from "../bytes/bytes.ts";
import type { Head } from "../log/head.ts";
import type { ProvenLeaf } from "../log/receipt.ts";
import type { MerkleTree } from "../merkle/merkle-tree.ts";
import type { Claim, Voucher } from "./evidence.ts";

/** A head of a log together with who stands behind it. */
export interface VouchedHead {
  readonly head: Head;
  readonly voucher: Voucher;
}

/**
 * Two heads of one log that cannot both be true. `treeOfLonger` is a tree of the longer head that begins at or
 * below the shorter one's size: a device's own mirror, or the leaf hashes that the server gave for the sealed
 * branch; heads of one size need none. Undefined when the tree is not the longer head's, or the two agree: then
 * there is nothing to prove.
 */
export function createContradiction(
  a: VouchedHead,
  b: VouchedHead,
  treeOfLonger: MerkleTree,
): Claim | undefined {
  const [shorter, longer] = a.head.size <= b.head.size ? [a, b] : [b, a];
  const { size } = shorter.head;
  if (!equalBytes(a.head.log, b.head.log) || size === 0) return undefined;
  if (size === longer.head.size) {
    // Two roots of one size contradict each other by themselves, whoever's tree is at hand.
    const prefixRoot = longer.head.root;
    if (equalBytes(prefixRoot, shorter.head.root)) return undefined;
    return contradiction(shorter, longer, { kind: "prefix", body: { prefixRoot, path: [] } });
  }
  if (treeOfLonger.firstSize > size || treeOfLonger.size < longer.head.size) return undefined;
  if (!equalBytes(treeOfLonger.root(longer.head.size), longer.head.root)) return undefined;
  const prefixRoot = treeOfLonger.root(size);
  if (equalBytes(prefixRoot, shorter.head.root)) return undefined;
  const path = treeOfLonger.consistencyPath(size, longer.head.size);
  return contradiction(shorter, longer, { kind: "prefix", body: { prefixRoot, path } });
}

/** A leaf whose receipt names an epoch that is sealed without it (`beyondSeal` of the specification). */
export function createBeyondSeal(
  receipted: VouchedHead,
  leaf: ProvenLeaf,
  slot: VouchedHead,
): Claim | undefined {
  if (slot.voucher.kind !== "slot" || leaf.index < slot.head.size) return undefined;
  return contradiction(receipted, slot, { kind: "beyondSeal", body: { leaf } });
}

function contradiction(
  a: VouchedHead,
  b: VouchedHead,
  divergence: Extract<Claim, { kind: "contradiction" }>["body"]["divergence"],
): Claim {
  return { kind: "contradiction", body: { a: a.voucher, b: b.voucher, divergence } };
}

import { equal, hex } from "../bytes.ts";
import {
  blame,
  type Case,
  describeHead,
  type Finding,
  needIncluded,
  needLeaf,
  type VouchedHead,
  vouchedHead,
} from "../case.ts";
import type { ClaimOf } from "../evidence.ts";
import type { Voucher } from "../evidence-parts.ts";
import { isPrefix, leafHash } from "../tree.ts";

/** Two heads of one log, each vouched for, that no one log can have. */
export async function judgeContradiction(file: Case, claim: ClaimOf<"contradiction">): Promise<Finding> {
  const { steps } = file;
  const foundA = (await vouchedHead(file, file.log, claim.a)) ?? (await seenIn(file, claim.b, claim.a));
  const a = steps.need("headIsVouchedFor", foundA, foundA && describeHead(foundA));
  const foundB = (await vouchedHead(file, file.log, claim.b)) ?? (await seenIn(file, claim.a, claim.b));
  const b = steps.need("otherHeadIsVouchedFor", foundB, foundB && describeHead(foundB));
  const [contradicts, detail] = diverge(file, claim, a, b);
  return {
    contradicts: steps.decide("headsCannotBothBeTrue", contradicts, detail),
    accused: blame(file, a.signer, b.signer),
  };
}

/** What the record of a leaf says it had seen; the head in which that leaf stands vouches for it. */
async function seenIn(file: Case, other: Voucher, voucher: Voucher): Promise<VouchedHead | undefined> {
  if (voucher.kind !== "seen") return undefined;
  const container = await vouchedHead(file, file.log, other);
  const leaf = container && needLeaf(file, container, voucher.leaf, "leafIsIncluded");
  if (leaf?.kind !== "record") return undefined;
  const { log, seenSize, seenRoot } = leaf.record;
  if (!equal(log, file.log)) return undefined;
  return { head: { log, size: seenSize, root: seenRoot }, signer: null, retiredAt: null };
}

function diverge(
  file: Case,
  { b: voucherB, divergence }: ClaimOf<"contradiction">,
  a: VouchedHead,
  b: VouchedHead,
): readonly [contradicts: boolean, detail: string] {
  const { steps } = file;
  switch (divergence.kind) {
    case "prefix": {
      const [shorter, longer] = a.head.size <= b.head.size ? [a.head, b.head] : [b.head, a.head];
      const prefix = { size: shorter.size, root: divergence.root };
      const isProven = isPrefix(prefix, longer, divergence.path);
      steps.need(
        "prefixIsProven",
        isProven,
        `size ${prefix.size} of ${longer.size}, root ${hex(prefix.root)}`,
      );
      return [!equal(prefix.root, shorter.root), `${hex(prefix.root)}, not ${hex(shorter.root)}`];
    }
    case "leaves": {
      const { a: leafA, b: leafB } = divergence;
      needIncluded(file, a, leafA, "leafIsIncluded");
      needIncluded(file, b, leafB, "otherLeafIsIncluded");
      const hashes = [leafHash(leafA.bytes), leafHash(leafB.bytes)] as const;
      const differ = leafA.index === leafB.index && !equal(...hashes);
      return [differ, hashes.map(hex).join(", ")];
    }
    case "beyondSeal": {
      const slot = steps.expect("evidenceSuffices", voucherB.kind === "slot" && voucherB, "a slot");
      const { stamp } = needLeaf(file, a, divergence.leaf, "leafIsIncluded");
      const isBeyond = stamp.epoch <= slot.epoch && divergence.leaf.index >= b.head.size;
      return [isBeyond, `leaf of epoch ${stamp.epoch}, epoch ${slot.epoch} sealed at size ${b.head.size}`];
    }
  }
}

import type { ProvenEntry, ProvenLeaf } from "../log/receipt.ts";
import type { Claim, PrefixProof, Registration, Voucher } from "./evidence.ts";

interface LeafBefore {
  /** Null for the first leaf. */
  readonly before: ProvenLeaf | null;
}

interface MapBefore extends LeafBefore {
  /** Under the map root of `before`; absent from the empty map for the first leaf. */
  readonly entries: readonly ProvenEntry[];
}

/** Why a leaf is invalid, with what a verifier needs to see it (`docs/spec/evidence.md`, kind 4). */
export type InvalidLeafGround =
  | { readonly reason: "notCanonical" | "foreignLog" | "expiredApplied" | "indexWrong" }
  /** Without registration for an organization's genesis, which carries its own key. */
  | { readonly reason: "badSignature"; readonly organization: Registration | null }
  /** The author's registration only where seenSize is at fault, in an organization's own log. */
  | ({ readonly reason: "outOfStep"; readonly organization: Registration | null } & MapBefore)
  /** Without prefix where seenSize itself is beyond the leaf. */
  | { readonly reason: "seenNotTrue"; readonly prefix: PrefixProof | null }
  | ({ readonly reason: "outcomeWrong" } & MapBefore)
  /** Entries: the author's membership, unless it is the device that is unknown. The evidence needs the log's genesis. */
  | ({ readonly reason: "unauthorised"; readonly organization: Registration } & MapBefore)
  | ({ readonly reason: "stampNotMonotone" } & LeafBefore);

export function createInvalidLeaf(head: Voucher, leaf: ProvenLeaf, ground: InvalidLeafGround): Claim {
  return {
    kind: "invalidLeaf",
    body: {
      question: {
        head,
        leaf,
        before: "before" in ground ? ground.before : null,
        entries: "entries" in ground ? ground.entries : [],
      },
      reason: ground.reason,
      organization: "organization" in ground ? ground.organization : null,
      prefix: "prefix" in ground ? ground.prefix : null,
    },
  };
}

import type { MapProof } from "../prefix-map/map-proof.ts";
import type { Claim, EpochSlot } from "./evidence.ts";

/** A log that had a slot in an epoch's tree and is proven absent from a later one's. Undefined in the other order. */
export function createMissingSlot(
  earlier: EpochSlot,
  later: { readonly epoch: number; readonly proof: MapProof },
): Claim | undefined {
  if (earlier.epoch >= later.epoch) return undefined;
  return { kind: "missingSlot", body: { earlier, later } };
}

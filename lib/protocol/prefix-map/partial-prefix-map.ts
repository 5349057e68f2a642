import type { Bytes } from "../bytes/bytes.ts";
import { HASH_BYTES, type Sha256 } from "../merkle/tree-hash.ts";
import { err, ok, type Result } from "../result.ts";
import { hashOf, type MapNode, setInSubtree } from "./map-node.ts";
import { type MapClaim, type MapProofError, pathFromClaim } from "./map-proof.ts";
import { EMPTY_HASH, type PackedHash, packHash, unpackHash } from "./packed-hash.ts";
import { type MapEntry, sortedLeaves } from "./prefix-map.ts";

/**
 * What proofs under one root show of a map: enough to say which root the map has after changes to the proven
 * keys, without the map.
 */
export interface PartialPrefixMap {
  /** 32 bytes. */
  readonly root: Bytes;
  readonly knownTree: MapNode | null;
  /** Keys proven present or absent: the only ones that can be changed. */
  readonly provenKeys: ReadonlySet<PackedHash>;
}

export interface MapKeyNotProven {
  readonly type: "MapKeyNotProven";
  readonly key: Bytes;
}

/** Refused with the first claim that does not hold under the root, so two that contradict are never taken. */
export function createPartialPrefixMap(
  sha256: Sha256,
  root: Bytes,
  claims: readonly MapClaim[],
): Result<PartialPrefixMap, MapProofError> {
  if (root.length !== HASH_BYTES) return err({ type: "MapHashNot32Bytes" });
  const packedRoot = packHash(root);
  let knownTree: MapNode | null = packedRoot === EMPTY_HASH ? null : { kind: "unknown", hash: packedRoot };
  const provenKeys = new Set<PackedHash>();
  for (const claim of claims) {
    const path = pathFromClaim(sha256, claim);
    if (!path.ok) return path;
    if (hashOf(path.value) !== packedRoot) return err({ type: "MapRootMismatch" });
    knownTree = graft(knownTree, path.value);
    provenKeys.add(packHash(claim.key));
  }
  return ok({ root, knownTree, provenKeys });
}

/** The map after the entries are set; of two entries for a key the later counts. The result has the new root. */
export function applyChanges(
  sha256: Sha256,
  map: PartialPrefixMap,
  entries: readonly MapEntry[],
): Result<PartialPrefixMap, MapKeyNotProven> {
  const leaves = sortedLeaves(sha256, entries);
  const notProven = leaves.find((leaf) => !map.provenKeys.has(leaf.key));
  if (notProven) return err({ type: "MapKeyNotProven", key: unpackHash(notProven.key) });
  const knownTree = setInSubtree(sha256, map.knownTree, 0, leaves);
  return ok({ root: unpackHash(hashOf(knownTree)), knownTree, provenKeys: map.provenKeys });
}

/** All that is known of one subtree from two views of it, which have the same hash. */
function graft(a: MapNode | null, b: MapNode | null): MapNode | null {
  if (hashOf(a) !== hashOf(b)) throw new Error("two views of different subtrees");
  if (a === null || b === null || b.kind === "unknown") return a;
  if (a.kind !== "inner" || b.kind !== "inner") return b;
  return { kind: "inner", left: graft(a.left, b.left), right: graft(a.right, b.right), hash: a.hash };
}

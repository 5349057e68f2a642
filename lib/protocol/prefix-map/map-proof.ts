import { type Bytes, isZero } from "../bytes/bytes.ts";
import { array, bytes, nullable, type Schema, struct } from "../codec/schema.ts";
import { HASH_BYTES, type Sha256 } from "../merkle/tree-hash.ts";
import { err, ok, type Result } from "../result.ts";
import { createInner, createLeaf, hashOf, type MapNode } from "./map-node.ts";
import {
  EMPTY_HASH,
  KEY_BITS,
  type PackedHash,
  packHash,
  sharePath,
  turnsRight,
  unpackHash,
} from "./packed-hash.ts";
import type { MapEntry, PrefixMap } from "./prefix-map.ts";

/**
 * What stands on a key's path. It proves presence or absence, whichever the verifier is told: nothing in the
 * proof repeats the key or its value hash.
 */
export interface MapProof {
  /** Hashes beside the path, root side first, at most 256 of 32 bytes; `null` for an empty subtree. */
  readonly siblings: readonly (Bytes | null)[];
  /**
   * The entry of another key on which the path ends, which proves absence. `null` when it ends on the key's
   * own entry (presence) or on an empty subtree (absence).
   */
  readonly otherEntry: MapEntry | null;
}

export interface MapClaim {
  /** 32 bytes. */
  readonly key: Bytes;
  /** 32 bytes; `null` claims that the key has no entry. */
  readonly valueHash: Bytes | null;
  readonly proof: MapProof;
}

export type MapProofError =
  /** A root, key, value hash or sibling that is not exactly 32 bytes. */
  | { readonly type: "MapHashNot32Bytes" }
  /** Not the one form an honest map gives: too deep, an empty subtree as zeros, a lone entry not pulled up. */
  | { readonly type: "MapProofNotCanonical" }
  /** The other entry is for this very key, lies off its path, or comes with a claim of presence. */
  | { readonly type: "MapProofOtherEntryMisplaced" }
  /** The path leads to another root than the one given. */
  | { readonly type: "MapRootMismatch" };

const hashSchema = bytes(HASH_BYTES);

/** Zero siblings are refused by verification, not here, so a proof that verifies has exactly one encoding. */
export const mapProofSchema: Schema<MapProof> = struct({
  siblings: [1, array(nullable(hashSchema), KEY_BITS)],
  otherEntry: [2, nullable(struct({ key: [1, hashSchema], valueHash: [2, hashSchema] }))],
});

/** Proof of the key's entry if it has one, else of its absence. */
export function proveEntry(map: PrefixMap, key: Bytes): MapProof {
  const packedKey = packHash(key);
  const siblings: (Bytes | null)[] = [];
  let node = map.tree;
  for (let depth = 0; node?.kind === "inner"; depth++) {
    const right: boolean = turnsRight(packedKey, depth);
    const sibling: MapNode | null = right ? node.left : node.right;
    siblings.push(sibling === null ? null : unpackHash(sibling.hash));
    node = right ? node.right : node.left;
  }
  if (node?.kind !== "leaf" || node.key === packedKey) return { siblings, otherEntry: null };
  return { siblings, otherEntry: { key: unpackHash(node.key), valueHash: unpackHash(node.valueHash) } };
}

/**
 * That under this root the key has this value hash, or has no entry.
 *
 * Under one root no key can be shown both present and absent, or present with two value hashes, without a
 * SHA-256 collision or a preimage of 32 zeros, whatever tree the root was made from. Two proofs for one key
 * take the same turns down from the same hash. As long as both go on below a hash, it is for both the same
 * 0x03 message, so they continue with the same hash. Where the first one ends, its hash is zeros (empty) or
 * that of a 0x02 message (an entry): the other can neither go on there (0x03 message) nor end on anything but
 * the same entry or the same emptiness.
 */
export function verifyEntry(
  sha256: Sha256,
  claim: MapClaim & { readonly root: Bytes },
): Result<null, MapProofError> {
  if (claim.root.length !== HASH_BYTES) return err({ type: "MapHashNot32Bytes" });
  const path = pathFromClaim(sha256, claim);
  if (!path.ok) return path;
  return hashOf(path.value) === packHash(claim.root) ? ok(null) : err({ type: "MapRootMismatch" });
}

/** The part of a tree that a claim describes: its path, with unknown subtrees beside it. */
export function pathFromClaim(sha256: Sha256, claim: MapClaim): Result<MapNode | null, MapProofError> {
  const checked = checkClaim(claim);
  if (!checked.ok) return checked;
  const { key, entry, siblings } = checked.value;
  let node: MapNode | null = entry === null ? null : createLeaf(sha256, entry.key, entry.valueHash);
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const hash = siblings[depth];
    const sibling: MapNode | null =
      hash === undefined || hash === EMPTY_HASH ? null : { kind: "unknown", hash };
    node = turnsRight(key, depth) ? createInner(sha256, sibling, node) : createInner(sha256, node, sibling);
  }
  return ok(node);
}

interface CheckedClaim {
  readonly key: PackedHash;
  /** The entry the path ends on; `null` for an empty subtree. */
  readonly entry: { readonly key: PackedHash; readonly valueHash: PackedHash } | null;
  /** `EMPTY_HASH` for empty subtrees. */
  readonly siblings: readonly PackedHash[];
}

function checkClaim({ key, valueHash, proof }: MapClaim): Result<CheckedClaim, MapProofError> {
  if (valueHash !== null && proof.otherEntry !== null) return err({ type: "MapProofOtherEntryMisplaced" });
  const entry = valueHash === null ? proof.otherEntry : { key, valueHash };
  const depth = proof.siblings.length;
  if (depth > KEY_BITS) return err({ type: "MapProofNotCanonical" });
  if (!isHash(key) || (entry !== null && !(isHash(entry.key) && isHash(entry.valueHash)))) {
    return err({ type: "MapHashNot32Bytes" });
  }
  if (!proof.siblings.every((sibling) => sibling === null || isHash(sibling))) {
    return err({ type: "MapHashNot32Bytes" });
  }
  if (proof.siblings.some((sibling) => sibling !== null && isZero(sibling))) {
    return err({ type: "MapProofNotCanonical" });
  }
  // The last inner node holds two entries or more, and all of them beside the path if that ends on nothing.
  const lastSiblingTooSmall = proof.siblings.at(-1) === null || (entry === null && depth === KEY_BITS);
  if (lastSiblingTooSmall) return err({ type: "MapProofNotCanonical" });

  const packedKey = packHash(key);
  const packedEntry = entry && { key: packHash(entry.key), valueHash: packHash(entry.valueHash) };
  if (valueHash === null && packedEntry !== null) {
    const onPath = packedEntry.key !== packedKey && sharePath(packedEntry.key, packedKey, depth);
    if (!onPath) return err({ type: "MapProofOtherEntryMisplaced" });
  }
  const siblings = proof.siblings.map((sibling) => (sibling === null ? EMPTY_HASH : packHash(sibling)));
  return ok({ key: packedKey, entry: packedEntry, siblings });
}

function isHash(value: Bytes): boolean {
  return value.length === HASH_BYTES;
}

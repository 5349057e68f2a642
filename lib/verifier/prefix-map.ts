import { type Bytes, concat, equal, isZero, ZERO_HASH } from "./bytes.ts";
import { fields, hash, list, orNull, type Read } from "./read.ts";
import { sha256 } from "./sha256.ts";

/** A log's map: key bits, most significant first, lead to an entry; a subtree with one entry is that entry. */

export interface MapProof {
  /** From the root down; null for an empty subtree. */
  readonly siblings: readonly (Bytes | null)[];
  /** The entry of another key on which the path ends, where it proves absence. */
  readonly other: { readonly key: Bytes; readonly valueHash: Bytes } | null;
}

/** A key and what the proof says of it: a value's hash, or null for no entry. */
export interface MapClaim {
  readonly key: Bytes;
  readonly valueHash: Bytes | null;
  readonly proof: MapProof;
}

export const mapProof: Read<MapProof> = (value) => {
  const proof = fields(value, 2);
  return {
    siblings: proof.take(1, list(orNull(hash), KEY_BITS)),
    other: proof.take(
      2,
      orNull((entry) => {
        const { take } = fields(entry, 2);
        return { key: take(1, hash), valueHash: take(2, hash) };
      }),
    ),
  };
};

/** Whether the claim holds under the root; only the one form of proof that an honest map gives is accepted. */
export function isProven(root: Bytes, claim: MapClaim): boolean {
  const { key, proof } = claim;
  const { siblings, other } = proof;
  const depth = siblings.length;
  const entry = entryOf(claim);
  if (claim.valueHash !== null && other !== null) return false;
  if (other !== null && (equal(other.key, key) || !agree(other.key, key, depth))) return false;
  if (siblings.some((sibling) => sibling !== null && isZero(sibling))) return false;
  // An inner node has two entries or more below it, and not all of them on a path that ends on nothing.
  if (siblings.at(-1) === null || (entry === null && depth === KEY_BITS)) return false;
  let node = entry === null ? ZERO_HASH : entryHash(entry);
  for (let level = depth - 1; level >= 0; level--) {
    const sibling = siblings[level] ?? ZERO_HASH;
    node = bit(key, level) === 1 ? innerHash(sibling, node) : innerHash(node, sibling);
  }
  return equal(node, root);
}

/**
 * The root after setting entries in a map of which only the claims are known, each of them proven under one root
 * before. Undefined where a changed key is not among the claims.
 */
export function rootAfter(
  claims: readonly MapClaim[],
  changes: readonly { readonly key: Bytes; readonly valueHash: Bytes }[],
): Bytes | undefined {
  const claimed = (key: Bytes) => claims.some((claim) => equal(claim.key, key));
  if (claims.length === 0 || !changes.every(({ key }) => claimed(key))) return undefined;
  return subtreeAfter(claims, changes, 0);
}

type Entry = { readonly key: Bytes; readonly valueHash: Bytes };

/** The new hash of the subtree at `depth` in which all of these claims and changes lie. */
function subtreeAfter(claims: readonly MapClaim[], changes: readonly Entry[], depth: number): Bytes {
  const [any] = claims;
  if (any === undefined) throw new RangeError("a subtree without a claim is known by its hash alone");
  if (any.proof.siblings.length === depth) {
    // The path ends here: on nothing, or on one entry, which is the whole subtree.
    const standing = claims.map(entryOf).find((entry) => entry !== null);
    return hashOfEntries(withChanges(standing ? [standing] : [], changes), depth);
  }
  const half = (side: 0 | 1): Bytes => {
    const inside = claims.filter(({ key }) => bit(key, depth) === side);
    if (inside.length === 0) return any.proof.siblings[depth] ?? ZERO_HASH;
    return subtreeAfter(
      inside,
      changes.filter(({ key }) => bit(key, depth) === side),
      depth + 1,
    );
  };
  return innerHash(half(0), half(1));
}

/** Of two changes to one key the later counts. */
function withChanges(standing: readonly Entry[], changes: readonly Entry[]): readonly Entry[] {
  return changes.reduce(
    (entries, change) => [...entries.filter(({ key }) => !equal(key, change.key)), change],
    standing,
  );
}

function hashOfEntries(entries: readonly Entry[], depth: number): Bytes {
  const [first] = entries;
  if (first === undefined) return ZERO_HASH;
  if (entries.length === 1) return entryHash(first);
  const half = (side: 0 | 1) =>
    hashOfEntries(
      entries.filter(({ key }) => bit(key, depth) === side),
      depth + 1,
    );
  return innerHash(half(0), half(1));
}

function entryOf({ key, valueHash, proof }: MapClaim): Entry | null {
  return valueHash === null ? proof.other : { key, valueHash };
}

function entryHash({ key, valueHash }: Entry): Bytes {
  return sha256(concat(Uint8Array.of(2), key, valueHash));
}

function innerHash(left: Bytes, right: Bytes): Bytes {
  return sha256(concat(Uint8Array.of(3), left, right));
}

function agree(a: Bytes, b: Bytes, depth: number): boolean {
  for (let level = 0; level < depth; level++) if (bit(a, level) !== bit(b, level)) return false;
  return true;
}

function bit(key: Bytes, level: number): 0 | 1 {
  return (((key[level >> 3] ?? 0) >> (7 - (level & 7))) & 1) === 1 ? 1 : 0;
}

const KEY_BITS = 256;

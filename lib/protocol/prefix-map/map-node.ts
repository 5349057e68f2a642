import { HASH_BYTES, type Sha256 } from "../merkle/tree-hash.ts";
import { EMPTY_HASH, type PackedHash, packHash, turnsRight, writeHash } from "./packed-hash.ts";

/** A subtree with one entry: it has no inner nodes, however deep it stands. */
export interface LeafNode {
  readonly kind: "leaf";
  readonly key: PackedHash;
  readonly valueHash: PackedHash;
  readonly hash: PackedHash;
}

/** A subtree with two entries or more; one side is empty where they all go the other way. */
export interface InnerNode {
  readonly kind: "inner";
  readonly left: MapNode | null;
  readonly right: MapNode | null;
  readonly hash: PackedHash;
}

/** A subtree beside a proven path: its hash is all that a proof tells. Never part of a whole map. */
interface UnknownNode {
  readonly kind: "unknown";
  readonly hash: PackedHash;
}

/** Nodes never change, so versions of a map share all that they have in common. The empty subtree is `null`. */
export type MapNode = LeafNode | InnerNode | UnknownNode;

export const LEAF_PREFIX = 0x02;
export const INNER_PREFIX = 0x03;

export function hashOf(node: MapNode | null): PackedHash {
  return node === null ? EMPTY_HASH : node.hash;
}

export function createLeaf(sha256: Sha256, key: PackedHash, valueHash: PackedHash): LeafNode {
  return { kind: "leaf", key, valueHash, hash: hashPair(sha256, LEAF_PREFIX, key, valueHash) };
}

export function createInner(sha256: Sha256, left: MapNode | null, right: MapNode | null): InnerNode {
  return { kind: "inner", left, right, hash: hashPair(sha256, INNER_PREFIX, hashOf(left), hashOf(right)) };
}

/**
 * The subtree at `depth` after the entries are set in it. `entries` have distinct keys in ascending order, all
 * on the path of this subtree. Each changed node is hashed once. Entering an unknown subtree is a bug of the
 * caller and throws.
 */
export function setInSubtree(
  sha256: Sha256,
  node: MapNode | null,
  depth: number,
  entries: readonly LeafNode[],
): MapNode | null {
  const [first] = entries;
  if (first === undefined) return node;
  if (node === null) return entries.length === 1 ? first : setInBoth(sha256, null, null, depth, entries);
  switch (node.kind) {
    case "leaf":
      return setInSubtree(sha256, null, depth, withLeaf(entries, node));
    case "inner":
      return setInBoth(sha256, node.left, node.right, depth, entries);
    case "unknown":
      throw new Error("an entry was set in a subtree of which only the hash is known");
  }
}

function setInBoth(
  sha256: Sha256,
  left: MapNode | null,
  right: MapNode | null,
  depth: number,
  entries: readonly LeafNode[],
): InnerNode {
  const firstRight = entries.findIndex((entry) => turnsRight(entry.key, depth));
  const middle = firstRight < 0 ? entries.length : firstRight;
  return createInner(
    sha256,
    setInSubtree(sha256, left, depth + 1, entries.slice(0, middle)),
    setInSubtree(sha256, right, depth + 1, entries.slice(middle)),
  );
}

/** The entries in ascending order with the one that stood there, unless they replace it. */
function withLeaf(entries: readonly LeafNode[], leaf: LeafNode): readonly LeafNode[] {
  const at = entries.findIndex((entry) => entry.key >= leaf.key);
  if (at < 0) return [...entries, leaf];
  return entries[at]?.key === leaf.key ? entries : entries.toSpliced(at, 0, leaf);
}

function hashPair(sha256: Sha256, prefix: number, first: PackedHash, second: PackedHash): PackedHash {
  const message = new Uint8Array(1 + 2 * HASH_BYTES);
  message[0] = prefix;
  writeHash(first, message, 1);
  writeHash(second, message, 1 + HASH_BYTES);
  return packHash(sha256(message));
}

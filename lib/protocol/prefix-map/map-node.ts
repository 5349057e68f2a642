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
 * The subtree at `depth` after the entries from `begin` up to `end` are set in it. They have distinct keys in
 * ascending order, all on the path of this subtree. Each changed node is hashed once. Entering an unknown subtree
 * is a bug of the caller and throws.
 */
export function setInSubtree(
  sha256: Sha256,
  node: MapNode | null,
  depth: number,
  entries: readonly LeafNode[],
  begin = 0,
  end = entries.length,
): MapNode | null {
  const first = entries[begin];
  if (begin === end || first === undefined) return node;
  if (node === null)
    return end - begin === 1 ? first : setInBoth(sha256, null, null, depth, entries, begin, end);
  switch (node.kind) {
    case "leaf":
      return setInSubtree(sha256, null, depth, withLeaf(entries.slice(begin, end), node));
    case "inner":
      return setInBoth(sha256, node.left, node.right, depth, entries, begin, end);
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
  begin: number,
  end: number,
): InnerNode {
  let middle = begin;
  for (; middle < end; middle++) {
    const entry = entries[middle];
    if (entry && turnsRight(entry.key, depth)) break;
  }
  return createInner(
    sha256,
    setInSubtree(sha256, left, depth + 1, entries, begin, middle),
    setInSubtree(sha256, right, depth + 1, entries, middle, end),
  );
}

/** The entries in ascending order with the one that stood there, unless they replace it. */
function withLeaf(entries: readonly LeafNode[], leaf: LeafNode): readonly LeafNode[] {
  const at = entries.findIndex((entry) => entry.key >= leaf.key);
  if (at < 0) return [...entries, leaf];
  return entries[at]?.key === leaf.key ? entries : entries.toSpliced(at, 0, leaf);
}

/** Filled anew for every pair of hashes: a suite keeps nothing that it is given. */
const PAIR = new Uint8Array(1 + 2 * HASH_BYTES);

function hashPair(sha256: Sha256, prefix: number, first: PackedHash, second: PackedHash): PackedHash {
  PAIR[0] = prefix;
  writeHash(first, PAIR, 1);
  writeHash(second, PAIR, 1 + HASH_BYTES);
  return packHash(sha256(PAIR));
}

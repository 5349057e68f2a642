import type { Bytes } from "../bytes/bytes.ts";
import type { Sha256 } from "../merkle/tree-hash.ts";
import { createLeaf, hashOf, type LeafNode, type MapNode, setInSubtree } from "./map-node.ts";
import { type PackedHash, packHash, turnsRight, unpackHash } from "./packed-hash.ts";

/**
 * An authenticated map from 32-byte keys to 32-byte value hashes. Immutable: setting an entry gives a new map
 * that shares every other node with the old one, so keeping an old version costs only its own path nodes.
 * Entries are set and replaced, never removed.
 */
export interface PrefixMap {
  readonly tree: MapNode | null;
}

export interface MapEntry {
  /** 32 bytes, spread like a hash: the map's depth is the length of the longest shared prefix. */
  readonly key: Bytes;
  /** 32 bytes. */
  readonly valueHash: Bytes;
}

export const emptyPrefixMap: PrefixMap = { tree: null };

/** 32 bytes; zeros for the empty map. */
export function rootHash(map: PrefixMap): Bytes {
  return unpackHash(hashOf(map.tree));
}

/** Costs one hash a level: about 22 in a map of a million entries. */
export function setEntry(sha256: Sha256, map: PrefixMap, key: Bytes, valueHash: Bytes): PrefixMap {
  return setEntries(sha256, map, [{ key, valueHash }]);
}

/** All at once, hashing the path nodes that entries share only once. Of two entries for a key the later counts. */
export function setEntries(sha256: Sha256, map: PrefixMap, entries: readonly MapEntry[]): PrefixMap {
  return { tree: setInSubtree(sha256, map.tree, 0, sortedLeaves(sha256, entries)) };
}

/** Undefined when the key has no entry. */
export function getValueHash(map: PrefixMap, key: Bytes): Bytes | undefined {
  const packedKey = packHash(key);
  let node = map.tree;
  for (let depth = 0; node?.kind === "inner"; depth++)
    node = turnsRight(packedKey, depth) ? node.right : node.left;
  return node?.kind === "leaf" && node.key === packedKey ? unpackHash(node.valueHash) : undefined;
}

/** Leaves with distinct keys in ascending order, the last entry given for each. */
export function sortedLeaves(sha256: Sha256, entries: readonly MapEntry[]): LeafNode[] {
  const valueHashes = new Map<PackedHash, PackedHash>();
  for (const { key, valueHash } of entries) valueHashes.set(packHash(key), packHash(valueHash));
  return [...valueHashes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, valueHash]) => createLeaf(sha256, key, valueHash));
}

import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { LogIdentity } from "#protocol/log/apply-record.ts";
import type { EntryReader } from "#protocol/log/map-entry.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { type PackedHash, packHash } from "#protocol/prefix-map/packed-hash.ts";
import { emptyPrefixMap, type PrefixMap, setEntries } from "#protocol/prefix-map/prefix-map.ts";
import type { EntryRow, LogTail } from "../store/store.ts";

/** Versions of the map kept for proofs about leaves that were the newest a moment ago. They share their nodes. */
const RECENT_MAPS = 64;

const EMPTY_TAIL: LogTail = {
  size: 0,
  root: new Uint8Array(32),
  lastTime: 0,
  lastEpoch: 0,
  isClosed: false,
  organizationSize: 0,
  checkpoint: null,
};

/**
 * One log in memory as of the last commit. The tree may hold uncommitted leaves of the groups under way beyond
 * `tail.size`: whoever reads it names a size.
 */
export class LiveLog {
  readonly identity: LogIdentity;
  readonly tree: MerkleTree;
  readonly #values = new Map<string, Bytes>();
  readonly #recentMaps = new Map<number, PrefixMap>();
  #map: PrefixMap;
  #tail: LogTail;

  private constructor(identity: LogIdentity, tree: MerkleTree, map: PrefixMap, tail: LogTail) {
    this.identity = identity;
    this.tree = tree;
    this.#map = map;
    this.#tail = tail;
  }

  static empty(suite: CryptoSuite, identity: LogIdentity): LiveLog {
    return new LiveLog(identity, new MerkleTree(suite.sha256), emptyPrefixMap, EMPTY_TAIL);
  }

  /** From what the database holds: all leaf hashes and the newest entry of each key. */
  static load(
    suite: CryptoSuite,
    identity: LogIdentity,
    tail: LogTail,
    leafHashes: readonly Bytes[],
    entries: readonly EntryRow[],
  ): LiveLog {
    const tree = new MerkleTree(suite.sha256);
    for (const leafHash of leafHashes) tree.append(leafHash);
    const map = mapOfEntries(suite, entries);
    const log = new LiveLog(identity, tree, map, tail);
    for (const { key, value } of entries) log.#values.set(packHash(key), value);
    log.#recentMaps.set(tail.size, map);
    return log;
  }

  get tail(): LogTail {
    return this.#tail;
  }

  get map(): PrefixMap {
    return this.#map;
  }

  /** Memory this log takes, in units of about a leaf or an entry. */
  get weight(): number {
    return this.#tail.size + this.#values.size;
  }

  readonly entries: EntryReader = (key) => this.value(packHash(key));

  /** The entry of a key that is packed already. */
  value(name: PackedHash): Bytes | undefined {
    return this.#values.get(name);
  }

  /** The map after leaf `size - 1`, if it was the newest not long ago. */
  recentMap(size: number): PrefixMap | undefined {
    return this.#recentMaps.get(size);
  }

  /** Takes over what a group has committed. */
  adopt(tail: LogTail, maps: ReadonlyMap<number, PrefixMap>, values: ReadonlyMap<string, Bytes>): void {
    this.#tail = tail;
    for (const [key, value] of values) this.#values.set(key, value);
    for (const [size, map] of maps) this.#recentMaps.set(size, map);
    this.#map = this.#recentMaps.get(tail.size) ?? this.#map;
    for (const size of this.#recentMaps.keys()) {
      if (this.#recentMaps.size <= RECENT_MAPS) break;
      this.#recentMaps.delete(size);
    }
  }
}

function mapOfEntries(suite: CryptoSuite, entries: readonly EntryRow[]): PrefixMap {
  return setEntries(suite.sha256, emptyPrefixMap, hashedEntries(suite, entries));
}

export function hashedEntries(suite: CryptoSuite, entries: readonly EntryRow[]) {
  return entries.map(({ key, value }) => ({ key, valueHash: suite.sha256(value) }));
}

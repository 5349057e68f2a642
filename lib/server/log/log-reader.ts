import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { mapKeyOf } from "#protocol/log/map-entry.ts";
import type { ProvenEntry, ProvenLeaf } from "#protocol/log/receipt.ts";
import type { Checkpoint } from "../ports.ts";
import type { Store } from "../store/store.ts";
import type { InstanceMemory } from "./instance-memory.ts";
import type { InstanceSigner } from "./instance-signer.ts";
import type { LiveLog } from "./live-log.ts";
import type { LogCache } from "./log-cache.ts";
import type { PastMaps } from "./past-maps.ts";
import { proveEntries } from "./receipts.ts";
import { RecoveryNeeded } from "./writer.ts";

/** Questions about committed logs; undefined where there is no such log or the server has no answer for these sizes. */
export interface LogReader {
  readonly log: (id: Bytes) => Promise<LiveLog | undefined>;
  readonly head: (
    id: Bytes,
    fromSize: number,
  ) => Promise<{ readonly note: Bytes; readonly consistencyPath: readonly Bytes[] } | undefined>;
  readonly leaves: (
    id: Bytes,
    from: number,
    to: number,
    maxBytes: number,
  ) => Promise<readonly Bytes[] | undefined>;
  readonly leafHashes: (
    id: Bytes,
    from: number,
    to: number,
  ) => Promise<{ readonly frontier: readonly Bytes[]; readonly hashes: readonly Bytes[] } | undefined>;
  /** Of a workspace's authority records those with numbers [from, to), as many from the front as fit; at least one, if there is one. */
  readonly authority: (
    id: Bytes,
    from: number,
    to: number,
    headSize: number,
    maxBytes: number,
  ) => Promise<readonly ProvenLeaf[] | undefined>;
  /** For the newest leaf (and the few before it) and for EPOCH leaves. */
  readonly proveEntries: (
    id: Bytes,
    size: number,
    headSize: number,
    keys: readonly Bytes[],
  ) => Promise<
    | {
        readonly leaf: Bytes;
        readonly inclusionPath: readonly Bytes[];
        readonly entries: readonly ProvenEntry[];
      }
    | undefined
  >;
  readonly auditCheckpoint: (
    checkpoint: Checkpoint,
    fromSizes: readonly number[],
    keys: readonly Bytes[],
  ) => Promise<
    | {
        readonly note: Bytes;
        readonly consistencyPaths: readonly (readonly Bytes[])[];
        readonly epochLeaf: Bytes;
        readonly inclusionPath: readonly Bytes[];
        readonly entries: readonly ProvenEntry[];
      }
    | undefined
  >;
}

/** Of one hash in a path, as it is encoded. */
const PATH_HASH_BYTES = 34;

export function createLogReader(parts: {
  readonly suite: CryptoSuite;
  readonly store: Store;
  readonly cache: LogCache;
  readonly memory: InstanceMemory;
  readonly signer: InstanceSigner;
  readonly pastMaps: PastMaps;
}): LogReader {
  const { suite, store, cache, memory, signer, pastMaps } = parts;

  const signedNote = (live: LiveLog, size: number): Bytes => {
    if (memory.needsRecovery()) throw new RecoveryNeeded();
    return signer.signHead({ log: live.identity.id, size, root: live.tree.root(size) });
  };

  const entriesAt = async (live: LiveLog, size: number, keys: readonly Bytes[]): Promise<ProvenEntry[]> => {
    const [map, entries] = await Promise.all([
      pastMaps.at(live, size),
      pastMaps.entries(live.identity.id, size, keys),
    ]);
    return proveEntries(map, entries, keys);
  };

  return {
    log: (id) => cache.get(id),
    head: async (id, fromSize) => {
      const live = await cache.get(id);
      const size = live?.tail.size ?? 0;
      if (!live || fromSize > size) return undefined;
      const consistencyPath = fromSize > 0 ? live.tree.consistencyPath(fromSize, size) : [];
      return { note: signedNote(live, size), consistencyPath };
    },
    leaves: async (id, from, to, maxBytes) => {
      const live = await cache.get(id);
      if (!live || from > to || to > live.tail.size) return undefined;
      return store.leaves(id, from, to, maxBytes);
    },
    leafHashes: async (id, from, to) => {
      const live = await cache.get(id);
      if (!live || from > to || to > live.tail.size) return undefined;
      const hashes = [];
      for (let index = from; index < to; index++) hashes.push(live.tree.leafHash(index));
      return { frontier: live.tree.frontier(from).peaks, hashes };
    },
    authority: async (id, from, to, headSize, maxBytes) => {
      const live = await cache.get(id);
      if (!live || from > to || headSize > live.tail.size) return undefined;
      const key = mapKeyOf(suite, { kind: "authority" });
      const proven: ProvenLeaf[] = [];
      let sizeBytes = 0;
      for (const index of await store.entryIndices(id, key, from, to - from)) {
        const [leaf] = index < headSize ? await store.leaves(id, index, index + 1, maxBytes) : [];
        const inclusionPath = leaf ? live.tree.inclusionPath(index, headSize) : [];
        sizeBytes += (leaf?.length ?? 0) + inclusionPath.length * PATH_HASH_BYTES;
        if (!leaf || (sizeBytes > maxBytes && proven.length > 0)) break;
        proven.push({ leaf, index, inclusionPath });
      }
      return proven;
    },
    proveEntries: async (id, size, headSize, keys) => {
      const live = await cache.get(id);
      if (!live || size < 1 || size > headSize || headSize > live.tail.size) return undefined;
      const isKept = live.recentMap(size) !== undefined || (await store.isCheckpointSize(id, size));
      const [leaf] = isKept ? await store.leaves(id, size - 1, size, Number.MAX_SAFE_INTEGER) : [];
      if (!leaf) return undefined;
      const inclusionPath = live.tree.inclusionPath(size - 1, headSize);
      return { leaf, inclusionPath, entries: await entriesAt(live, size, keys) };
    },
    auditCheckpoint: async ({ log, size }, fromSizes, keys) => {
      const live = await cache.get(log);
      if (!live || [size, ...fromSizes].some((asked) => asked > live.tail.size)) return undefined;
      const [epochLeaf] = await store.leaves(log, size - 1, size, Number.MAX_SAFE_INTEGER);
      if (!epochLeaf) return undefined;
      return {
        note: signedNote(live, size),
        consistencyPaths: fromSizes.map((fromSize) => {
          const [smaller, larger] = fromSize < size ? [fromSize, size] : [size, fromSize];
          return smaller > 0 ? live.tree.consistencyPath(smaller, larger) : [];
        }),
        epochLeaf,
        inclusionPath: live.tree.inclusionPath(size - 1, size),
        entries: await entriesAt(live, size, keys),
      };
    },
  };
}

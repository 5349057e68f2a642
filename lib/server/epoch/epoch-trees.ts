import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { parseEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { checkpointHashOf, encodeNoteBody, epochSlotKeyOf } from "#protocol/log/head.ts";
import { proveEntry } from "#protocol/prefix-map/map-proof.ts";
import {
  emptyPrefixMap,
  type MapEntry,
  type PrefixMap,
  rootHash,
  setEntries,
} from "#protocol/prefix-map/prefix-map.ts";
import { unwrap } from "#protocol/result.ts";
import type { Checkpoint, EpochLogs, EpochTrees } from "../ports.ts";

/** What the sealer needs beside the proofs. */
export interface UpdatableEpochTrees extends EpochTrees {
  /** Root of the epoch's tree: the tree before it with the checkpoints made in this epoch put in. */
  readonly close: (epoch: number, checkpoints: readonly Checkpoint[]) => Promise<Bytes>;
  /** Rejects where the stored checkpoints do not lead to the epoch's stored record. */
  readonly compareWithRecord: (epoch: number) => Promise<void>;
}

/**
 * The epoch trees of a deployment: log id → hash of its newest checkpoint. The newest tree is updated from epoch
 * to epoch, and versions share what they have in common, so a kept one costs the paths that changed since. After
 * a restart the first one needed is built from the stored checkpoints, and so is one older than those kept.
 */
export function createEpochTrees(
  suite: CryptoSuite,
  logs: Pick<EpochLogs, "slots" | "epochRecord">,
): UpdatableEpochTrees {
  /** By epoch; the ones used last at the end. */
  const kept = new Map<number, Promise<PrefixMap>>();

  const keep = (epoch: number, tree: Promise<PrefixMap>): Promise<PrefixMap> => {
    kept.delete(epoch);
    kept.set(epoch, tree);
    tree.catch(() => kept.delete(epoch));
    const oldest = kept.keys().next();
    if (kept.size > MAX_KEPT_TREES && oldest.done !== true) kept.delete(oldest.value);
    return tree;
  };

  const treeOf = async (epoch: number): Promise<PrefixMap> => {
    if (epoch < 0) return emptyPrefixMap;
    const known = kept.get(epoch);
    if (known) return keep(epoch, known);
    return keep(epoch, build(epoch));
  };

  /** From the stored checkpoints, which somebody may have changed underneath: the record tells. */
  const build = async (epoch: number): Promise<PrefixMap> => {
    const tree = setEntries(suite.sha256, emptyPrefixMap, entriesOf(suite, await logs.slots(epoch)));
    const stored = await logs.epochRecord(epoch);
    if (stored && !equalBytes(rootHash(tree), unwrap(parseEpochRecord(stored.record)).root)) {
      throw new Error(`the stored checkpoints are not those of epoch ${epoch}'s record`);
    }
    return tree;
  };

  return {
    close: async (epoch, checkpoints) => {
      const before = await treeOf(epoch - 1);
      const tree = setEntries(suite.sha256, before, entriesOf(suite, checkpoints));
      await keep(epoch, Promise.resolve(tree));
      return rootHash(tree);
    },
    compareWithRecord: async (epoch) => {
      await treeOf(epoch);
    },
    proveSlot: async (epoch, log) => {
      if (!(await logs.epochRecord(epoch))) return undefined;
      return proveEntry(await treeOf(epoch), epochSlotKeyOf(suite, log));
    },
  };
}

const MAX_KEPT_TREES = 128;

function entriesOf(suite: CryptoSuite, checkpoints: readonly Checkpoint[]): MapEntry[] {
  return checkpoints.map(({ log, size, root }) => ({
    key: epochSlotKeyOf(suite, log),
    valueHash: checkpointHashOf(suite, encodeNoteBody({ log, size, root })),
  }));
}

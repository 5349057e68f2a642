import { expect } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { epochRecordHash, parseEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import { checkEpochSeal } from "#protocol/checkpoint/epoch-seal.ts";
import { checkpointHashOf, encodeNoteBody, epochSlotKeyOf } from "#protocol/log/head.ts";
import { leafHashOf, parseLeaf, parseStamp } from "#protocol/log/leaf.ts";
import { parseEpochLeafRecord } from "#protocol/log/record.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { emptyPrefixMap, type MapEntry, rootHash, setEntries } from "#protocol/prefix-map/prefix-map.ts";
import { ok, unwrap } from "#protocol/result.ts";
import { readEpochSeal } from "../read-epoch-seal.ts";
import type { SealWorld } from "./seal-world.ts";

/** An EPOCH leaf and the checkpoint it makes, found by reading the leaves. */
interface FoundSeal {
  readonly epoch: number;
  readonly size: number;
  readonly root: Bytes;
  readonly organization: readonly [size: number, root: Bytes];
}

/**
 * Recomputes every epoch from the leaves alone: one record for each epoch on the ledger and in the database, each
 * naming the one before; in every log the epochs never decrease and each is ended by its EPOCH leaf, which names
 * the organization's checkpoint of that epoch; each record's root is that of the tree of all these logs, and the
 * instance's signature over it is to be had. Answers the number of anchored epochs.
 */
export async function checkSeals(world: SealWorld, logs: readonly Bytes[]): Promise<number> {
  const { suite, engine } = world;
  const anchored = await world.anchoredRecords();
  const registry = [{ key: world.context.instanceKey, origin: "", fromEpoch: 0, retiredAt: null }];
  const seals = new Map<string, readonly FoundSeal[]>();
  for (const log of logs) seals.set(toHex(log), await findSeals(world, log));
  const sealOf = (log: Bytes, epoch: number) =>
    seals.get(toHex(log))?.findLast((seal) => seal.epoch <= epoch);

  for (const log of logs) {
    const organization = (await engine.reader.log(log))?.identity.organization ?? log;
    for (const seal of seals.get(toHex(log)) ?? []) {
      const own = toHex(organization) === toHex(log);
      const expected = own ? undefined : sealOf(organization, seal.epoch);
      expect(seal.organization).toEqual(expected ? [expected.size, expected.root] : [0, new Uint8Array(32)]);
    }
  }
  let previous: Bytes = new Uint8Array(32);
  for (const [epoch, record] of anchored.entries()) {
    const parsed = unwrap(parseEpochRecord(record));
    expect(parsed).toMatchObject({ epoch, previous });
    previous = epochRecordHash(suite, record);
    const stored = await engine.epochLogs.epochRecord(epoch);
    expect(stored && toHex(stored.record)).toBe(toHex(record));
    expect(stored?.anchoredHeight).not.toBeNull();
    const seal = await readEpochSeal(engine.epochLogs, epoch);
    expect(seal && checkEpochSeal(suite, seal, { epoch, record }, registry)).toEqual(ok({ missing: [] }));
    const slots = logs.flatMap((log): MapEntry[] => {
      const seal = sealOf(log, epoch);
      if (!seal) return [];
      const body = encodeNoteBody({ log, size: seal.size, root: seal.root });
      return [{ key: epochSlotKeyOf(suite, log), valueHash: checkpointHashOf(suite, body) }];
    });
    const root = rootHash(setEntries(suite.sha256, emptyPrefixMap, slots));
    expect(toHex(parsed.root), `root of epoch ${epoch}`).toBe(toHex(root));
  }
  return anchored.length;
}

async function findSeals({ suite, engine }: SealWorld, log: Bytes): Promise<readonly FoundSeal[]> {
  const live = await engine.reader.log(log);
  const size = live?.tail.size ?? 0;
  const leaves = (await engine.reader.leaves(log, 0, size, 1 << 24)) ?? [];
  expect(leaves).toHaveLength(size);
  const tree = new MerkleTree(suite.sha256);
  const seals: FoundSeal[] = [];
  /** Epoch of the leaves since the last EPOCH leaf. */
  let openEpoch: number | undefined;
  for (const encoded of leaves) {
    const leaf = unwrap(parseLeaf(encoded));
    const stamp = unwrap(parseStamp(leaf.stamp));
    expect(stamp.index).toBe(tree.size);
    tree.append(leafHashOf(suite, leaf));
    if (leaf.signature.length > 0) {
      expect(stamp.epoch).toBeGreaterThan(seals.at(-1)?.epoch ?? -1);
      expect(openEpoch ?? stamp.epoch).toBe(stamp.epoch);
      openEpoch = stamp.epoch;
    } else {
      const { epoch, organization } = unwrap(parseEpochLeafRecord(leaf.record)).content.body;
      expect([epoch, stamp.epoch]).toEqual([openEpoch, openEpoch]);
      seals.push({ epoch, size: tree.size, root: tree.root(), organization });
      openEpoch = undefined;
    }
  }
  return seals;
}

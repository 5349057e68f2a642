import { expect, it } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { signNote } from "#protocol/log/head.ts";
import { encodeLeaf, encodeStamp, leafHashOf, parseLeaf } from "#protocol/log/leaf.ts";
import { createMapChange } from "#protocol/log/map-entry.ts";
import { createMemoryWorld, type MemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { proveEntry } from "#protocol/prefix-map/map-proof.ts";
import { rootHash, setEntries } from "#protocol/prefix-map/prefix-map.ts";
import { ok, unwrap } from "#protocol/result.ts";
import { createJournal } from "../journal/journal.ts";
import { createSealedRows } from "../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../storage/testing/memory-row-store.ts";
import type { FaultReport } from "./fault.ts";
import type { LogHost } from "./log-host.ts";
import { verifyOwnEntry } from "./reconcile.ts";

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const ACK = { kind: "ack", body: {} } as const;

/** A log as a server shows it. */
interface Shown {
  readonly leaves: readonly Bytes[];
  readonly tree: MerkleTree;
  readonly note: Bytes;
  readonly entries: readonly unknown[];
}

function honest({ workspace, bob }: MemoryWorld): Shown {
  const key = createMapChange(suite, { kind: "device", id: bob.device }, "device", NO_ENTRY).key;
  return {
    leaves: workspace.leaves,
    tree: workspace.tree,
    note: workspace.note(),
    entries: workspace.prove([key]),
  };
}

/** The newest leaf's map gets an entry of Bob's device that no record of his stands behind. */
function withInventedEntry({ workspace, bob }: MemoryWorld): Shown {
  const index = workspace.size - 1;
  const change = createMapChange(suite, { kind: "device", id: bob.device }, "device", [
    bob.incarnation,
    7,
    suite.sha256(bob.device),
    index,
  ]);
  const valueHash = suite.sha256(change.value);
  const map = setEntries(suite.sha256, workspace.map, [{ key: change.key, valueHash }]);
  const stamp = encodeStamp({ ...workspace.stampAt(index), mapRoot: rootHash(map) });
  const leaf = { ...unwrap(parseLeaf(workspace.leaves[index] ?? new Uint8Array(0))), stamp };
  const tree = new MerkleTree(suite.sha256, workspace.tree.frontier(index));
  tree.append(leafHashOf(suite, leaf));
  const head = { log: workspace.identity.id, size: tree.size, root: tree.root() };
  return {
    leaves: [...workspace.leaves.slice(0, index), encodeLeaf(leaf)],
    tree,
    note: signNote(suite, head, workspace.instanceSecret),
    entries: [{ ...change, proof: proveEntry(map, change.key) }],
  };
}

/** Bob's device, after one record of his, with a server that shows the log so. */
async function createBob(world: MemoryWorld) {
  const rows = createSealedRows(suite, randomBytes, createMemoryRowStore(), randomBytes(32));
  const journal = createJournal(rows);
  const { workspace, organization, bob } = world;
  const log = workspace.identity.id;
  const { record, application, index } = bob.act(workspace, organization, ACK);
  const { recordHash } = application;
  await journal.learn(log, {
    head: { size: workspace.size, root: workspace.tree.root(), note: workspace.note() },
    own: { seq: record.seq, recordHash, index },
  });
  const faults: FaultReport[] = [];
  let shown: Shown | undefined;
  const call = async (
    { name }: { readonly name: string },
    request: { readonly from: number; readonly fromSize: number },
  ) => {
    const { leaves, tree, note, entries } = shown ?? honest(world);
    switch (name) {
      case "read-head":
        return ok({ body: { note, consistencyPath: tree.consistencyPath(request.fromSize, tree.size) } });
      case "prove-entries":
        return ok({
          body: { leaf: leaves.at(-1), inclusionPath: tree.inclusionPath(tree.size - 1, tree.size), entries },
        });
      default:
        return ok({ body: { leaves: [leaves[request.from]] } });
    }
  };
  const host = {
    suite,
    journal,
    identity: { device: bob.device },
    deviceSecretKey: bob.deviceSecret,
    ledger: {
      current: async () => ok({ registry: [{ key: world.instanceKey, fromEpoch: 0, retiredAt: null }] }),
      known: () => undefined,
    },
    sessions: { call },
    onFault: async (fault: FaultReport) => void faults.push(fault),
  } as unknown as LogHost;
  return {
    faults,
    row: () => journal.log(log),
    compare: (next?: Shown) => {
      shown = next;
      return verifyOwnEntry(host, log);
    },
  };
}

const NO_ENTRY = [new Uint8Array(16), 0, new Uint8Array(32), 0] as const;

it("takes over what another copy of this device wrote", async () => {
  const world = createMemoryWorld(suite);
  const device = await createBob(world);
  world.bob.act(world.workspace, world.organization, ACK);
  expect(await device.compare()).toEqual(ok(null));
  expect(await device.row()).toMatchObject({ own: { seq: 1 }, isComplete: false });
  expect(device.faults).toEqual([]);
});

it("takes nothing over that this device has not signed: a lie is no second copy (attacks 28, 31)", async () => {
  const world = createMemoryWorld(suite);
  const device = await createBob(world);
  world.alice.act(world.workspace, world.organization, ACK);
  expect(await device.compare(withInventedEntry(world))).toMatchObject({ error: { check: "E1" } });
  expect(await device.row()).toMatchObject({ own: { seq: 0 }, isComplete: true });
  expect(device.faults).toMatchObject([{ detail: "OwnEntryDiffers" }]);
});

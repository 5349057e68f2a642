import { expect, it } from "vitest";
import { signNote } from "#protocol/log/head.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import { encodeLeaf, encodeStamp, leafHashOf, parseLeaf } from "#protocol/log/leaf.ts";
import { createMapChange } from "#protocol/log/map-entry.ts";
import { signRefusal } from "#protocol/log/refusal.ts";
import { createMemoryWorld, type MemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { proveEntry } from "#protocol/prefix-map/map-proof.ts";
import { rootHash, setEntries } from "#protocol/prefix-map/prefix-map.ts";
import { ok, unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import { answerLog, type ShownLog } from "../transport/testing/answer-log.ts";
import { answer } from "../transport/testing/answering-transport.ts";
import { journalRecord } from "./prepare-record.ts";
import { verifyOwnEntry } from "./reconcile.ts";
import { createLogWorld } from "./testing/log-world.ts";

const ACK = { kind: "ack", body: {} } as const;

/** The newest leaf's map gets an entry of Bob's device that no record of his stands behind. */
function withInventedEntry({ workspace, bob }: MemoryWorld): ShownLog {
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
    note: () => signNote(suite, head, workspace.instanceSecret),
    prove: () => [{ ...change, proof: proveEntry(map, change.key) }],
  };
}

/** A record in the name of Bob's device, next in its chain, that somebody else has signed. */
function withForgedRecord(world: MemoryWorld): ShownLog {
  const { workspace, organization, alice, bob } = world;
  const record = bob.draft(workspace, organization, ACK);
  const signed = alice.sign(record);
  const recordHash = recordHashOf(suite, signed.record, signed.signature);
  const entry = [bob.incarnation, record.seq, recordHash, workspace.size] as const;
  workspace.forge(signed, [createMapChange(suite, { kind: "device", id: bob.device }, "device", entry)]);
  return workspace;
}

/** Bob's device, after one record of his, with a server that shows the log so. */
async function createBob(world: MemoryWorld) {
  let shown: ShownLog = world.workspace;
  const { host, faults } = createLogWorld(world, world.bob, { answers: answerLog(() => shown) });
  const { journal } = host;
  const { workspace, organization, bob } = world;
  const log = workspace.identity.id;
  const { record, application, index } = bob.act(workspace, organization, ACK);
  const { recordHash } = application;
  await journal.learn(log, {
    head: { size: workspace.size, root: workspace.tree.root(), note: workspace.note() },
    own: { seq: record.seq, recordHash, index },
  });
  return {
    faults,
    row: () => journal.log(log),
    compare: (next: ShownLog = workspace) => {
      shown = next;
      return verifyOwnEntry(host, log);
    },
  };
}

it("takes over what another copy of this device wrote", async () => {
  const world = createMemoryWorld(suite);
  const device = await createBob(world);
  world.bob.act(world.workspace, world.organization, ACK);
  expect(await device.compare()).toEqual(ok("takenOver"));
  expect(await device.row()).toMatchObject({ own: { seq: 1 }, isComplete: false });
  expect(device.faults).toEqual([]);
});

/** Bob's device after the server refused its second record, and then put it into the log all the same. */
async function createRefused(state: "refused" | "abandoned", answersAgain: "appended" | "refused") {
  const world = createMemoryWorld(suite);
  const { workspace, organization, bob } = world;
  const log = workspace.identity.id;
  const { host, faults, takenBack } = createLogWorld(world, bob, {
    answers: [
      ...answerLog(() => workspace),
      answer(append, ({ signed }) => {
        const recordHash = recordHashOf(suite, signed.record, signed.signature);
        const index = workspace.applications.findIndex(
          (done) => done?.recordHash.join() === recordHash.join(),
        );
        const { record } = workspace.applications[index] ?? unreachable();
        if (answersAgain === "appended") {
          const receipt = workspace.receipt(index, record);
          return { kind: "appended", body: { receipt, results: [], contents: [], writes: [] } };
        }
        const instanceKey = world.instanceKey;
        const statement = {
          log,
          recordHash,
          status: "notMember",
          note: workspace.note(),
          instanceKey,
        } as const;
        return { kind: "refused", body: signRefusal(suite, statement, workspace.instanceSecret) };
      }),
    ],
  });
  const { journal } = host;
  const first = bob.act(workspace, organization, ACK);
  await journal.learn(log, {
    head: { size: workspace.size, root: workspace.tree.root(), note: workspace.note() },
    own: { seq: first.record.seq, recordHash: first.application.recordHash, index: first.index },
  });
  const record = bob.draft(workspace, organization, ACK);
  const signed = bob.sign(record);
  const { operation } = await journalRecord(host, log, record, signed, { subjects: ["budget"] });
  await journal.settle(log, { ...operation, state });
  bob.submit(workspace, signed);
  return { host, log, faults, takenBack, journal, compare: () => verifyOwnEntry(host, log) };
}

function unreachable(): never {
  throw new Error("only records of the log are asked about");
}

it.each(["refused", "abandoned"] as const)(
  "knows for its own what it gave up as %s and the server appended later, and gets its receipt",
  async (state) => {
    const device = await createRefused(state, "appended");
    expect(await device.compare()).toEqual(ok("takenBack"));
    const { journal, log } = device;
    expect(await journal.log(log)).toMatchObject({ own: { seq: 1 }, isComplete: true });
    expect(await journal.openOperations(log)).toMatchObject([{ state: "receipted", subjects: ["budget"] }]);
    expect(await journal.givenUpOperations(log)).toEqual([]);
    expect(device.takenBack).toHaveLength(1);
    expect(device.faults).toEqual([]);
    expect(await device.compare()).toEqual(ok("same"));
  },
);

it("holds against a server that refuses what stands in its log", async () => {
  const device = await createRefused("refused", "refused");
  expect(await device.compare()).toMatchObject({ error: { check: "I1", detail: "RefusedThoughAppended" } });
  expect(device.faults).toMatchObject([{ refusal: { statement: { status: "notMember" } } }]);
  expect(device.takenBack).toEqual([]);
});

it("takes nothing over that this device has not signed: a lie is no second copy (attacks 28, 31)", async () => {
  for (const lie of [withInventedEntry, withForgedRecord]) {
    const world = createMemoryWorld(suite);
    const device = await createBob(world);
    world.alice.act(world.workspace, world.organization, ACK);
    expect(await device.compare(lie(world))).toMatchObject({ error: { check: "E1" } });
    expect(await device.row()).toMatchObject({ own: { seq: 0 }, isComplete: true });
    expect(device.faults).toMatchObject([{ detail: "OwnEntryDiffers" }]);
  }
});

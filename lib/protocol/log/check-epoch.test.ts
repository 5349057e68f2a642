import { describe, expect, it } from "vitest";
import { proveEntry } from "../prefix-map/map-proof.ts";
import { emptyPrefixMap, rootHash, setEntry } from "../prefix-map/prefix-map.ts";
import { unwrap } from "../result.ts";
import { checkEpoch, type EpochAnswer } from "./check-epoch.ts";
import { checkOwnOperations, type OwnOperation, ownOperationKeys } from "./check-own-operations.ts";
import { checkpointHashOf, encodeNoteBody, epochSlotKeyOf, type Head } from "./head.ts";
import { recordHashOf } from "./identifiers.ts";
import { createMapChange, type MapChange } from "./map-entry.ts";
import { createWrite, NO_BASE, namedBytes } from "./testing/memory-log.ts";
import { readNewest } from "./testing/memory-read.ts";
import { createMemoryWorld, type MemoryWorld, roleOf } from "./testing/memory-world.ts";
import { testSuite as suite } from "./testing/test-suite.ts";

const manifest = namedBytes(suite, "budget").slice(0, 16);

function own(world: MemoryWorld, done: ReturnType<MemoryWorld["alice"]["act"]>): OwnOperation {
  return {
    record: done.record,
    recordHash: recordHashOf(suite, done.signed.record, done.signed.signature),
    stamp: world.workspace.stampAt(done.index),
    read: null,
  };
}

type EpochInput = Parameters<typeof checkEpoch>[1];

/** Closes the epoch honestly and gives what the audit of Alice's device would be answered. */
function seal(world: MemoryWorld, operations: readonly OwnOperation[], relied: Head) {
  const { workspace } = world;
  workspace.appendEpochLeaf();
  const { head } = workspace;
  const slotKey = epochSlotKeyOf(suite, head.log);
  const tree = setEntry(suite.sha256, emptyPrefixMap, slotKey, checkpointHashOf(suite, encodeNoteBody(head)));
  const answer: EpochAnswer = {
    note: workspace.note(),
    slotProof: proveEntry(tree, slotKey),
    consistencyPaths: [workspace.tree.consistencyPath(relied.size, head.size)],
    epochLeaf: workspace.leaves.at(-1) ?? new Uint8Array(0),
    inclusionPath: workspace.tree.inclusionPath(head.size - 1, head.size),
    entries: workspace.prove(ownOperationKeys(suite, world.alice.device, operations)),
  };
  const pathFrom = (size: number) => workspace.tree.consistencyPath(size, head.size);
  const check = (
    changed: Partial<EpochAnswer> = {},
    rely: Head = relied,
    { epoch = workspace.epoch, previous = null }: Partial<Pick<EpochInput, "epoch" | "previous">> = {},
  ) =>
    checkEpoch(suite, {
      log: head.log,
      epoch,
      epochRoot: rootHash(tree),
      instanceKeys: [world.instanceKey],
      relied: [rely],
      previous,
      answer: {
        ...answer,
        ...(previous && { consistencyPaths: [...answer.consistencyPaths, pathFrom(previous.head.size)] }),
        ...changed,
      },
    });
  return { answer, check, head };
}

describe("checkEpoch (E3, E4) and checkOwnOperations (E1)", () => {
  it("finds own writes and reads under an honest seal", () => {
    const world = createMemoryWorld(suite);
    const { alice, workspace, organization } = world;
    const first = alice.act(workspace, organization, createWrite(suite, manifest, NO_BASE, "one"));
    const second = alice.act(
      workspace,
      organization,
      createWrite(suite, manifest, { version: 1, record: first.application.recordHash }, "two"),
    );
    const read = readNewest(world, alice, [manifest], () => null);
    const readOperation: OwnOperation = {
      record: read.record,
      recordHash: world.workspace.applications.at(-1)?.recordHash ?? new Uint8Array(32),
      stamp: workspace.stampAt(workspace.size - 1),
      read: { opening: read.opening, results: read.answer.results },
    };
    const operations = [own(world, first), own(world, second), readOperation];
    const { check } = seal(world, operations, workspace.head);
    const checkpoint = unwrap(check());
    expect(checkOwnOperations(suite, checkpoint, alice.device, operations, readOperation)).toEqual({
      ok: true,
      value: null,
    });
  });

  it("catches a receipted write that is missing under the seal (attack 2)", () => {
    const world = createMemoryWorld(suite);
    const { alice, workspace, organization } = world;
    const forked = createMemoryWorld(suite);
    const write = alice.act(workspace, organization, createWrite(suite, manifest, NO_BASE, "lost"));
    const operation = own(world, write);
    // The sealed branch has another operation of Alice's device in its place.
    const other = forked.alice.act(forked.workspace, forked.organization, { kind: "ack", body: {} });
    const { check, head } = seal(forked, [operation], forked.workspace.head);
    expect(check({ consistencyPaths: [[]] }, world.workspace.head)).toMatchObject({
      error: { type: "CheckpointInconsistent" },
    });
    const checkpoint = unwrap(check());
    expect(checkOwnOperations(suite, checkpoint, alice.device, [operation], operation)).toMatchObject({
      error: { type: "DeviceEntryDiffers" },
    });
    expect(head.size).toBe(other.index + 2);
  });

  it("finds a role that this device took away, or a later one, and misses it where the map hides it (attack 17)", () => {
    const world = createMemoryWorld(suite);
    const { alice, bob, workspace, organization } = world;
    const removal = alice.act(workspace, organization, roleOf(bob, null));
    const operation = own(world, removal);
    const again = own(world, alice.act(workspace, organization, roleOf(bob, "reader")));
    const honest = unwrap(seal(world, [operation, again], workspace.head).check());
    expect(checkOwnOperations(suite, honest, alice.device, [operation, again], again)).toEqual({
      ok: true,
      value: null,
    });

    const lied = createMemoryWorld(suite);
    const draft = lied.alice.draft(lied.workspace, lied.organization, roleOf(lied.bob, null));
    const signed = lied.alice.sign(draft);
    const recordHash = recordHashOf(suite, signed.record, signed.signature);
    const index = lied.workspace.forge(signed, [
      createMapChange(suite, { kind: "device", id: draft.device }, "device", [
        draft.incarnation,
        draft.seq,
        recordHash,
        lied.workspace.size,
      ]),
    ]);
    const hidden: OwnOperation = {
      record: draft,
      recordHash,
      stamp: lied.workspace.stampAt(index),
      read: null,
    };
    const sealed = unwrap(seal(lied, [hidden], lied.workspace.head).check());
    expect(checkOwnOperations(suite, sealed, alice.device, [hidden], hidden)).toEqual({
      ok: false,
      error: { type: "RoleNotThere", index },
    });
  });

  /** Alice's own records stand in the log, and a later leaf draws a map that has forgotten something of them. */
  function forgotten(change: (world: MemoryWorld, index: number) => MapChange) {
    const world = createMemoryWorld(suite);
    const { alice, bob, workspace, organization } = world;
    const base = alice.act(workspace, organization, createWrite(suite, manifest, NO_BASE, "one"));
    const write = alice.act(
      workspace,
      organization,
      createWrite(suite, manifest, { version: 1, record: base.application.recordHash }, "two"),
    );
    const rings = [alice, bob].map(({ user }) => ({ user, ringHash: base.application.recordHash }));
    const body = { keyIndex: 1, keyCommitment: base.application.recordHash, rings };
    const rotation = alice.act(workspace, organization, { kind: "rotation", body });
    const operations = [own(world, base), own(world, write), own(world, rotation)];
    const ack = bob.sign(bob.draft(workspace, organization, { kind: "ack", body: {} }));
    workspace.forge(ack, [change(world, workspace.size)]);
    const checkpoint = unwrap(seal(world, operations, workspace.head).check());
    return checkOwnOperations(suite, checkpoint, alice.device, operations, own(world, rotation));
  }

  const newestIs = (version: number, isDeleted: boolean) => () =>
    createMapChange(suite, { kind: "manifest", id: manifest }, "manifest", [version, isDeleted]);
  const keyIs = (keyIndex: number, madeAt: (index: number) => number) => (_: MemoryWorld, index: number) =>
    createMapChange(suite, { kind: "key" }, "key", [keyIndex, madeAt(index)]);

  it("finds own versions and keys, and misses them where a later leaf hides them (attack 46)", () => {
    const unchanged = newestIs(2, false);
    expect(forgotten(unchanged)).toMatchObject({ ok: true });
    expect(forgotten(newestIs(3, true))).toMatchObject({ ok: true });
    for (const hidden of [newestIs(1, false), newestIs(0, false), newestIs(2, true)]) {
      expect(forgotten(hidden)).toMatchObject({ error: { type: "NewestVersionHidden" } });
    }
    expect(forgotten(keyIs(2, (index) => index))).toMatchObject({ ok: true });
    // The rotation undone, made by another leaf, or followed by one before what was written under the key.
    for (const hidden of [keyIs(0, () => 0), keyIs(1, (index) => index), keyIs(2, () => 3)]) {
      expect(forgotten(hidden)).toMatchObject({ error: { type: "KeyNotThere" } });
    }
  });

  it("catches a stale read (attack 3)", () => {
    const world = createMemoryWorld(suite);
    const { alice, bob, workspace, organization } = world;
    const first = alice.act(workspace, organization, createWrite(suite, manifest, NO_BASE, "one"));
    const honest = readNewest(world, alice, [manifest], () => null);
    bob.act(
      workspace,
      organization,
      createWrite(suite, manifest, { version: 1, record: first.application.recordHash }, "two"),
    );
    const late = alice.act(workspace, organization, honest.record.content, namedBytes(suite, "results"));
    const stale: OwnOperation = {
      ...own(world, late),
      read: { opening: honest.opening, results: honest.answer.results },
    };
    const { check } = seal(world, [stale], workspace.head);
    expect(checkOwnOperations(suite, unwrap(check()), alice.device, [stale], stale)).toMatchObject({
      error: { type: "ReadWasStale", version: 1, overtakenBy: late.index - 1 },
    });
  });

  it("catches a seal that ends before a receipted operation of its epoch (attack 22)", () => {
    const world = createMemoryWorld(suite);
    const { alice, workspace, organization } = world;
    const { check } = seal(world, [], workspace.head);
    const late = own(world, alice.act(workspace, organization, { kind: "ack", body: {} }));
    const checkpoint = unwrap(check());
    expect(checkOwnOperations(suite, checkpoint, alice.device, [late], null)).toMatchObject({ ok: false });
  });

  it("refuses a checkpoint that is not the slot of the epoch's tree (attack 23)", () => {
    const world = createMemoryWorld(suite);
    const { check } = seal(world, [], world.workspace.head);
    const forked = createMemoryWorld(suite);
    forked.workspace.epoch = 0;
    forked.bob.act(forked.workspace, forked.organization, { kind: "ack", body: {} });
    expect(check({ note: forked.workspace.note() })).toEqual({
      ok: false,
      error: { type: "CheckpointNotInEpochTree", check: "E3" },
    });
  });

  it("refuses a checkpoint whose last leaf does not close an epoch", () => {
    const world = createMemoryWorld(suite);
    const { check } = seal(world, [], world.workspace.head);
    expect(check({ epochLeaf: world.workspace.leaves[0] ?? new Uint8Array(0) })).toEqual({
      ok: false,
      error: { type: "EpochLeafNotLast", check: "E4" },
    });
  });

  it("refuses map entries that are not proven", () => {
    const world = createMemoryWorld(suite);
    const { check, answer } = seal(world, [], world.workspace.head);
    const entries = answer.entries.map((entry) => ({ ...entry, value: new Uint8Array(3) }));
    expect(check({ entries })).toEqual({
      ok: false,
      error: { type: "CheckpointEntryNotProven", check: "E1" },
    });
  });

  it("refuses leaves that were put into an epoch whose seal was without them (attack 11)", () => {
    const world = createMemoryWorld(suite);
    const { bob, workspace, organization } = world;
    workspace.appendEpochLeaf();
    const previous = { head: workspace.head, epoch: 90 };
    // A record of Bob's that was held back: stamped for the epochs in which it could still be applied.
    workspace.epoch = 2;
    bob.act(workspace, organization, { kind: "ack", body: {} });
    const relied = workspace.head;
    const { check } = seal(world, [], relied);
    const earlier = { ...previous, epoch: 1 };
    expect(check({}, relied, { epoch: 91, previous: earlier })).toMatchObject({ ok: true });
    expect(check({}, relied, { epoch: 91, previous })).toMatchObject({
      ok: false,
      error: { type: "LeafBeyondSeal", check: "E4", checkpoint: { size: workspace.size } },
    });
  });

  it("continues everything that the device relies on, by a proof for each", () => {
    const world = createMemoryWorld(suite);
    const { alice, bob, workspace, organization } = world;
    workspace.appendEpochLeaf();
    const previous = { head: workspace.head, epoch: 1 };
    workspace.epoch = 2;
    for (const author of [alice, bob, alice]) author.act(workspace, organization, { kind: "ack", body: {} });
    const relied = workspace.head;
    const { check, answer } = seal(world, [], relied);
    const at = { epoch: workspace.epoch, previous };
    expect(check({}, relied, at)).toMatchObject({ ok: true });
    const inconsistent = { ok: false, error: { type: "CheckpointInconsistent", check: "E3" } };
    const other = <T extends { readonly root: Uint8Array }>(head: T): T => ({
      ...head,
      root: suite.sha256(head.root),
    });
    // Of the same size, and another history's.
    expect(check({}, other(relied), at)).toMatchObject(inconsistent);
    expect(check({}, relied, { ...at, previous: { ...previous, head: other(previous.head) } })).toMatchObject(
      inconsistent,
    );
    const [path = []] = answer.consistencyPaths;
    for (const consistencyPaths of [[], [path], [path, path], [path, path, path]]) {
      expect(check({ consistencyPaths }, relied, at)).toMatchObject(inconsistent);
    }
    const same = { head: other(workspace.head), epoch: 1 };
    expect(check({ consistencyPaths: [path, []] }, relied, { ...at, previous: same })).toMatchObject(
      inconsistent,
    );
  });
});

import { describe, expect, it } from "vitest";
import { encodeNoteBody } from "#protocol/log/head.ts";
import { putRow } from "../storage/sealed-rows.ts";
import { forgetReplay, loadReplay } from "./kept-replay.ts";
import { proveFault } from "./prove-fault.ts";
import { createReplayRotation, type ReplayLimits } from "./replay-rotation.ts";
import { CHECKPOINTS, PROGRESS, REPLAY_PARTS } from "./tables.ts";
import { createRotationWorld } from "./testing/rotation-world.ts";

const ACK = { kind: "ack", body: {} } as const;

/**
 * A workspace that was quiet up to the seal of epoch 5 and then goes on: first with a leaf of `resumedIn`, then with
 * one of epoch 6, which is sealed.
 */
async function rotate(resumedIn: number) {
  const world = await createRotationWorld();
  const { workspace, organization, alice, bob, log, unlock, keepCheckpoint, instanceKey } = world;
  workspace.appendEpochLeaf();
  const quiet = workspace.size;
  workspace.epoch = resumedIn;
  bob.act(workspace, organization, ACK);
  if (resumedIn < 6) workspace.appendEpochLeaf();
  workspace.epoch = 6;
  alice.act(workspace, organization, ACK);
  workspace.appendEpochLeaf();
  await keepCheckpoint(quiet, 5);
  await keepCheckpoint(workspace.size, 6);
  const context = await unlock();
  const rotation = createReplayRotation(context);
  const turn = await rotation.turn([log], []);
  const isThrough = await rotation.isThrough(log);
  return { context, workspace, quiet, log, turn, isThrough, instanceKey };
}

it("finds a leaf that was put into an epoch whose seal was without it, and proves it", async () => {
  const { context, workspace, quiet, log, turn, isThrough, instanceKey } = await rotate(2);
  const fault = turn[0]?.fault;
  if (!fault) throw new Error("nothing was found");
  expect(fault).toMatchObject({ check: "E4", detail: "LeafBeyondSeal", epoch: 6, needsReplay: true });
  // Only another replay, without such a leaf, would take it back.
  expect(isThrough).toBe(false);
  const proven = await proveFault(context, log, fault, null, [instanceKey]);
  const noteBody = (size: number) => encodeNoteBody({ log, size, root: workspace.tree.root(size) });
  expect(proven).toMatchObject({
    epochs: [5, 6],
    claim: {
      kind: "contradiction",
      body: {
        a: { kind: "slot", body: { epoch: 6, noteBody: noteBody(workspace.size) } },
        b: { kind: "slot", body: { epoch: 5, noteBody: noteBody(quiet) } },
        divergence: { kind: "beyondSeal", body: { leaf: { index: quiet, leaf: workspace.leaves[quiet] } } },
      },
    },
  });
});

it("lets a quiet log go on in the epoch after its last seal", async () => {
  expect(await rotate(6)).toMatchObject({ turn: [], isThrough: true });
});

describe("a replay across unlocks", () => {
  /** Epoch 5 is sealed and replayed, then the device locks; epoch 6 is sealed beyond it. */
  async function unlockedAgain() {
    const world = await createRotationWorld();
    const { workspace, organization, alice, log, fetched, unlock, keepCheckpoint } = world;
    for (let count = 0; count < 20; count++) alice.act(workspace, organization, ACK);
    workspace.appendEpochLeaf();
    const first = await keepCheckpoint(workspace.size, 5);
    expect(await createReplayRotation(await unlock()).turn([log], [])).toEqual([]);
    expect((await world.rows.get(PROGRESS, log))?.replayed?.size).toBe(first.size);
    workspace.epoch = 6;
    alice.act(workspace, organization, ACK);
    workspace.appendEpochLeaf();
    const second = await keepCheckpoint(workspace.size, 6);
    fetched.length = 0;
    return { ...world, first, second };
  }

  it("goes on where it stopped, and fetches nothing twice", async () => {
    const { log, rows, fetched, unlock, first, second } = await unlockedAgain();
    const rotation = createReplayRotation(await unlock());
    expect(await rotation.isThrough(log)).toBe(false);
    expect(await rotation.turn([log], [])).toEqual([]);
    expect(await rotation.isThrough(log)).toBe(true);
    expect((await rows.get(PROGRESS, log))?.replayed?.size).toBe(second.size);
    // The leaf after the first seal is looked at once more: was it added in time?
    expect(fetched.every((from) => from >= first.size)).toBe(true);
  });

  it("says where it ends when there is no room for more, and asks for no more", async () => {
    const { log, rows, fetched, unlock, first } = await unlockedAgain();
    const rotation = createReplayRotation(await unlock(), { maxBytes: 1, leavesPerPart: 100 });
    expect(await rotation.turn([log], [])).toEqual([]);
    expect(await rows.get(PROGRESS, log)).toMatchObject({
      replayed: { size: first.size },
      isReplayFull: true,
    });
    // What only a replay would take back stays as it is, here and after the next unlock.
    expect(await rotation.isThrough(log)).toBe(false);
    expect(await createReplayRotation(await unlock()).isThrough(log)).toBe(false);
    expect(fetched).toEqual([]);
  });

  it("is kept part by part, each proven to be the beginning of what was sealed", async () => {
    const { log, rows, workspace, fetched, unlock, second } = await unlockedAgain();
    await forgetReplay(await unlock(), log);
    const limits = { maxBytes: 1 << 20, leavesPerPart: 10 };
    expect(await createReplayRotation(await unlock(), limits).turn([log], [])).toEqual([]);
    expect((await rows.get(PROGRESS, log))?.replayed?.size).toBe(second.size);
    for (const from of [0, 10, 20]) expect((await rows.get(REPLAY_PARTS, log, from))?.from).toBe(from);
    fetched.length = 0;
    const context = await unlock();
    const { replay } = await loadReplay(context, log);
    expect([replay.size, replay.root()]).toEqual([workspace.size, workspace.tree.root()]);
    expect(await createReplayRotation(context, limits).turn([log], [])).toEqual([]);
    expect(fetched.every((from) => from >= 20)).toBe(true);
  });

  it("keeps nothing of another history, though every leaf of it follows the rules", async () => {
    const { log, rows, unlock, second } = await unlockedAgain();
    await forgetReplay(await unlock(), log);
    const other = { ...second, root: second.root.map((byte) => byte ^ 1) };
    await rows.write([putRow(CHECKPOINTS, [log, 6], other)]);
    const rotation = createReplayRotation(await unlock(), { maxBytes: 1 << 20, leavesPerPart: 10 });
    expect(await rotation.turn([log], [])).toMatchObject([{ log, fault: { detail: "ReplayedRootDiffers" } }]);
    expect(await rows.get(REPLAY_PARTS, log, 0)).toBeUndefined();
    expect((await rows.get(PROGRESS, log))?.replayed ?? null).toBeNull();
  });

  it("begins anew where what was kept is not the sealed history's, and finds it in order", async () => {
    const { log, rows, unlock, second } = await unlockedAgain();
    const other = { ...second, root: second.root.map((byte) => byte ^ 1) };
    await rows.write([putRow(CHECKPOINTS, [log, 6], other)]);
    const rotation = createReplayRotation(await unlock());
    expect(await rotation.turn([log], [])).toMatchObject([
      { fault: { check: "I3", detail: "ReplayedRootDiffers" } },
    ]);
    expect(await rotation.isThrough(log)).toBe(false);
    await rows.write([putRow(CHECKPOINTS, [log, 6], second)]);
    expect(await rotation.turn([log], [])).toEqual([]);
    expect(await rotation.isThrough(log)).toBe(true);
  });

  it("does not go on from a part that was damaged", async () => {
    const { log, rows, fetched, unlock } = await unlockedAgain();
    const part = await rows.get(REPLAY_PARTS, log, 0);
    if (!part) throw new Error("nothing was kept");
    await rows.write([putRow(REPLAY_PARTS, [log, 0], { ...part, entries: part.entries.slice(1) })]);
    const rotation = createReplayRotation(await unlock());
    expect(await rotation.turn([log], [])).toEqual([]);
    expect(await rotation.isThrough(log)).toBe(true);
    expect(fetched[0]).toBe(0);
  });
});

describe("leaves that do not come", () => {
  /** A sealed log of 21 leaves, of which the server gives what it likes. */
  async function starved(
    give: (leaves: readonly Uint8Array[]) => readonly Uint8Array[],
    limits?: ReplayLimits,
  ) {
    const world = await createRotationWorld(give);
    const { workspace, organization, alice, log, unlock, keepCheckpoint } = world;
    for (let count = 0; count < 20; count++) alice.act(workspace, organization, ACK);
    workspace.appendEpochLeaf();
    await keepCheckpoint(workspace.size, 5);
    const context = await unlock();
    const rotation = createReplayRotation(context, limits);
    const turn = async () => {
      expect(await rotation.turn([log], [])).toEqual([]);
      const { verified, unanswered } = context.host.proofs.take();
      return {
        verified: verified.map(({ proof }) => proof),
        unanswered: unanswered.map(({ proof, detail }) => `${proof}: ${detail}`),
      };
    };
    return { turn };
  }

  it.each([
    ["none at all", () => [], "replay: LeavesMissing"],
    [
      "one for each question",
      (leaves: readonly Uint8Array[]) => leaves.slice(0, 1),
      "replay: LeavesCutShort",
    ],
    ["all but one", (leaves: readonly Uint8Array[]) => leaves.slice(0, -1), "replay: LeavesCutShort"],
  ])("are noted where the server gives %s, in each turn", async (_, give, noted) => {
    const { turn } = await starved(give);
    expect(await turn()).toEqual({ verified: [], unanswered: [noted] });
    expect((await turn()).verified).toEqual([]);
  });

  it("are nobody's silence where this device has no time or no room for more", async () => {
    const slow = await starved((leaves) => leaves, {
      maxBytes: 1 << 20,
      leavesPerPart: 10,
      leavesPerTurn: 15,
    });
    expect(await slow.turn()).toEqual({ verified: [], unanswered: [] });
    expect(await slow.turn()).toEqual({ verified: ["replay"], unanswered: [] });
    const small = await starved((leaves) => leaves, { maxBytes: -1, leavesPerPart: 10 });
    expect(await small.turn()).toEqual({ verified: [], unanswered: [] });
  });
});

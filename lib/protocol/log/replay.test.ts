import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codec } from "../codec/schema.ts";
import { unwrap } from "../result.ts";
import { encodeLeaf, encodeStamp, parseLeaf, type Stamp } from "./leaf.ts";
import { LogReplay, type ReplaySources } from "./replay.ts";
import { replayPartSchema } from "./replay-part.ts";
import { createWrite, flipBit, NO_BASE, namedBytes, sealedHash } from "./testing/memory-log.ts";
import { createMemoryWorld, type MemoryWorld } from "./testing/memory-world.ts";
import { testSuite as suite } from "./testing/test-suite.ts";

const sources: ReplaySources = {
  organization: null,
  sealedHashAt: (epoch) => sealedHash(suite, epoch),
  isInstanceRegistered: () => true,
};

function busyWorld(): MemoryWorld {
  const world = createMemoryWorld(suite);
  const { workspace, organization, alice, bob } = world;
  const report = namedBytes(suite, "report").slice(0, 16);
  const first = alice.act(workspace, organization, createWrite(suite, report, NO_BASE, "one"));
  bob.act(
    workspace,
    organization,
    createWrite(suite, report, { version: 1, record: first.application.recordHash }, "two"),
  );
  alice.act(
    workspace,
    organization,
    createWrite(suite, report, { version: 1, record: first.application.recordHash }, "late"),
  );
  bob.act(
    workspace,
    organization,
    { kind: "read", body: { count: 1, request: new Uint8Array(32) } },
    namedBytes(suite, "results"),
  );
  workspace.appendEpochLeaf();
  workspace.epoch += 1;
  alice.act(workspace, organization, { kind: "ack", body: {} });
  return world;
}

function replayOrganization(world: MemoryWorld): LogReplay {
  const replay = new LogReplay(suite, world.organization.identity, sources);
  for (const leaf of world.organization.leaves) unwrap(replay.append(leaf));
  return replay;
}

function replayWorkspace(world: MemoryWorld, leaves = world.workspace.leaves) {
  const replay = new LogReplay(suite, world.workspace.identity, {
    ...sources,
    organization: replayOrganization(world),
  });
  for (const [index, leaf] of leaves.entries()) {
    const step = replay.append(leaf);
    if (!step.ok) return { replay, index, error: step.error };
  }
  return { replay, index: leaves.length, error: undefined };
}

/** The world's leaves with one stamp rewritten. */
function withStamp(world: MemoryWorld, index: number, change: Partial<Stamp>) {
  return world.workspace.leaves.map((bytes, at) => {
    if (at !== index) return bytes;
    const leaf = unwrap(parseLeaf(bytes));
    return encodeLeaf({ ...leaf, stamp: encodeStamp({ ...world.workspace.stampAt(at), ...change }) });
  });
}

describe("LogReplay", () => {
  it("accepts what an honest server wrote, with the same root, map and outcomes", () => {
    const world = busyWorld();
    const { replay, error } = replayWorkspace(world);
    expect(error).toBeUndefined();
    expect(replay.root()).toEqual(world.workspace.tree.root());
    expect(world.workspace.stamps.map((stamp) => stamp.outcome)).toContain("conflict");
  });

  it("names a wrong outcome", () => {
    const world = busyWorld();
    const conflict = world.workspace.stamps.findIndex((stamp) => stamp.outcome === "conflict");
    expect(replayWorkspace(world, withStamp(world, conflict, { outcome: "applied" })).error).toEqual({
      type: "OutcomeWrong",
      stamped: "applied",
      due: "conflict",
    });
  });

  it.each([
    ["index", { index: 77 }],
    ["serverTime", { serverTime: 1 }],
    ["organizationSize", { organizationSize: 99 }],
  ] as const)("names a wrong %s in a stamp", (field, change) => {
    expect(replayWorkspace(busyWorld(), withStamp(busyWorld(), 3, change)).error).toEqual({
      type: "StampWrong",
      field,
    });
  });

  it("names a map root that does not follow", () => {
    const world = busyWorld();
    expect(replayWorkspace(world, withStamp(world, 2, { mapRoot: new Uint8Array(32) })).error).toEqual({
      type: "MapRootWrong",
    });
  });

  it("refuses a record after the epoch turned without an epoch leaf", () => {
    const world = busyWorld();
    const { workspace, organization, bob } = world;
    workspace.epoch += 1;
    bob.act(workspace, organization, { kind: "ack", body: {} });
    expect(replayWorkspace(world).error).toEqual({ type: "EpochLeafWrong" });
  });

  it("refuses a leaf left out, repeated or swapped", () => {
    const { leaves } = busyWorld().workspace;
    for (const changed of [
      leaves.toSpliced(3, 1),
      leaves.toSpliced(3, 0, leaves[3] ?? new Uint8Array(0)),
      leaves.toReversed(),
    ]) {
      expect(replayWorkspace(busyWorld(), changed).error).toBeDefined();
    }
  });

  it("refuses every flipped bit, in whichever leaf", () => {
    const world = busyWorld();
    const honest = replayWorkspace(world).replay.root();
    fc.assert(
      fc.property(fc.nat(world.workspace.leaves.length - 1), fc.nat(8 * 400), (at, bit) => {
        const changed = world.workspace.leaves.map((leaf, index) =>
          index === at ? flipBit(leaf, bit) : leaf,
        );
        const { error, replay } = replayWorkspace(world, changed);
        // A server time may be any that does not decrease; the tree's root then differs from every signed head.
        if (error === undefined) expect(replay.root()).not.toEqual(honest);
      }),
      { numRuns: 60 },
    );
  });

  it("never throws on garbage", () => {
    const world = busyWorld();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
        expect(replayWorkspace(world, [garbage]).error).toEqual({ type: "LeafNotCanonical" });
      }),
    );
  });
});

describe("a replay that is kept", () => {
  /** Replays some leaves, keeps them in parts of these sizes, and goes on from those parts alone. */
  function resumed(world: MemoryWorld, sizes: readonly number[]) {
    const organization = replayOrganization(world);
    const create = () => new LogReplay(suite, world.workspace.identity, { ...sources, organization });
    const [first, second] = [create(), create()];
    const parts = sizes.map((size) => {
      const from = first.size;
      for (const leaf of world.workspace.leaves.slice(from, from + size)) unwrap(first.append(leaf));
      return unwrap(replayPart.decode(replayPart.encode(first.partSince(from))));
    });
    return { first, second, parts };
  }

  it("goes on exactly as the one that was not interrupted, wherever it was cut", () => {
    const world = busyWorld();
    const { leaves } = world.workspace;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }), (sizes) => {
        const { first, second, parts } = resumed(world, sizes.slice(0, Math.floor(leaves.length / 3)));
        for (const part of parts) expect(second.resume(part)).toBe(true);
        for (const leaf of leaves.slice(first.size)) {
          expect(second.append(leaf)).toEqual(first.append(leaf));
        }
        expect([second.size, second.root(), second.map]).toEqual([first.size, first.root(), first.map]);
        for (let index = 0; index <= leaves.length; index++) {
          expect(second.epochAt(index)).toBe(first.epochAt(index));
          expect(second.root(index)).toEqual(first.root(index));
        }
      }),
      { numRuns: 30 },
    );
  });

  it("refuses parts that do not follow, or do not lead to the map root of their stamp", () => {
    const { second, parts } = resumed(busyWorld(), [3, 3]);
    const [one, two] = parts;
    if (!one || !two) throw new Error("two parts");
    expect(second.resume(two)).toBe(false);
    expect(second.resume({ ...one, entries: one.entries.slice(1) })).toBe(false);
    expect(second.resume({ ...one, leafHashes: one.leafHashes.slice(32) })).toBe(false);
    expect(second.resume({ ...one, stamp: two.stamp })).toBe(false);
    expect(second.resume({ ...one, stamp: flipBit(one.stamp, 0) })).toBe(false);
    expect(second.size).toBe(0);
    expect(second.resume(one) && second.resume(two)).toBe(true);
  });
});

const replayPart = codec(replayPartSchema, 1 << 20);

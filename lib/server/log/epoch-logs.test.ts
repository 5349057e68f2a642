import { describe, expect, it } from "vitest";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { areConsistent } from "#protocol/log/check-epoch.ts";
import { parseStamp } from "#protocol/log/leaf.ts";
import { unwrap } from "#protocol/result.ts";
import { replayLog } from "../testing/replay-log.ts";
import { recordEpoch, sealEpoch } from "../testing/seal.ts";
import { startEngineWorld } from "./testing/engine-world.ts";

const { suite, deployment, server, world, place } = await startEngineWorld();

describe("epochs", () => {
  it("close each log that grew, the organization first, and no other", async () => {
    const quiet = await world.createWorkspace(world.alice);
    await sealEpoch(world, server.engine.epochLogs, deployment);
    await world.write(world.alice, place, { manifest: world.manifest("e1"), text: "in epoch 1" });
    const checkpoints = await sealEpoch(world, server.engine.epochLogs, deployment);
    expect(checkpoints.map(({ log }) => log)).toEqual([place.log]);
    const slots = await server.engine.epochLogs.slots(1);
    const quietSlot = slots.find(({ log }) => equalBytes(log, quiet.log));
    expect(quietSlot?.epoch).toBe(0);
    expect(await server.engine.epochLogs.hasUnsealedLeaves()).toBe(false);
  });

  it("are closed by the first append after the counter was raised, if the sealer has not come by", async () => {
    const { epochLogs } = server.engine;
    await world.write(world.alice, place, { manifest: world.manifest("late"), text: "before" });
    const epoch = epochLogs.openEpoch();
    await epochLogs.raiseEpoch({ epoch, ledgerHeight: 7, ledgerHash: new Uint8Array(32) });
    await epochLogs.raiseEpoch({ epoch, ledgerHeight: 8, ledgerHash: new Uint8Array(32) });
    const { verified } = await world.write(world.bob, place, {
      manifest: world.manifest("late2"),
      text: "after",
    });
    expect(verified.stamp.epoch).toBe(epoch + 1);
    const made = await server.store.checkpointsMadeIn(epoch);
    expect(made).toMatchObject([{ log: place.log, size: verified.stamp.index }]);
    expect(await epochLogs.closeLogs(epoch)).toEqual(made);
    await recordEpoch(world, epochLogs, deployment, epoch);
  });

  it("let a held-back record expire", async () => {
    const { content, contents } = world.writeContent({ manifest: world.manifest("held"), text: "held back" });
    const held = world.bob.draft(place, content);
    const sealed = { ...world.sealed };
    for (let i = 0; i < 4; i++) {
      await world.write(world.alice, place, { manifest: world.manifest(`tick ${i}`), text: "tick" });
      await sealEpoch(world, server.engine.epochLogs, deployment);
    }
    expect(held.record.sealedEpoch).toBe(sealed.epoch);
    const answer = await world.send(held, { contents });
    if (answer.type !== "appended") throw new Error(answer.type);
    expect(unwrap(parseStamp(answer.receipt.stamp)).outcome).toBe("expired");
    world.bob.accept(place.log, held, answer.receipt);
  });

  it("are signed once: another record of the same epoch is never", async () => {
    const { epochLogs } = server.engine;
    const stored = await epochLogs.newestEpochRecord();
    if (!stored) throw new Error("no record");
    const first = unwrap(await epochLogs.signEpochRecord(stored.epoch));
    expect(unwrap(await epochLogs.signEpochRecord(stored.epoch))).toEqual(first);
    expect(await server.memory.rememberEpochRecord(stored.epoch, new Uint8Array(32))).toBe(false);
    expect((await epochLogs.storeEpochRecord(stored.record)).recordHash).toEqual(stored.recordHash);
  });

  it("prove their checkpoints to continue, or to begin, whatever sizes are asked about", async () => {
    const { reader } = server.engine;
    await world.say(world.alice, place, { kind: "ack", body: {} });
    const live = await reader.log(place.log);
    const checkpoint = await server.store.checkpointUpTo(place.log, server.engine.epochLogs.openEpoch());
    if (!live || !checkpoint) throw new Error("no log");
    const heads = [1, checkpoint.size - 1, checkpoint.size, live.tail.size].map((size) => ({
      size,
      root: live.tree.root(size),
    }));
    const sizes = heads.map(({ size }) => size);
    const audited = await reader.auditCheckpoint(checkpoint, [...sizes, 0], []);
    expect(audited?.consistencyPaths).toHaveLength(5);
    heads.forEach((head, at) => {
      expect(areConsistent(suite, head, checkpoint, audited?.consistencyPaths[at] ?? [])).toBe(true);
    });
    expect(audited?.consistencyPaths[4]).toEqual([]);
    expect(await reader.auditCheckpoint(checkpoint, [...sizes, live.tail.size + 1], [])).toBeUndefined();
    expect((await reader.auditCheckpoint(checkpoint, [], []))?.consistencyPaths).toEqual([]);
  });

  it("give proofs for the newest leaf and for EPOCH leaves, for no other old one", async () => {
    const { reader, epochLogs } = server.engine;
    // More than the versions of a map that are kept for leaves that were the newest a moment ago.
    for (let i = 0; i < 70; i++) await world.say(world.alice, place, { kind: "ack", body: {} });
    const live = await reader.log(place.log);
    if (!live) throw new Error("no log");
    const [slot] = await server.store.checkpointsMadeIn(0);
    if (!slot) throw new Error("no slot");
    const key = suite.sha256(place.log);
    const size = live.tail.size;
    expect(await reader.proveEntries(slot.log, slot.size, slot.size, [key])).toBeDefined();
    expect(await reader.proveEntries(place.log, size, size, [key])).toBeDefined();
    expect(await reader.proveEntries(place.log, 1, size, [key])).toBeUndefined();
    expect(await reader.proveEntries(place.log, size + 1, size + 1, [key])).toBeUndefined();
    expect(epochLogs.openEpoch()).toBeGreaterThan(3);
  });

  it("replay with everything that was said in them", async () => {
    const organization = await replayLog(world, server, world.organization, null);
    const workspace = await replayLog(world, server, place.log, organization);
    const live = await server.engine.reader.log(place.log);
    expect(workspace.root()).toEqual(live?.tail.root);
  });
});

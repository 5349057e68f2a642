import { expect, it } from "vitest";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { encodeMapValue, mapKeyOf } from "#protocol/log/map-entry.ts";
import type { Receipt } from "#protocol/log/receipt.ts";
import type { RecordContent } from "#protocol/log/record.ts";
import { createWrite, type MemoryLog, NO_BASE } from "#protocol/log/testing/memory-log.ts";
import { createMemoryWorld, type MemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { createScriptedLedger } from "../ledger/testing/scripted-ledger.ts";
import { answerLog } from "../transport/testing/answer-log.ts";
import { refreshHead } from "./accept-head.ts";
import { acceptReceipt } from "./accept-receipt.ts";
import { journalRecord } from "./prepare-record.ts";
import { createLogWorld } from "./testing/log-world.ts";

const ACK = { kind: "ack", body: {} } as const;

/** Bob's device, whose record had seen less than the device has by now, before a server that shows this log. */
async function create(
  world: MemoryWorld,
  shown: () => MemoryLog,
  content: RecordContent = ACK,
  ledger = createScriptedLedger(world.instanceKey),
) {
  const { host, faults } = createLogWorld(world, world.bob, { answers: answerLog(shown), ledger });
  const { journal } = host;
  const log = world.workspace.identity.id;
  const record = world.bob.draft(world.workspace, world.organization, content);
  const signed = world.bob.sign(record);
  const prepared = await journalRecord(host, log, record, signed);
  return {
    journal,
    faults,
    signed,
    /** As if nobody knew whether it had been sent before, unless said otherwise. */
    accept: (receipt: Receipt, wasSent = true) => acceptReceipt(host, { ...prepared, wasSent }, receipt),
    refresh: () => refreshHead(host, log),
    head: async () => (await journal.log(log)).head,
    /** Of the leaf that the record became, under the log's newest head. */
    receipt: (of: MemoryLog) =>
      of.receipt(
        of.applications.findIndex((done) => done !== null && equalBytes(done.record.device, record.device)),
        record,
      ),
  };
}

/** Alice has written, and this device has seen it. */
async function createLate(shown: (world: MemoryWorld, fork: MemoryWorld) => MemoryLog) {
  const [world, fork] = [createMemoryWorld(suite), createMemoryWorld(suite)];
  const device = await create(world, () => shown(world, fork));
  world.alice.act(world.workspace, world.organization, ACK);
  const { workspace } = world;
  await device.journal.learn(workspace.identity.id, {
    head: { size: workspace.size, root: workspace.tree.root(), note: workspace.note() },
  });
  return { world, fork, device };
}

it("takes the receipt of a record that is sent again, when the log has grown since", async () => {
  const { world, device } = await createLate((honest) => honest.workspace);
  world.bob.submit(world.workspace, device.signed);
  const receipt = device.receipt(world.workspace);
  world.alice.act(world.workspace, world.organization, ACK);
  expect(await device.accept(receipt)).toMatchObject({ ok: true });
  expect(device.faults).toEqual([]);
  expect((await device.head())?.size).toBe(world.workspace.size);
});

it("refuses one whose head leaves out what this device has seen since (attacks 4, 5)", async () => {
  for (const [more, isHonestBeside] of [
    [0, false],
    [1, false],
    [1, true],
  ] as const) {
    const { world, fork, device } = await createLate((honest, forked) =>
      isHonestBeside ? honest.workspace : forked.workspace,
    );
    fork.bob.submit(fork.workspace, device.signed);
    if (more > 0) fork.alice.act(fork.workspace, fork.organization, ACK);
    expect(await device.accept(device.receipt(fork.workspace))).toMatchObject({
      ok: false,
      error: { check: "I2" },
    });
    expect(device.faults).toMatchObject([{ check: "I2", detail: "HeadInconsistent" }]);
    const row = await device.journal.log(world.workspace.identity.id);
    expect(row.head?.root).toEqual(world.workspace.tree.root());
    expect(row.own).toBeNull();
  }
});

it("takes no head of a key that was retired before the epoch that is open", async () => {
  for (const [sealedEpoch, retiredAt, isTaken] of [
    [3, null, true],
    [3, 5, true],
    [3, 4, false],
    [3, 2, false],
  ] as const) {
    const world = createMemoryWorld(suite);
    const ledger = createScriptedLedger(world.instanceKey, { sealedEpoch, retiredAt });
    const device = await create(world, () => world.workspace, ACK, ledger);
    const refreshed = await device.refresh();
    expect(refreshed.ok).toBe(isTaken);
    expect(device.faults.map(({ detail }) => detail)).toEqual(isTaken ? [] : ["HeadSignerRetired"]);
    expect((await device.head()) !== null).toBe(isTaken);
  }
});

it("takes no receipt of a key that was retired before the leaf was stamped", async () => {
  const world = createMemoryWorld(suite);
  const ledger = createScriptedLedger(world.instanceKey, { retiredAt: 0 });
  const device = await create(world, () => world.workspace, ACK, ledger);
  world.bob.submit(world.workspace, device.signed);
  expect(await device.accept(device.receipt(world.workspace))).toMatchObject({ error: { check: "I1" } });
  expect(device.faults).toMatchObject([{ check: "I1", detail: "ReceiptSignerRetired" }]);
});

it("refuses a write that was applied over versions this device has seen (attack 28)", async () => {
  const world = createMemoryWorld(suite);
  const manifest = world.alice.user;
  const write = createWrite(suite, manifest, NO_BASE, "budget");
  const device = await create(world, () => world.workspace, write);
  const log = world.workspace.identity.id;
  const key = mapKeyOf(suite, { kind: "manifest", id: manifest });
  const seen = { value: encodeMapValue("manifest", [1, false]), since: 1, until: 2 };
  await device.journal.learn(log, { seen: [{ key, seen }] });
  expect(world.bob.submit(world.workspace, device.signed).outcome).toBe("applied");
  expect(await device.accept(device.receipt(world.workspace))).toMatchObject({ error: { check: "I3" } });
  expect(device.faults).toMatchObject([{ detail: "WriteOverOlderVersion" }]);
  expect(await device.journal.seen(log, [key])).toMatchObject([seen]);
});

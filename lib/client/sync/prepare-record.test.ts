import { expect, it } from "vitest";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { createScriptedLedger } from "../ledger/testing/scripted-ledger.ts";
import { prepareRecord } from "./prepare-record.ts";
import { createLogWorld } from "./testing/log-world.ts";

const ACK = { kind: "ack", body: {} } as const;

it("signs nothing any more once the device has locked", async () => {
  const world = createMemoryWorld(suite);
  const log = world.workspace.identity.id;
  const ledger = createScriptedLedger(world.instanceKey);
  let lock = () => {};
  const { host } = createLogWorld(world, world.bob, {
    ledger: {
      ...ledger,
      current: (maxAgeMs) => {
        lock();
        return ledger.current(maxAgeMs);
      },
    },
  });
  expect(await prepareRecord(host, log, { content: ACK })).toMatchObject({ ok: true });
  // While the ledger is asked, somebody locks the device in another tab.
  lock = () => host.deviceSecretKey.fill(0);
  expect(await prepareRecord(host, log, { content: ACK })).toEqual({
    ok: false,
    error: { type: "DeviceLocked" },
  });
  expect(await host.journal.openOperations(log)).toHaveLength(1);
});

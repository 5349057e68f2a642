import { expect, it } from "vitest";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { ok } from "#protocol/result.ts";
import { createJournal } from "../journal/journal.ts";
import { createSealedRows } from "../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../storage/testing/memory-row-store.ts";
import type { LogHost } from "./log-host.ts";
import { prepareRecord } from "./prepare-record.ts";

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const ACK = { kind: "ack", body: {} } as const;

it("signs nothing any more once the device has locked", async () => {
  const { workspace, organization, bob } = createMemoryWorld(suite);
  const log = workspace.identity.id;
  const journal = createJournal(
    createSealedRows(suite, randomBytes, createMemoryRowStore(), randomBytes(32)),
  );
  const deviceSecretKey = bob.deviceSecret.slice();
  let lock = () => {};
  const host = {
    suite,
    journal,
    now: () => 1,
    incarnation: bob.incarnation,
    identity: { device: bob.device, organization: organization.identity.id },
    deviceSecretKey,
    ledger: {
      current: async () => {
        lock();
        return ok({ sealedEpoch: -1, sealedHash: new Uint8Array(32) });
      },
    },
  } as unknown as LogHost;
  expect(await prepareRecord(host, log, { content: ACK })).toMatchObject({ ok: true });
  // While the ledger is asked, somebody locks the device in another tab.
  lock = () => deviceSecretKey.fill(0);
  expect(await prepareRecord(host, log, { content: ACK })).toEqual({
    ok: false,
    error: { type: "DeviceLocked" },
  });
  expect(await journal.openOperations(log)).toHaveLength(1);
});

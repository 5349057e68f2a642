import { describe, expect, it } from "vitest";
import { encodeStamp } from "#protocol/log/leaf.ts";
import { NO_ENTRIES } from "#protocol/log/proven-entries.ts";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { ok } from "#protocol/result.ts";
import { createScriptedLedger } from "../ledger/testing/scripted-ledger.ts";
import { unsealedReasons } from "./receipts-in-time.ts";
import { createAuditHost } from "./testing/audit-world.ts";

const world = createMemoryWorld(suite);
const log = world.workspace.identity.id;

/** Newest sealed epoch when the record was signed. */
const SIGNED_AFTER = 4;
const SECONDS = 60;
/** Every epoch is sealed a minute after the one before. */
const sealedAt = (epoch: number) => 1_000_000 + epoch * SECONDS;

/** What is said of one receipt that no seal has shown, while `sealedEpoch` is the newest. */
async function reasonsFor(receipt: {
  readonly epoch: number;
  readonly stampedAfter: number;
  readonly sealedEpoch: number;
}) {
  const { epoch, stampedAfter, sealedEpoch } = receipt;
  const scripted = createScriptedLedger(world.instanceKey, { sealedEpoch });
  const host = createAuditHost(world, world.alice, {
    ledger: {
      ...scripted,
      epochs: async (from, to) => {
        const rows = await scripted.epochs(from, to);
        return rows.ok ? ok(rows.value.map((row) => ({ ...row, seconds: sealedAt(row.epoch) }))) : rows;
      },
    },
  });
  const draft = world.alice.draft(world.workspace, world.organization, { kind: "ack", body: {} });
  const signed = world.alice.sign({ ...draft, sealedEpoch: SIGNED_AFTER });
  const about = { preparedAt: 1, opening: null, subjects: [], intents: [] };
  const operation = await host.journal.prepare(log, { ...signed, ...about });
  const serverTime = (sealedAt(stampedAfter) + 5) * 1000;
  const stamp = encodeStamp({ ...world.workspace.stampAt(0), epoch, serverTime });
  const given = {
    note: new Uint8Array(80),
    stamp,
    inclusionPath: [],
    consistencyPath: [],
    entries: NO_ENTRIES,
  };
  await host.journal.settle(log, { ...operation, state: "receipted", epoch, receipt: given });
  return (await unsealedReasons(host, [{ log }], sealedEpoch, null)).map(({ detail }) => detail);
}

const LATE = ["ReceiptNotSealed"];

describe("a receipt that no seal has shown", () => {
  it("is late when the seal after the one of its epoch is there", async () => {
    expect(await reasonsFor({ epoch: 5, stampedAfter: 4, sealedEpoch: 4 })).toEqual([]);
    expect(await reasonsFor({ epoch: 5, stampedAfter: 4, sealedEpoch: 5 })).toEqual([]);
    expect(await reasonsFor({ epoch: 5, stampedAfter: 4, sealedEpoch: 6 })).toEqual(LATE);
  });

  it("is late at once where its epoch cannot have been open, so that no seal goes by unsaid", async () => {
    // The epoch before it would have had to be closed, and that takes the seal before that one.
    for (const sealedEpoch of [4, 5, 6, 7]) {
      expect({ sealedEpoch, said: await reasonsFor({ epoch: 7, stampedAfter: 4, sealedEpoch }) }).toEqual({
        sealedEpoch,
        said: LATE,
      });
    }
    // A record that expired may be stamped for any later epoch.
    expect(await reasonsFor({ epoch: 900, stampedAfter: 4, sealedEpoch: 5 })).toEqual(LATE);
  });

  it("is in time where seals came between the signature and the stamp", async () => {
    expect(await reasonsFor({ epoch: 7, stampedAfter: 5, sealedEpoch: 5 })).toEqual([]);
    expect(await reasonsFor({ epoch: 7, stampedAfter: 6, sealedEpoch: 6 })).toEqual([]);
    expect(await reasonsFor({ epoch: 9, stampedAfter: 7, sealedEpoch: 8 })).toEqual([]);
    // Closed, and not anchored yet.
    expect(await reasonsFor({ epoch: 6, stampedAfter: 4, sealedEpoch: 4 })).toEqual([]);
    expect(await reasonsFor({ epoch: 6, stampedAfter: 4, sealedEpoch: 5 })).toEqual([]);
  });
});

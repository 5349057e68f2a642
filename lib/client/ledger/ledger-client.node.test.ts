import { expect, it } from "vitest";
import { suite } from "#ledger/testing/ledger-world.ts";
import { parseLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import { unwrap } from "#protocol/result.ts";
import { createJournal } from "../journal/journal.ts";
import { createMemoryRows } from "../storage/testing/memory-rows.ts";
import { createLedgerClient } from "./ledger-client.ts";
import { createDevchainLedger } from "./testing/devchain-ledger.ts";

const DAY_MS = 86_400_000;

/** A ledger with two sealed epochs, and a device with a journal of its own. */
async function createWorld() {
  const ledger = await createDevchainLedger(4);
  const { time, transport, seal, fetchBundle } = ledger;
  await seal(0);
  await seal(1);
  time.advance(60_000);
  const journal = createJournal(createMemoryRows(suite));
  return {
    time,
    journal,
    seal,
    /** The app after a start, with what its own origin says to trust. */
    open: (anchor = ledger.anchor) =>
      createLedgerClient({ suite, transport, journal, anchor, now: () => time.nowMs }),
    newestAnchor: async () => {
      const { lightBlocks } = unwrap(parseLedgerBundle(await fetchBundle(1)));
      const header = lightBlocks.map((block) => block.header).reduce((a, b) => (a.height > b.height ? a : b));
      return { ...ledger.anchor, height: header.height, headerHash: hashHeader(suite, header) };
    },
  };
}

it("does not let the ledger replace an epoch that was verified before (attack 25)", async () => {
  const { open, journal } = await createWorld();
  const [known] = unwrap(await open().epochs(0, 0));
  if (!known) throw new Error("the epoch is sealed");
  await journal.putEpochs([{ ...known, hash: new Uint8Array(32).fill(1) }]);
  expect(await open().epochs(1, 1)).toEqual({ ok: false, error: { type: "LedgerEpochRewritten", epoch: 0 } });
  await journal.putEpochs([known, { ...known, epoch: 1, hash: new Uint8Array(32).fill(1) }]);
  expect(await open().current(0)).toEqual({ ok: false, error: { type: "LedgerEpochRewritten", epoch: 1 } });
  expect((await journal.epoch(1))?.hash).toEqual(new Uint8Array(32).fill(1));
});

it("is five weeks away and goes on from a newer anchor, and from nothing less", async () => {
  const { time, journal, seal, open, newestAnchor } = await createWorld();
  unwrap(await open().current(0));
  expect(await journal.trustGaps()).toEqual([]);
  time.nowMs += 35 * DAY_MS;
  time.advance(60_000);
  expect(await open().current(0)).toMatchObject({
    error: { type: "LedgerRefused", cause: { type: "StepRefused", reason: { type: "TrustExpired" } } },
  });
  await seal(2);
  await seal(3);
  time.advance(60_000);
  const renewed = await newestAnchor();
  expect(unwrap(await open(renewed).current(0)).sealedEpoch).toBe(3);
  // No signed step leads from what was trusted before to these.
  expect(await journal.trustGaps()).toEqual([{ v: 1, fromEpoch: 2, throughEpoch: 3 }]);
  // From then on its own trust is enough again.
  expect((await open().current(0)).ok).toBe(true);
});

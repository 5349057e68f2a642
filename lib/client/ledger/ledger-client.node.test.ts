import { expect, it } from "vitest";
import { createLedgerPort } from "#ledger/port.ts";
import {
  anchorOf,
  createTemporaryFolder,
  ManualTime,
  openDevchain,
  publish,
} from "#ledger/testing/devchain-world.ts";
import {
  checkpointTransaction,
  DEPLOYMENT,
  recordChain,
  registerTransaction,
  suite,
} from "#ledger/testing/ledger-world.ts";
import { parseLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import { ok, unwrap } from "#protocol/result.ts";
import type { ledgerBundle } from "#protocol/wire/audit.ts";
import { createJournal } from "../journal/journal.ts";
import { createSealedRows } from "../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../storage/testing/memory-row-store.ts";
import type { Transport } from "../transport/transport.ts";
import { createLedgerClient } from "./ledger-client.ts";

const DAY_MS = 86_400_000;

/** A ledger with two sealed epochs, and a device with a journal of its own. */
async function createWorld() {
  const time = new ManualTime();
  const chain = openDevchain(createTemporaryFolder(), time);
  await publish(chain, time, registerTransaction());
  const records = recordChain(4).map((record) => checkpointTransaction(record));
  let sealed = 0;
  const seal = async () => publish(chain, time, records[sealed++] ?? new Uint8Array(0));
  await seal();
  await seal();
  time.advance(60_000);
  const ledger = createLedgerPort(suite, chain);
  const bundleFrom = (trustedHeight: number, firstEpoch = -1) =>
    ledger.fetchEvidence({
      deployment: DEPLOYMENT,
      trustedHeight,
      firstEpoch: Math.max(0, firstEpoch),
      maxEpochs: firstEpoch < 0 ? 0 : 1,
    });
  const call = async (_: unknown, request: Parameters<typeof ledgerBundle.encodeRequest>[0]) =>
    ok({
      kind: "bundle",
      body: { bytes: await bundleFrom(request.trustedHeight, request.fromEpoch) },
    } as const);
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const journal = createJournal(
    createSealedRows(suite, randomBytes, createMemoryRowStore(), randomBytes(32)),
  );
  return {
    time,
    journal,
    seal,
    /** The app after a start, with what its own origin says to trust. */
    open: (anchor = anchorOf(chain)) =>
      // One command is all that a ledger client asks.
      createLedgerClient({
        suite,
        transport: { call } as unknown as Transport,
        journal,
        anchor,
        now: () => time.nowMs,
      }),
    newestAnchor: async () => {
      const { lightBlocks } = unwrap(parseLedgerBundle(await bundleFrom(1)));
      const header = lightBlocks.map((block) => block.header).reduce((a, b) => (a.height > b.height ? a : b));
      return { ...anchorOf(chain), height: header.height, headerHash: hashHeader(suite, header) };
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
  await seal();
  await seal();
  time.advance(60_000);
  const renewed = await newestAnchor();
  expect(unwrap(await open(renewed).current(0)).sealedEpoch).toBe(3);
  // No signed step leads from what was trusted before to these.
  expect(await journal.trustGaps()).toEqual([{ v: 1, fromEpoch: 2, throughEpoch: 3 }]);
  // From then on its own trust is enough again.
  expect((await open().current(0)).ok).toBe(true);
});

import { describe, expect, it } from "vitest";
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
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { parseLedgerBundle, verifyLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import { err, ok, unwrap } from "#protocol/result.ts";
import { ledgerBundle } from "#protocol/wire/audit.ts";
import { createSealedRows } from "../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../storage/testing/memory-row-store.ts";
import type { Transport } from "../transport/transport.ts";
import { createLedgerArchive } from "./ledger-archive.ts";

async function createWorld(epochs: number) {
  const time = new ManualTime();
  const chain = openDevchain(createTemporaryFolder(), time);
  await publish(chain, time, registerTransaction());
  const records = recordChain(epochs);
  const ledger = createLedgerPort(suite, chain);
  let isSilent = false;
  let requests = 0;
  /** The proxy's bundle route without the network in between. */
  const call = async (
    command: { readonly name: string },
    request: Parameters<typeof ledgerBundle.encodeRequest>[0],
  ) => {
    requests++;
    if (isSilent || command.name !== ledgerBundle.name) return err({ type: "ServerUnreachable" } as const);
    const { trustedHeight, fromEpoch } = request;
    const bytes = await ledger.fetchEvidence({
      deployment: DEPLOYMENT,
      trustedHeight,
      firstEpoch: fromEpoch,
      maxEpochs: 1,
    });
    return ok({ kind: "bundle", body: { bytes } } as const);
  };
  // One command is all that an archive asks.
  const transport = { call } as unknown as Pick<Transport, "call">;
  const anchor = anchorOf(chain);
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const rows = createSealedRows(suite, randomBytes, createMemoryRowStore(), new Uint8Array(32));
  const archive = createLedgerArchive({ suite, transport, rows, anchor, now: () => time.nowMs });
  return {
    time,
    archive,
    records,
    requests: () => requests,
    silence: () => (isSilent = true),
    seal: (epoch: number) => publish(chain, time, checkpointTransaction(records[epoch] ?? new Uint8Array(0))),
    /** What a stranger with nothing but the anchor finds in a bundle, years later. */
    judge: (bundle: Bytes) =>
      verifyLedgerBundle({
        suite,
        trusted: { kind: "anchor", anchor },
        deployment: DEPLOYMENT,
        bundle,
        nowNs: BigInt(time.nowMs) * 1_000_000n,
        trustingPeriodNs: TRUSTING_PERIOD_NS * 100n,
        maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
      }),
  };
}

describe("the ledger archive", () => {
  it("rebuilds bundles from the anchor after the proxy has fallen silent", async () => {
    const world = await createWorld(3);
    for (const epoch of [0, 1, 2]) {
      await world.seal(epoch);
      expect(unwrap(await world.archive.keep(epoch)).record).toEqual(world.records[epoch]);
      world.time.advance(60_000);
    }
    world.silence();
    const bundles = await world.archive.bundlesFor([0, 2]);
    const proven = (bundles ?? []).map((bundle) => unwrap(world.judge(bundle)).deployment?.epochs ?? []);
    expect(proven.flat().map(({ epochRecord }) => epochRecord.epoch)).toEqual([0, 2]);
    expect(await world.archive.bundlesFor([7])).toBeUndefined();
    expect((await world.archive.headerOf(1))?.header.height).toBeGreaterThan(1n);
  });

  it("asks for a kept epoch only once", async () => {
    const world = await createWorld(1);
    await world.seal(0);
    unwrap(await world.archive.keep(0));
    const asked = world.requests();
    world.silence();
    unwrap(await world.archive.keep(0));
    expect(world.requests()).toBe(asked);
    expect((await world.archive.renew(0)).ok).toBe(false);
  });

  it("keeps a way from the anchor however long it runs, and few headers on it", async () => {
    const world = await createWorld(40);
    for (let epoch = 0; epoch < 40; epoch++) {
      await world.seal(epoch);
      unwrap(await world.archive.keep(epoch));
      world.time.advance(60_000);
    }
    const [bundle] = (await world.archive.bundlesFor([39])) ?? [];
    expect(unwrap(world.judge(bundle ?? new Uint8Array(0))).deployment?.state.epochs).toBe(40);
    expect(await world.archive.bundlesFor([0])).toBeUndefined();
    const parsed = unwrap(parseLedgerBundle(bundle ?? new Uint8Array(0)));
    // Those of the statements that are kept, and the anchor's.
    expect(parsed.lightBlocks.length).toBeLessThanOrEqual(34);
    // What was dropped can be asked for again, beside what is kept.
    unwrap(await world.archive.keep(0));
    expect((await world.archive.bundlesFor([0, 39]))?.length).toBe(2);
  }, 30_000);

  it("does not take the word of a proxy for an epoch that the ledger does not have", async () => {
    const world = await createWorld(1);
    await world.seal(0);
    expect(await world.archive.keep(5)).toEqual({
      ok: false,
      error: { type: "LedgerEpochMissing", epoch: 5 },
    });
  });
});

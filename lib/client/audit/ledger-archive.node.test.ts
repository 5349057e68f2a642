import { describe, expect, it } from "vitest";
import { DEPLOYMENT, suite } from "#ledger/testing/ledger-world.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { parseLedgerBundle, verifyLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import { unwrap } from "#protocol/result.ts";
import { createDevchainLedger } from "../ledger/testing/devchain-ledger.ts";
import { createMemoryRows } from "../storage/testing/memory-rows.ts";
import { createLedgerArchive } from "./ledger-archive.ts";

async function createWorld(epochs: number) {
  const ledger = await createDevchainLedger(epochs);
  const { time, transport, anchor } = ledger;
  const rows = createMemoryRows(suite);
  return {
    ...ledger,
    archive: createLedgerArchive({ suite, transport, rows, anchors: [anchor], now: () => time.nowMs }),
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
    const proven = (bundles?.bundles ?? []).map(
      (bundle) => unwrap(world.judge(bundle)).deployment?.epochs ?? [],
    );
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
    const [bundle] = (await world.archive.bundlesFor([39]))?.bundles ?? [];
    expect(unwrap(world.judge(bundle ?? new Uint8Array(0))).deployment?.state.epochs).toBe(40);
    expect(await world.archive.bundlesFor([0])).toBeUndefined();
    const parsed = unwrap(parseLedgerBundle(bundle ?? new Uint8Array(0)));
    // Those of the statements that are kept, and the anchor's.
    expect(parsed.lightBlocks.length).toBeLessThanOrEqual(34);
    // What was dropped can be asked for again, beside what is kept.
    unwrap(await world.archive.keep(0));
    expect((await world.archive.bundlesFor([0, 39]))?.bundles.length).toBe(2);
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

import { describe, expect, it } from "vitest";
import { DEPLOYMENT, suite } from "#ledger/testing/ledger-world.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { parseLedgerBundle, verifyLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import type { TrustAnchor } from "#protocol/comet/trust-anchor.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import { unwrap } from "#protocol/result.ts";
import { createDevchainLedger } from "../ledger/testing/devchain-ledger.ts";
import { createMemoryRows } from "../storage/testing/memory-rows.ts";
import { recentAnchors } from "./known-anchors.ts";
import { createLedgerArchive } from "./ledger-archive.ts";

async function createWorld(epochs: number) {
  const ledger = await createDevchainLedger(epochs);
  const { time, transport, anchor } = ledger;
  const rows = createMemoryRows(suite);
  return {
    ...ledger,
    rows,
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

describe("an archive whose anchors have moved on", () => {
  /** A ledger of several renewals, each some epochs after the one before, and a device that was there all along. */
  async function createRenewals() {
    const world = await createWorld(6);
    const { rows, transport, time } = world;
    const listed: TrustAnchor[] = [world.anchor];
    const openArchive = (anchors: readonly TrustAnchor[], ownRows = rows) =>
      createLedgerArchive({ suite, transport, rows: ownRows, anchors, now: () => time.nowMs });
    let archive = openArchive(listed);
    for (let epoch = 0; epoch < 6; epoch++) {
      await world.seal(epoch);
      unwrap(await archive.keep(epoch));
      time.advance(60_000);
      if (epoch % 2 === 0) continue;
      const bundle = unwrap(parseLedgerBundle(await world.fetchBundle(1)));
      const newest = bundle.lightBlocks.at(-1)?.header;
      if (!newest) throw new Error("a ledger has a newest block");
      listed.push({ ...world.anchor, height: newest.height, headerHash: hashHeader(suite, newest) });
      time.advance(60_000);
      archive = openArchive(listed);
    }
    unwrap(await archive.renew(5));
    return { ...world, listed, archive, openArchive };
  }

  const heightsOf = (bundle: Bytes) =>
    unwrap(parseLedgerBundle(bundle)).lightBlocks.map(({ header }) => header.height);

  it("carries the blocks of the two newest below each bundle's newest header, with nobody to ask", async () => {
    const { archive, listed, silence } = await createRenewals();
    silence();
    for (const epoch of [1, 3, 5]) {
      const { bundles = [], anchor } = (await archive.bundlesFor([epoch])) ?? {};
      const heights = heightsOf(bundles[0] ?? new Uint8Array(0));
      const newest = heights.at(-1) ?? 0n;
      const recent = recentAnchors(listed, newest).map(({ height }) => height);
      expect(heights).toEqual(expect.arrayContaining(recent));
      expect(anchor?.height).toBe(recent.at(-1));
    }
    const both = await archive.bundlesFor([1, 5]);
    expect(both?.anchor.height).toBe((await archive.bundlesFor([1]))?.anchor.height);
    for (const bundle of both?.bundles ?? []) {
      const heights = heightsOf(bundle);
      const recent = recentAnchors(listed, heights.at(-1) ?? 0n).map(({ height }) => height);
      expect(heights).toEqual(expect.arrayContaining([...recent, both?.anchor.height]));
    }
  });

  it("remembers anchors that the app's origin does not name any more", async () => {
    const { listed, openArchive, silence } = await createRenewals();
    silence();
    const newestOnly = openArchive(listed.slice(-1));
    expect((await newestOnly.anchors()).map(({ height }) => height)).toEqual(
      listed.map(({ height }) => height),
    );
    expect((await newestOnly.bundlesFor([1]))?.anchor.height).toBe(listed[0]?.height);
  });

  it("puts into an old file what it lacks, as far as anybody gives it", async () => {
    const { listed, openArchive, silence } = await createRenewals();
    // A device that was open for weeks and knew only the first one.
    const old = openArchive(listed.slice(0, 1), createMemoryRows(suite));
    unwrap(await old.renew(5));
    const [bundle = new Uint8Array(0)] = (await old.bundlesFor([5]))?.bundles ?? [];
    expect(heightsOf(bundle)).not.toContain(listed.at(-1)?.height);
    const later = openArchive(listed, createMemoryRows(suite));
    const renewed = await later.withAnchors(bundle);
    const recent = recentAnchors(listed, heightsOf(bundle).at(-1) ?? 0n).map(({ height }) => height);
    expect(heightsOf(renewed)).toEqual(expect.arrayContaining([...heightsOf(bundle), ...recent]));
    expect(unwrap(parseLedgerBundle(renewed)).statement).toEqual(unwrap(parseLedgerBundle(bundle)).statement);
    silence();
    const unaided = openArchive(listed, createMemoryRows(suite));
    expect(await unaided.withAnchors(bundle)).toEqual(bundle);
  });

  it("takes no other block for an anchor's", async () => {
    const { listed, openArchive } = await createRenewals();
    const [first, ...others] = listed;
    if (!first) throw new Error("there is a first anchor");
    const wrong = { ...first, headerHash: new Uint8Array(32) };
    const archive = openArchive([wrong], createMemoryRows(suite));
    expect((await archive.renew(5)).ok).toBe(false);
    expect(await archive.bundlesFor([5])).toBeUndefined();
    expect(others.length).toBe(3);
  });
});

import { describe, expect, it } from "vitest";
import { createLedgerPort } from "#ledger/port.ts";
import { anchorOf, createTemporaryFolder, ManualTime, openDevchain } from "#ledger/testing/devchain-world.ts";
import { DEPLOYMENT, suite } from "#ledger/testing/ledger-world.ts";
import { verifyLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import { parseRpcAnswer, parseRpcCommit } from "#protocol/comet/parse-rpc.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import { unwrap } from "#protocol/result.ts";
import { createLedgerBundles } from "./ledger-bundles.ts";
import { createLedgerRoute } from "./ledger-route.ts";

function createWorld() {
  const time = new ManualTime();
  const chain = openDevchain(createTemporaryFolder(), time);
  const ledger = createLedgerPort(suite, chain);
  const route = createLedgerRoute(ledger);
  const get = (target: string, method = "GET") =>
    route(new Request(`http://api.invalid/ledger/${target}`, { method }));
  return { time, chain, ledger, get };
}

describe("ledger proxy", () => {
  it("passes a node's answers through", async () => {
    const { time, get } = createWorld();
    time.advance(60_000);
    const status = await get("status");
    expect(status.status).toBe(200);
    const { result } = await status.json();
    const commit = await get(`commit?height=${result.sync_info.latest_block_height}`);
    const parsed = unwrap(parseRpcCommit(unwrap(parseRpcAnswer(await commit.text(), 1_000_000))));
    expect(String(parsed.header.height)).toBe(result.sync_info.latest_block_height);
  });

  it("passes a node's errors through, and answers for itself where the ledger is away", async () => {
    const { ledger, get } = createWorld();
    expect((await get("header?height=999999")).status).toBe(500);
    const away = createLedgerRoute({ ...ledger, read: () => Promise.reject(new Error("no route")) });
    expect((await away(new Request("http://api.invalid/ledger/status"))).status).toBe(503);
  });

  it("reads only, and only what it knows", async () => {
    const { get } = createWorld();
    expect((await get("unsafe_flush_mempool")).status).toBe(404);
    expect((await get("constructor")).status).toBe(404);
    expect((await get("status", "POST")).status).toBe(405);
    expect((await get("broadcast_tx_sync", "POST")).status).toBe(501);
    expect((await get(`tx?hash=${"0".repeat(20_000)}`)).status).toBe(414);
    expect((await get("commit?height=1e3")).status).toBe(500);
  });

  it("refuses to pass an answer of any size", async () => {
    const huge = createLedgerRoute({
      read: async () => ({ ok: true, result: "x".repeat(17 * 1024 * 1024) }),
    });
    expect((await huge(new Request("http://api.invalid/ledger/block"))).status).toBe(502);
  });

  it("bundles what an audit needs, which verifies from the anchor", async () => {
    const { time, chain, ledger } = createWorld();
    const anchor = anchorOf(chain);
    time.advance(90_000);
    const errors: unknown[] = [];
    const bundles = createLedgerBundles(ledger, DEPLOYMENT, (error) => errors.push(error));
    const query = { trustedHeight: Number(anchor.height), fromEpoch: 0, toEpoch: null };
    const bundle = await bundles.bundle(query);
    const verified = verifyLedgerBundle({
      suite,
      trusted: { kind: "anchor", anchor },
      deployment: DEPLOYMENT,
      bundle: bundle ?? new Uint8Array(0),
      nowNs: BigInt(time.nowMs) * 1_000_000n,
      trustingPeriodNs: TRUSTING_PERIOD_NS,
      maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
    });
    expect(unwrap(verified).newTrusted.header.height).toBe(BigInt(await chain.newestHeight()));
    const away = createLedgerBundles(
      { fetchEvidence: () => Promise.reject(new Error()) },
      DEPLOYMENT,
      (error) => errors.push(error),
    );
    expect(await away.bundle(query)).toBeUndefined();
    expect(errors).toHaveLength(1);
  });
});

import { describe, expect, it } from "vitest";
import { parseLedgerBundle, verifyLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import {
  createTestChain,
  createTestValidators,
  TEST_CHAIN_START_NS,
} from "#protocol/comet/testing/create-light-block.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import { err, unwrap } from "#protocol/result.ts";
import { buildLedgerBundle } from "./bundle.ts";
import type { LedgerEngine } from "./engine.ts";
import { CHAIN_ID, DEPLOYMENT, suite } from "./testing/ledger-world.ts";

const HEIGHTS = 40;

/** A chain whose four validators are replaced one at a time, a new one every second block. */
const everyone = createTestValidators(Array.from({ length: 30 }, () => 10n));
const blocks = createTestChain(HEIGHTS, (height) => everyone.slice(height >> 1, (height >> 1) + 4));

const engine: LedgerEngine = {
  chainId: CHAIN_ID,
  newestHeight: async () => HEIGHTS,
  lightBlock: async (height) => blocks[height - 1],
  query: async () => err({ type: "QueryFoundNothing" }),
  broadcastTx: async () => ({ type: "refused", code: 1, reason: "a recorded chain" }),
  rpc: async () => ({ ok: false, code: 1, message: "a recorded chain" }),
};

describe("a bundle of a chain whose validators change", () => {
  it("brings just the blocks between that the light client will ask for", async () => {
    const request = { deployment: DEPLOYMENT, firstEpoch: 0, maxEpochs: 0, trustedHeight: 1 };
    const bundle = await buildLedgerBundle(suite, engine, request);
    const { lightBlocks } = unwrap(parseLedgerBundle(bundle));
    expect(lightBlocks.length).toBeGreaterThan(2);
    expect(lightBlocks.length).toBeLessThan(HEIGHTS);
    const [first] = blocks;
    if (!first) throw new Error("a chain has blocks");
    const anchor = {
      chainId: first.header.chainId,
      height: 1n,
      headerHash: hashHeader(suite, first.header),
      deploymentId: DEPLOYMENT,
    };
    const verified = verifyLedgerBundle({
      suite,
      trusted: { kind: "anchor", anchor },
      deployment: DEPLOYMENT,
      bundle,
      nowNs: TEST_CHAIN_START_NS + 60_000_000_000n,
      trustingPeriodNs: TRUSTING_PERIOD_NS,
      maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
    });
    expect(unwrap(verified).newTrusted).toEqual(blocks.at(-1));
  });
});

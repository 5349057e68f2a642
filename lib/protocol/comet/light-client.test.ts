import { describe, expect, it } from "vitest";
import { unwrap } from "../result.ts";
import { NANOS_PER_SECOND } from "./comet-time.ts";
import { hashHeader } from "./hash-header.ts";
import { type ForwardRequest, verifyBackward, verifyForward } from "./light-client.ts";
import {
  createLightBlock,
  createTestChain,
  createTestValidators,
  inCanonicalOrder,
  TEST_CHAIN_START_NS,
} from "./testing/create-light-block.ts";
import { testSuite } from "./testing/test-suite.ts";
import { verifyAnchorBlock } from "./trust-anchor.ts";
import type { LightBlock } from "./types.ts";
import { verifiedHeaderOf } from "./verify-backwards.ts";

/** Four of 20 validators sign, and every height one of them gives way: after four heights nobody is left. */
const everybody = createTestValidators(Array.from({ length: 20 }, () => 10n));
const chain = createTestChain(12, (height) => inCanonicalOrder(everybody.slice(height, height + 4)));
const [first] = chain;
if (first === undefined) throw new Error("a chain of twelve");
const trusted = unwrap(
  verifyAnchorBlock(
    testSuite,
    {
      chainId: first.header.chainId,
      height: 1n,
      headerHash: hashHeader(testSuite, first.header),
      deploymentId: new Uint8Array(32),
    },
    first,
  ),
);

function blockAt(height: number): LightBlock {
  const block = chain[height - 1];
  if (block === undefined) throw new Error(`no block ${height}`);
  return block;
}

const timing = {
  nowNs: TEST_CHAIN_START_NS + 60n * NANOS_PER_SECOND,
  trustingPeriodNs: 3_600n * NANOS_PER_SECOND,
  maxClockDriftNs: 0n,
};

function forward(request: Partial<ForwardRequest>) {
  return verifyForward(testSuite, { ...timing, trusted, targetHeight: 12n, lightBlocks: chain, ...request });
}

describe("verifyForward", () => {
  it("skips in one step while enough trusted validators remain", () => {
    const lightBlocks = [blockAt(4)];
    expect(forward({ targetHeight: 4n, lightBlocks })).toEqual({ ok: true, value: blockAt(4) });
  });

  it("bridges changes of the set with the blocks at hand", () => {
    expect(forward({})).toEqual({ ok: true, value: blockAt(12) });
    expect(forward({ lightBlocks: chain.toReversed() })).toEqual({ ok: true, value: blockAt(12) });
  });

  it("asks for what it needs, block by block, and keeps what it has reached", () => {
    let reached = trusted;
    const fetched: LightBlock[] = [];
    const asked: bigint[] = [];
    for (;;) {
      const result = forward({ trusted: reached, lightBlocks: fetched });
      if (result.ok) {
        expect(result.value).toEqual(blockAt(12));
        break;
      }
      if (result.error.type !== "HeightNeeded") throw new Error(result.error.type);
      reached = result.error.reached;
      asked.push(result.error.height);
      fetched.push(blockAt(Number(result.error.height)));
    }
    expect(asked.slice(0, 2)).toEqual([12n, 6n]);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it("is where it wants to be when the target is the trusted height", () => {
    expect(forward({ targetHeight: 1n, lightBlocks: [] })).toEqual({ ok: true, value: trusted });
  });

  it("does not go backwards", () => {
    expect(forward({ targetHeight: 0n })).toEqual({ ok: false, error: { type: "TargetNotAhead" } });
  });

  it("names the block that is refused", () => {
    const strangers = createTestValidators([1n, 1n, 1n], 200);
    const fork = createLightBlock({ validators: strangers, height: 2n });
    expect(forward({ targetHeight: 2n, lightBlocks: [fork] })).toEqual({
      ok: false,
      error: { type: "StepRefused", height: 2n, reason: { type: "NextValidatorsMismatch" } },
    });
  });
});

describe("verifyBackward", () => {
  const headers = chain.map(({ header }) => header);
  const top = verifiedHeaderOf(unwrap(forward({})));

  it("reaches an older header by hashes alone", () => {
    expect(verifyBackward(testSuite, { trusted: top, targetHeight: 3n, headers })).toEqual({
      ok: true,
      value: headers[2],
    });
  });

  it("asks for a missing header", () => {
    const result = verifyBackward(testSuite, { trusted: top, targetHeight: 3n, headers: headers.slice(9) });
    expect(result).toEqual({ ok: false, error: { type: "HeightNeeded", height: 9n, reached: headers[9] } });
  });

  it("does not go forwards", () => {
    const result = verifyBackward(testSuite, { trusted: top, targetHeight: 13n, headers });
    expect(result).toEqual({ ok: false, error: { type: "TargetNotBehind" } });
  });

  it.each(["LastBlockHashMismatch", "ChainIdMismatch", "TimeNotDecreasing"])("refuses: %s", (type) => {
    const broken = headers.map((header) => {
      if (header.height !== 7n) return header;
      if (type === "ChainIdMismatch") return { ...header, chainId: "other" };
      if (type === "TimeNotDecreasing") return { ...header, time: top.time };
      return { ...header, appHash: new Uint8Array(32) };
    });
    expect(verifyBackward(testSuite, { trusted: top, targetHeight: 3n, headers: broken })).toMatchObject({
      ok: false,
      error: { type: "BackStepRefused", height: 7n, reason: { type } },
    });
  });
});

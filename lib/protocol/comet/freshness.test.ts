import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unwrap } from "../result.ts";
import { NANOS_PER_SECOND } from "./comet-time.ts";
import { freshnessOf, signedTimeNs } from "./freshness.ts";
import { hashHeader } from "./hash-header.ts";
import {
  createLightBlock,
  createTestValidators,
  type LightBlockPlan,
  TEST_CHAIN_START_NS,
} from "./testing/create-light-block.ts";
import { testSuite } from "./testing/test-suite.ts";
import { verifyAnchorBlock } from "./trust-anchor.ts";
import type { LightBlock } from "./types.ts";
import { markVerified, type Verified } from "./verified.ts";

const SECOND = NANOS_PER_SECOND;
const START = TEST_CHAIN_START_NS;
const FAR_FUTURE = START + 1_000_000n * SECOND;
const four = createTestValidators([10n, 10n, 10n, 10n]);

function verified(plan: Partial<LightBlockPlan>): Verified<LightBlock> {
  const block = createLightBlock({ validators: four, height: 5n, ...plan });
  const { chainId, height } = block.header;
  const headerHash = hashHeader(testSuite, block.header);
  const anchor = { chainId, height, headerHash, deploymentId: new Uint8Array(32) };
  return unwrap(verifyAnchorBlock(testSuite, anchor, block));
}

function at(...seconds: readonly bigint[]): readonly bigint[] {
  return seconds.map((second) => START + second * SECOND);
}

describe("signedTimeNs", () => {
  it("is the latest time that more than 1/3 of the power has signed at or after", () => {
    expect(signedTimeNs(verified({ voteTimesNs: at(10n, 13n, 11n, 12n) }))).toBe(START + 12n * SECOND);
  });

  it("weighs by power", () => {
    const validators = createTestValidators([50n, 30n, 20n]);
    expect(signedTimeNs(verified({ validators, voteTimesNs: at(10n, 11n, 12n) }))).toBe(START + 11n * SECOND);
    const heavy = createTestValidators([70n, 20n, 10n]);
    expect(signedTimeNs(verified({ validators: heavy, voteTimesNs: at(10n, 11n, 12n) }))).toBe(
      START + 10n * SECOND,
    );
  });

  it("takes exactly 1/3 as too little", () => {
    const three = createTestValidators([5n, 5n, 5n]);
    expect(signedTimeNs(verified({ validators: three, voteTimesNs: at(10n, 11n, 12n) }))).toBe(
      START + 11n * SECOND,
    );
  });

  it("is not the header's time, and a vote for nil does not count", () => {
    const flags = ["commit", "commit", "commit", "nil"] as const;
    const block = verified({ flags, timeNs: START, voteTimesNs: at(61n, 62n, 63n, 90n) });
    expect(signedTimeNs(block)).toBe(START + 62n * SECOND);
  });

  it("cannot be moved past the honest votes by a third or less", () => {
    const block = verified({});
    const vote = fc.record({
      power: fc.bigInt(1n, 1_000n),
      ns: fc.bigInt(0n, 10n ** 12n),
      lies: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(vote, { minLength: 1, maxLength: 12 }), (votes) => {
        const total = votes.reduce((sum, { power }) => sum + power, 0n);
        const lying = votes.reduce((sum, { power, lies }) => (lies ? sum + power : sum), 0n);
        fc.pre(3n * lying <= total);
        const latestHonest = votes.reduce((latest, { ns, lies }) => (!lies && ns > latest ? ns : latest), 0n);
        const signatures = votes.map(({ ns, lies }) => ({
          flag: "commit" as const,
          validatorAddress: new Uint8Array(20),
          timestamp: {
            seconds: (lies ? FAR_FUTURE : ns) / SECOND,
            nanos: Number((lies ? FAR_FUTURE : ns) % SECOND),
          },
          signature: new Uint8Array(64),
        }));
        const validators = votes.map(({ power }) => ({ publicKey: new Uint8Array(32), power }));
        const commit = { ...block.commit, signatures };
        expect(signedTimeNs(markVerified<LightBlock>({ ...block, validators, commit }))).toBeLessThanOrEqual(
          latestHonest,
        );
      }),
    );
  });
});

describe("freshnessOf", () => {
  const newest = verified({ voteTimesNs: at(10n, 10n, 10n, 10n) });
  const heartbeatNs = 30n * SECOND;
  const request = { newest, highestVerifiedHeight: 5n, heartbeatNs };
  const twoHeartbeatsLater = START + 70n * SECOND;

  it("is fresh up to two heartbeats after the validators signed", () => {
    expect(freshnessOf({ ...request, nowNs: twoHeartbeatsLater })).toBe("fresh");
  });

  it("calls a tip stale from then on", () => {
    expect(freshnessOf({ ...request, nowNs: twoHeartbeatsLater + 1n })).toBe("stale");
  });

  it("calls it withheld when another route has shown more", () => {
    expect(freshnessOf({ ...request, highestVerifiedHeight: 6n, nowNs: twoHeartbeatsLater + 1n })).toBe(
      "withheld",
    );
  });
});

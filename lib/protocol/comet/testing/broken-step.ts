import type { Bytes } from "../../bytes/bytes.ts";
import { unwrap } from "../../result.ts";
import { NANOS_PER_SECOND } from "../comet-time.ts";
import { hashHeader } from "../hash-header.ts";
import { verifyAnchorBlock } from "../trust-anchor.ts";
import type { CometHeader, Commit, CommitSig, LightBlock } from "../types.ts";
import type { Verified } from "../verified.ts";
import { type LightStep, MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS, verifyLightStep } from "../verify-step.ts";
import {
  createLightBlock,
  createTestValidators,
  type LightBlockPlan,
  TEST_CHAIN_START_NS,
} from "./create-light-block.ts";
import { testSuite } from "./test-suite.ts";

export const four = createTestValidators([10n, 10n, 10n, 10n]);

/** Four more, whom nobody in the chain names. */
export const strangers = createTestValidators([10n, 10n, 10n, 10n], 100);

/** The first block of a chain, trusted by its hash. */
export function trustedBlock(plan: Partial<LightBlockPlan> = {}): Verified<LightBlock> {
  const block = createLightBlock({ validators: four, height: 1n, ...plan });
  const { chainId, height } = block.header;
  const headerHash = hashHeader(testSuite, block.header);
  const anchor = { chainId, height, headerHash, deploymentId: new Uint8Array(32) };
  return unwrap(verifyAnchorBlock(testSuite, anchor, block));
}

export const trusted = trustedBlock();
export const adjacent = createLightBlock({ validators: four, height: 2n });
export const distant = createLightBlock({ validators: four, height: 9n });

export const NOW_NS = TEST_CHAIN_START_NS + 100n * NANOS_PER_SECOND;

/** A step from `trusted` at `NOW_NS`, unless told otherwise. */
export function step(
  untrusted: LightBlock,
  rest: Partial<LightStep> = {},
): ReturnType<typeof verifyLightStep> {
  return verifyLightStep(testSuite, {
    trusted,
    untrusted,
    nowNs: NOW_NS,
    trustingPeriodNs: TRUSTING_PERIOD_NS,
    maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
    ...rest,
  });
}

/** Why the step is refused, in one word. */
export function refusal(untrusted: LightBlock, rest: Partial<LightStep> = {}): string {
  const result = step(untrusted, rest);
  return result.ok ? "accepted" : result.error.type;
}

export function withHeader(block: LightBlock, change: Partial<CometHeader>): LightBlock {
  return { ...block, header: { ...block.header, ...change } };
}

export function withCommit(block: LightBlock, change: Partial<Commit>): LightBlock {
  return { ...block, commit: { ...block.commit, ...change } };
}

export function withSignatures(block: LightBlock, change: (sigs: CommitSig[]) => CommitSig[]): LightBlock {
  return withCommit(block, { signatures: change([...block.commit.signatures]) });
}

export function sigAt(block: LightBlock, index: number): Exclude<CommitSig, { flag: "absent" }> {
  const sig = block.commit.signatures[index];
  if (sig === undefined || sig.flag === "absent") throw new Error(`no signature at ${index}`);
  return sig;
}

export function flipped(bytes: Bytes): Bytes {
  return bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
}

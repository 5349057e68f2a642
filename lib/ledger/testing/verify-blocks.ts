import { expect } from "vitest";
import { verifyForward } from "#protocol/comet/light-client.ts";
import { verifyAnchorBlock } from "#protocol/comet/trust-anchor.ts";
import type { LightBlock } from "#protocol/comet/types.ts";
import type { Verified } from "#protocol/comet/verified.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import { unwrap } from "#protocol/result.ts";
import type { Devchain } from "../devchain/devchain.ts";
import { anchorOf } from "./devchain-world.ts";
import { suite } from "./ledger-world.ts";

export async function blocksOf(chain: Devchain): Promise<LightBlock[]> {
  const blocks: LightBlock[] = [];
  for (let height = 1; height <= (await chain.newestHeight()); height++) {
    const block = await chain.lightBlock(height);
    if (block) blocks.push(block);
  }
  return blocks;
}

/** Block by block and from the first straight to the last. */
export function verifyBlocks(chain: Devchain, blocks: readonly LightBlock[], nowMs: number): void {
  const [first] = blocks;
  const last = blocks.at(-1);
  if (!first || !last) throw new Error("a chain has blocks");
  const request = {
    lightBlocks: blocks,
    nowNs: BigInt(nowMs) * 1_000_000n,
    trustingPeriodNs: TRUSTING_PERIOD_NS,
    maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
  };
  const start = unwrap(verifyAnchorBlock(suite, anchorOf(chain), first));
  let stepwise: Verified<LightBlock> = start;
  for (const { header } of blocks.slice(1)) {
    stepwise = unwrap(verifyForward(suite, { ...request, trusted: stepwise, targetHeight: header.height }));
  }
  const skipped = unwrap(
    verifyForward(suite, { ...request, trusted: start, targetHeight: last.header.height }),
  );
  expect(stepwise).toEqual(skipped);
}

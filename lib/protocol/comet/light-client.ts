import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import type { Hasher } from "./merkle-root.ts";
import type { CometHeader, LightBlock } from "./types.ts";
import type { Verified } from "./verified.ts";
import { type BackwardsError, verifyHeaderBackwards } from "./verify-backwards.ts";
import { type StepError, type StepTiming, verifyLightStep } from "./verify-step.ts";

export interface ForwardRequest extends StepTiming {
  readonly trusted: Verified<LightBlock>;
  readonly targetHeight: bigint;
  /** The light blocks at hand, in any order. */
  readonly lightBlocks: readonly LightBlock[];
}

export type ForwardError =
  /** Nobody's fault: fetch the light block of this height and go on from `reached` with it added. */
  | { readonly type: "HeightNeeded"; readonly height: bigint; readonly reached: Verified<LightBlock> }
  | { readonly type: "TargetNotAhead" }
  /** The block that was given for this height is refused. */
  | { readonly type: "StepRefused"; readonly height: bigint; readonly reason: StepError };

/**
 * Skipping verification: straight to the target if enough trusted validators signed it, else through blocks in
 * between, halving the gap. Fetches nothing; a missing block is asked for by `HeightNeeded`.
 */
export function verifyForward(
  suite: CryptoSuite,
  request: ForwardRequest,
): Result<Verified<LightBlock>, ForwardError> {
  const { targetHeight } = request;
  const byHeight = new Map(request.lightBlocks.map((block) => [block.header.height, block]));
  const heights = [...byHeight.keys()].sort((a, b) => (a < b ? -1 : 1));
  let trusted = request.trusted;
  if (trusted.header.height === targetHeight) return ok(trusted);
  if (trusted.header.height > targetHeight) return err({ type: "TargetNotAhead" });

  let pivot = targetHeight;
  for (;;) {
    const untrusted = byHeight.get(pivot);
    if (untrusted === undefined) return err({ type: "HeightNeeded", height: pivot, reached: trusted });
    const step = verifyLightStep(suite, { ...request, trusted, untrusted });
    if (step.ok) {
      if (pivot === targetHeight) return step;
      trusted = step.value;
      pivot = targetHeight;
    } else if (step.error.type === "NotEnoughTrust") {
      pivot = heightBetween(heights, trusted.header.height, pivot);
    } else {
      return err({ type: "StepRefused", height: pivot, reason: step.error });
    }
  }
}

export type BackwardError =
  /** Nobody's fault: fetch the header of this height and go on from `reached` with it added. */
  | { readonly type: "HeightNeeded"; readonly height: bigint; readonly reached: Verified<CometHeader> }
  | { readonly type: "TargetNotBehind" }
  | { readonly type: "BackStepRefused"; readonly height: bigint; readonly reason: BackwardsError };

export interface BackwardRequest {
  readonly trusted: Verified<CometHeader>;
  readonly targetHeight: bigint;
  /** The headers at hand, in any order; every one from the target to the trusted one is needed. */
  readonly headers: readonly CometHeader[];
}

/** Down to an older header, one hash at a time. */
export function verifyBackward(
  hasher: Hasher,
  request: BackwardRequest,
): Result<Verified<CometHeader>, BackwardError> {
  const byHeight = new Map(request.headers.map((header) => [header.height, header]));
  let trusted = request.trusted;
  if (trusted.height < request.targetHeight) return err({ type: "TargetNotBehind" });
  while (trusted.height > request.targetHeight) {
    const height = trusted.height - 1n;
    const untrusted = byHeight.get(height);
    if (untrusted === undefined) return err({ type: "HeightNeeded", height, reached: trusted });
    const step = verifyHeaderBackwards(hasher, trusted, untrusted);
    if (!step.ok) return err({ type: "BackStepRefused", height, reason: step.error });
    trusted = step.value;
  }
  return ok(trusted);
}

/**
 * A height strictly between two that are not adjacent: the middle one of those at hand, so that a bundle is used
 * up before anything more is asked for, else the middle of the gap.
 */
function heightBetween(heights: readonly bigint[], low: bigint, high: bigint): bigint {
  const atHand = heights.filter((height) => height > low && height < high);
  return atHand[atHand.length >> 1] ?? (low + high) / 2n;
}

import { equalBytes } from "../bytes/bytes.ts";
import { err, ok, type Result } from "../result.ts";
import { timeToNs } from "./comet-time.ts";
import { hashHeader } from "./hash-header.ts";
import type { Hasher } from "./merkle-root.ts";
import type { CometHeader, LightBlock } from "./types.ts";
import { markVerified, type Verified } from "./verified.ts";

export type BackwardsError =
  | { readonly type: "HeightNotPrevious" }
  | { readonly type: "ChainIdMismatch"; readonly expected: string; readonly actual: string }
  | { readonly type: "TimeNotDecreasing" }
  | { readonly type: "LastBlockHashMismatch" };

/** A verified light block's header, which is verified with it. */
export function verifiedHeaderOf(block: Verified<LightBlock>): Verified<CometHeader> {
  return markVerified(block.header);
}

/**
 * One step backwards: the header whose hash the trusted header gives as its predecessor's. No trusting period
 * applies, since it is the hash and not a signature that carries the trust.
 */
export function verifyHeaderBackwards(
  hasher: Hasher,
  trusted: Verified<CometHeader>,
  untrusted: CometHeader,
): Result<Verified<CometHeader>, BackwardsError> {
  if (untrusted.height !== trusted.height - 1n) return err({ type: "HeightNotPrevious" });
  if (untrusted.chainId !== trusted.chainId) {
    return err({ type: "ChainIdMismatch", expected: trusted.chainId, actual: untrusted.chainId });
  }
  if (timeToNs(untrusted.time) >= timeToNs(trusted.time)) return err({ type: "TimeNotDecreasing" });
  if (!equalBytes(hashHeader(hasher, untrusted), trusted.lastBlockId.hash)) {
    return err({ type: "LastBlockHashMismatch" });
  }
  return ok(markVerified(untrusted));
}

import { timeToNs } from "./comet-time.ts";
import type { LightBlock } from "./types.ts";
import type { Verified } from "./verified.ts";

/** A chain is stale when its validators have signed nothing for this many heartbeats. */
const STALE_AFTER_HEARTBEATS = 2n;

export type Freshness =
  /** The validators signed within two heartbeats. */
  | "fresh"
  /** Nothing newer than two heartbeats is known to exist: the chain has halted, or we are cut off from it. */
  | "stale"
  /** A higher header has been verified elsewhere, so whoever brought this one is holding it back. */
  | "withheld";

export interface FreshnessRequest {
  /** The newest light block that the route in question has delivered. */
  readonly newest: Verified<LightBlock>;
  /** The highest height verified by any route, this one included. */
  readonly highestVerifiedHeight: bigint;
  readonly nowNs: bigint;
  /** How often the chain makes a block even if it has nothing to record. */
  readonly heartbeatNs: bigint;
}

/**
 * Unix nanoseconds: the latest time t such that validators with more than 1/3 of the power have signed
 * precommits of time t or later. At least one of them is honest, so the block was not finished before t. The
 * header's own time is no measure of that, since it lags by one block.
 */
export function signedTimeNs(block: Verified<LightBlock>): bigint {
  const totalPower = block.validators.reduce((sum, { power }) => sum + power, 0n);
  const votes = block.commit.signatures.flatMap((sig, index) => {
    const power = block.validators[index]?.power ?? 0n;
    return sig.flag === "commit" ? [{ ns: timeToNs(sig.timestamp), power }] : [];
  });
  votes.sort((a, b) => (a.ns > b.ns ? -1 : 1));
  let signedPower = 0n;
  for (const { ns, power } of votes) {
    signedPower += power;
    if (3n * signedPower > totalPower) return ns;
  }
  throw new Error("a verified commit carries more than 2/3 of the power");
}

export function freshnessOf({
  newest,
  highestVerifiedHeight,
  nowNs,
  heartbeatNs,
}: FreshnessRequest): Freshness {
  if (nowNs - signedTimeNs(newest) <= STALE_AFTER_HEARTBEATS * heartbeatNs) return "fresh";
  return newest.header.height < highestVerifiedHeight ? "withheld" : "stale";
}

import { equalBytes } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import { checkValidatorSet } from "./check-validator-set.ts";
import { timeToNs } from "./comet-time.ts";
import type { LightBlock } from "./types.ts";
import { markVerified, type Verified } from "./verified.ts";
import { type TrustingError, verifyCommitQuorum, verifyCommitTrusting } from "./verify-commit.ts";
import { type LightBlockError, verifyLightBlockParts } from "./verify-light-block.ts";
import { createPrecommitVerifier, type PrecommitVerifier } from "./verify-signature.ts";

/** Shorter than the time for which misbehaving validators can still be punished. */
export const TRUSTING_PERIOD_NS = 30n * 24n * 3_600n * 1_000_000_000n;

/** How far a header may be ahead of this device's clock. */
export const MAX_CLOCK_DRIFT_NS = 10n * 1_000_000_000n;

/** What a step starts from: a header that was verified, and the validators it names for the next height. */
export type TrustedState = Pick<LightBlock, "header" | "nextValidators">;

export interface StepTiming {
  /** Unix nanoseconds. Evidence is verified as of its own newest header, never by the reader's clock. */
  readonly nowNs: bigint;
  readonly trustingPeriodNs: bigint;
  readonly maxClockDriftNs: bigint;
}

export interface LightStep extends StepTiming {
  readonly trusted: Verified<TrustedState>;
  readonly untrusted: LightBlock;
}

export type StepError =
  | LightBlockError
  /** Among them `NotEnoughTrust`, which condemns nothing: a block in between may bridge the gap. */
  | TrustingError
  /** No fault of anyone: the trusted header is too old to lean on. */
  | { readonly type: "TrustExpired"; readonly expiredAtNs: bigint }
  | { readonly type: "HeightNotIncreasing" }
  | { readonly type: "TimeNotIncreasing" }
  /** By how much, where the header is the chain's but for that: then one of two clocks is off. Null says nothing of clocks. */
  | { readonly type: "HeaderFromFuture"; readonly aheadNs: bigint | null }
  /** The next block's validators are not those that the trusted header names. */
  | { readonly type: "NextValidatorsMismatch" };

/**
 * One step of the light client, forwards: from a trusted header to a higher one, adjacent or not (CometBFT
 * specification, light client verification, `ValidAndVerified`).
 */
export function verifyLightStep(
  suite: CryptoSuite,
  step: LightStep,
): Result<Verified<LightBlock>, StepError> {
  const { trusted, untrusted } = step;
  const verifyPrecommit = createPrecommitVerifier(suite, trusted.header.chainId, untrusted.commit);

  const timely = verifyTiming(step);
  if (!timely.ok) return timely;
  const aheadNs = timeToNs(untrusted.header.time) - step.nowNs;
  if (aheadNs >= step.maxClockDriftNs) {
    const isSigned = verifyLightStep(suite, { ...step, maxClockDriftNs: aheadNs + 1n }).ok;
    return err({ type: "HeaderFromFuture", aheadNs: isSigned ? aheadNs : null });
  }
  const validators = verifyLightBlockParts(suite, untrusted, trusted.header.chainId);
  if (!validators.ok) return validators;
  const trustedSigned = verifyTrustCarriesOver(suite, step, verifyPrecommit);
  if (!trustedSigned.ok) return trustedSigned;
  // Last, because an unknown set may be large on purpose.
  const quorum = verifyCommitQuorum(untrusted, validators.value, verifyPrecommit);
  return quorum.ok ? ok(markVerified(untrusted)) : quorum;
}

function verifyTiming({ trusted, untrusted, nowNs, trustingPeriodNs }: LightStep): Result<null, StepError> {
  const trustedTimeNs = timeToNs(trusted.header.time);
  const untrustedTimeNs = timeToNs(untrusted.header.time);
  const expiredAtNs = trustedTimeNs + trustingPeriodNs;
  if (expiredAtNs <= nowNs) return err({ type: "TrustExpired", expiredAtNs });
  if (untrusted.header.height <= trusted.header.height) return err({ type: "HeightNotIncreasing" });
  if (untrustedTimeNs <= trustedTimeNs) return err({ type: "TimeNotIncreasing" });
  return ok(null);
}

function verifyTrustCarriesOver(
  suite: CryptoSuite,
  { trusted, untrusted }: LightStep,
  verifyPrecommit: PrecommitVerifier,
): Result<null, StepError> {
  if (untrusted.header.height === trusted.header.height + 1n) {
    const named = equalBytes(untrusted.header.validatorsHash, trusted.header.nextValidatorsHash);
    return named ? ok(null) : err({ type: "NextValidatorsMismatch" });
  }
  const nextValidators = checkValidatorSet(suite, trusted.nextValidators);
  if (!nextValidators.ok) {
    return err({ type: "ValidatorSetInvalid", set: "nextValidators", reason: nextValidators.error });
  }
  return verifyCommitTrusting(untrusted, nextValidators.value, verifyPrecommit);
}

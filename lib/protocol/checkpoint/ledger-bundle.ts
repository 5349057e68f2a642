import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import { array, codec, type Infer, literal, nullable, struct } from "../codec/schema.ts";
import { signedTimeNs } from "../comet/freshness.ts";
import { lightBlockSchema } from "../comet/light-block-schema.ts";
import { verifyForward } from "../comet/light-client.ts";
import { merkleRootOf } from "../comet/merkle-root.ts";
import { type AnchorError, type TrustAnchor, verifyAnchorBlock } from "../comet/trust-anchor.ts";
import type { LightBlock } from "../comet/types.ts";
import type { Verified } from "../comet/verified.ts";
import type { StepError, StepTiming } from "../comet/verify-step.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import {
  type DeploymentState,
  encodeOpenChallenge,
  type OpenChallenge,
  type RegistryEntry,
} from "./ledger-state.ts";
import { type LedgerStatement, ledgerStatementSchema } from "./ledger-statement.ts";
import { encodePolicy, type Policy, policyHash } from "./registration.ts";
import {
  type EpochProofError,
  type RegistryProofError,
  type StateProofError,
  type VerifiedEpoch,
  verifyDeploymentState,
  verifyEpochRange,
  verifyRegistry,
} from "./verify-state.ts";

/** Skipping halves the gap, so even a validator set that changes all the time needs no more. */
export const MAX_BUNDLE_LIGHT_BLOCKS = 64;

const MAX_BUNDLE_BYTES = 8 * 1024 * 1024;

/** All that one audit needs of the ledger, as the proxy hands it over. Nothing in it is believed. */
const ledgerBundleSchema = struct({
  v: [0, literal(1)],
  /** From the trusted height to the newest. The trusted block itself is needed only by who has its hash alone. */
  lightBlocks: [1, array(lightBlockSchema, MAX_BUNDLE_LIGHT_BLOCKS)],
  /** The deployment under the newest header; null when the ledger does not know it. */
  statement: [2, nullable(ledgerStatementSchema)],
});

export type LedgerBundle = Infer<typeof ledgerBundleSchema>;

const bundleCodec = codec(ledgerBundleSchema, MAX_BUNDLE_BYTES);

/** What the device relies on: a light block it verified before, or no more than an anchor. */
export type LedgerTrust =
  | { readonly kind: "anchor"; readonly anchor: TrustAnchor }
  | { readonly kind: "block"; readonly block: Verified<LightBlock> };

export interface LedgerBundleCheck extends StepTiming {
  readonly suite: CryptoSuite;
  readonly trusted: LedgerTrust;
  /** Deployment id. */
  readonly deployment: Bytes;
  /** As it came from the proxy. */
  readonly bundle: Bytes;
}

/** A deployment as the ledger has it, true for the block before `newTrusted`. */
interface VerifiedDeployment {
  readonly state: DeploymentState;
  readonly policy: Policy;
  /** All keys that ever were or are an instance's. */
  readonly registry: readonly RegistryEntry[];
  /** All open challenges. */
  readonly challenges: readonly OpenChallenge[];
  /** Consecutive; which ones is the proxy's choice, so compare with what was asked for and with `state.epochs`. */
  readonly epochs: readonly VerifiedEpoch[];
}

export interface VerifiedLedger {
  /** The newest header; trust continues from here. */
  readonly newTrusted: Verified<LightBlock>;
  /** Null when the bundle says nothing of the deployment, which proves nothing. */
  readonly deployment: VerifiedDeployment | null;
  /** T of the newest header: its validators signed at this time or later (Unix nanoseconds). */
  readonly signedTimeNs: bigint;
}

export type LedgerError =
  | { readonly type: "BundleMalformed"; readonly cause: FormatError }
  | { readonly type: "AnchorBlockMissing"; readonly height: bigint }
  | { readonly type: "AnchorRefused"; readonly cause: AnchorError }
  /** The bundle ends below the trusted height: whoever made it is behind, or holds something back. */
  | { readonly type: "BundleBehindTrust"; readonly newestHeight: bigint }
  /** Nobody's fault: ask again, from `reached`, and let the next bundle have this height. */
  | { readonly type: "HeightNeeded"; readonly height: bigint; readonly reached: Verified<LightBlock> }
  | { readonly type: "StepRefused"; readonly height: bigint; readonly reason: StepError }
  | {
      readonly type: "StatementRefused";
      readonly newTrusted: Verified<LightBlock>;
      readonly cause: StatementError;
    };

type StatementError =
  | StateProofError
  | EpochProofError
  | RegistryProofError
  | { readonly type: "PolicyMismatch" }
  | { readonly type: "ChallengesMismatch" };

export function encodeLedgerBundle(bundle: LedgerBundle): Bytes {
  return bundleCodec.encode(bundle);
}

export function parseLedgerBundle(bundle: Bytes): Result<LedgerBundle, FormatError> {
  return bundleCodec.decode(bundle);
}

/**
 * From a trusted header to everything the bundle proves: steps of docs/spec/ledger.md, "Verifying a bundle".
 * `nowNs` is the device's clock, Unix nanoseconds.
 */
export function verifyLedgerBundle(check: LedgerBundleCheck): Result<VerifiedLedger, LedgerError> {
  const { suite } = check;
  const bundle = parseLedgerBundle(check.bundle);
  if (!bundle.ok) return err({ type: "BundleMalformed", cause: bundle.error });
  const { lightBlocks, statement } = bundle.value;

  const start = startingBlock(check, lightBlocks);
  if (!start.ok) return start;
  const newest = newestBlock(check, start.value, lightBlocks);
  if (!newest.ok) return newest;
  const newTrusted = newest.value;
  if (statement === null) return ok({ newTrusted, deployment: null, signedTimeNs: signedTimeNs(newTrusted) });

  const deployment = verifyStatement(suite, newTrusted.header.appHash, check.deployment, statement);
  if (!deployment.ok) return err({ type: "StatementRefused", newTrusted, cause: deployment.error });
  return ok({ newTrusted, deployment: deployment.value, signedTimeNs: signedTimeNs(newTrusted) });
}

/** Every part of a statement, against the app hash of one verified header. */
function verifyStatement(
  suite: CryptoSuite,
  verifiedAppHash: Bytes,
  deployment: Bytes,
  statement: LedgerStatement,
): Result<VerifiedDeployment, StatementError> {
  const { policy, challenges, firstEpoch, path } = statement;
  const proven = verifyDeploymentState(suite, verifiedAppHash, deployment, statement.proof);
  if (!proven.ok) return proven;
  const state = proven.value;
  if (!equalBytes(policyHash(suite, encodePolicy(policy)), state.policyHash))
    return err({ type: "PolicyMismatch" });
  const registry = verifyRegistry(suite, state, statement.registry);
  if (!registry.ok) return registry;
  const challengesRoot = merkleRootOf(suite, challenges.map(encodeOpenChallenge));
  if (challenges.length !== state.challengeCount || !equalBytes(challengesRoot, state.challengesRoot)) {
    return err({ type: "ChallengesMismatch" });
  }
  const epochs = verifyEpochRange(suite, state, firstEpoch, statement.epochs, path);
  if (!epochs.ok) return epochs;
  return ok({ state, policy, registry: registry.value, challenges, epochs: epochs.value });
}

function startingBlock(
  { suite, trusted }: LedgerBundleCheck,
  lightBlocks: readonly LightBlock[],
): Result<Verified<LightBlock>, LedgerError> {
  if (trusted.kind === "block") return ok(trusted.block);
  const { anchor } = trusted;
  const block = lightBlocks.find(({ header }) => header.height === anchor.height);
  if (!block) return err({ type: "AnchorBlockMissing", height: anchor.height });
  const verified = verifyAnchorBlock(suite, anchor, block);
  return verified.ok ? verified : err({ type: "AnchorRefused", cause: verified.error });
}

function newestBlock(
  check: LedgerBundleCheck,
  trusted: Verified<LightBlock>,
  lightBlocks: readonly LightBlock[],
): Result<Verified<LightBlock>, LedgerError> {
  const heights = lightBlocks.map(({ header }) => header.height);
  const targetHeight = heights.reduce((a, b) => (a > b ? a : b), 0n);
  const { nowNs, trustingPeriodNs, maxClockDriftNs } = check;
  const forward = verifyForward(check.suite, {
    trusted,
    targetHeight,
    lightBlocks,
    nowNs,
    trustingPeriodNs,
    maxClockDriftNs,
  });
  if (forward.ok) return forward;
  return forward.error.type === "TargetNotAhead"
    ? err({ type: "BundleBehindTrust", newestHeight: targetHeight })
    : err(forward.error);
}

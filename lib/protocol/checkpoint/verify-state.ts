import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import { array, bytes, type Infer, struct, uint } from "../codec/schema.ts";
import { merkleRootOf } from "../comet/merkle-root.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { type MerkleProofError, verifyInclusion } from "../merkle/merkle-proof.ts";
import { leafHash } from "../merkle/tree-hash.ts";
import { err, ok, type Result } from "../result.ts";
import { type EpochRecord, epochRecordHash, parseEpochRecord } from "./epoch-record.ts";
import {
  type Acceptance,
  type AppState,
  appHash,
  appStateSchema,
  type ClaimKind,
  claimLeaf,
  type DeploymentState,
  deploymentStateSchema,
  encodeDeploymentState,
  encodeOpenChallenge,
  encodeRegistryEntry,
  epochLeaf,
  isActiveAt,
  type OpenChallenge,
  type RegistryEntry,
} from "./ledger-state.ts";
import { MAX_PATH_HASHES } from "./limits.ts";
import { type RangeProofError, rootFromRange } from "./range-proof.ts";

type Hasher = Pick<CryptoSuite, "sha256">;

export const pathSchema = array(bytes(32), MAX_PATH_HASHES);

/** A deployment's state under an app hash. */
export const stateProofSchema = struct({
  appState: [0, appStateSchema],
  state: [1, deploymentStateSchema],
  /** The deployment's place in the map, and the inclusion path from there. */
  leafIndex: [2, uint],
  path: [3, pathSchema],
});

export type StateProof = Infer<typeof stateProofSchema>;

export type StateProofError =
  | { readonly type: "AppHashMismatch" }
  | { readonly type: "OtherDeployment" }
  | { readonly type: "DeploymentProofInvalid"; readonly cause: MerkleProofError };

/** An epoch record as the ledger holds it, and where it was accepted. */
export interface AnchoredEpoch {
  /** Exact bytes. */
  readonly record: Bytes;
  readonly accepted: Acceptance;
}

export interface VerifiedEpoch extends AnchoredEpoch {
  readonly epochRecord: EpochRecord;
  /** `epochRecordHash` of the record's bytes. */
  readonly hash: Bytes;
}

export type EpochProofError =
  | { readonly type: "EpochRecordMalformed"; readonly cause: FormatError }
  | { readonly type: "EpochRecordMisplaced"; readonly epoch: number }
  | { readonly type: "EpochChainBroken"; readonly epoch: number }
  | { readonly type: "EpochNotRecorded"; readonly epochs: number }
  | { readonly type: "EpochProofInvalid"; readonly cause: MerkleProofError | RangeProofError | null };

export type RegistryProofError =
  | { readonly type: "InstanceNotActive"; readonly epoch: number }
  | { readonly type: "RegistryProofInvalid"; readonly cause: MerkleProofError | null };

/**
 * The state of `deployment` under the app hash of a verified header. The header at height H+1 carries the app
 * hash after block H: what this returns is true after H.
 */
export function verifyDeploymentState(
  suite: Hasher,
  verifiedAppHash: Bytes,
  deployment: Bytes,
  proof: StateProof,
): Result<DeploymentState, StateProofError> {
  const { appState, state, leafIndex, path } = proof;
  if (!equalBytes(appHash(suite, appState), verifiedAppHash)) return err({ type: "AppHashMismatch" });
  if (!equalBytes(state.deployment, deployment)) return err({ type: "OtherDeployment" });
  const included = verifyInclusion(suite.sha256, {
    leafIndex: BigInt(leafIndex),
    treeSize: BigInt(appState.deploymentCount),
    leafHash: leafHash(suite.sha256, encodeDeploymentState(state)),
    path,
    root: appState.mapRoot,
  });
  return included.ok ? ok(state) : err({ type: "DeploymentProofInvalid", cause: included.error });
}

/** THE record of its epoch: leaf e stands at index e of n, so there is no second one. */
export function verifyEpochRecord(
  suite: Hasher,
  state: DeploymentState,
  epoch: number,
  anchored: AnchoredEpoch,
  path: readonly Bytes[],
): Result<VerifiedEpoch, EpochProofError> {
  if (epoch >= state.epochs) return err({ type: "EpochNotRecorded", epochs: state.epochs });
  const placed = placeRecord(suite, state, epoch, anchored);
  if (!placed.ok) return placed;
  const included = verifyInclusion(suite.sha256, {
    leafIndex: BigInt(epoch),
    treeSize: BigInt(state.epochs),
    leafHash: leafHash(suite.sha256, epochLeaf(anchored.record, anchored.accepted)),
    path,
    root: state.logRoot,
  });
  return included.ok ? placed : err({ type: "EpochProofInvalid", cause: included.error });
}

/** The records of neighbouring epochs from `firstEpoch` on, with one proof (`RangeProof.path`) for all; may be none. */
export function verifyEpochRange(
  suite: Hasher,
  state: DeploymentState,
  firstEpoch: number,
  epochs: readonly AnchoredEpoch[],
  path: readonly Bytes[],
): Result<readonly VerifiedEpoch[], EpochProofError> {
  const verified: VerifiedEpoch[] = [];
  for (const [offset, anchored] of epochs.entries()) {
    const placed = placeRecord(suite, state, firstEpoch + offset, anchored);
    if (!placed.ok) return placed;
    const before = verified.at(-1);
    if (before && !equalBytes(before.hash, placed.value.epochRecord.previous)) {
      return err({ type: "EpochChainBroken", epoch: firstEpoch + offset });
    }
    verified.push(placed.value);
  }
  if (epochs.length === 0 && path.length === 0) return ok([]);
  const root = rootFromRange(suite, {
    firstIndex: firstEpoch,
    treeSize: state.epochs,
    leafHashes: epochs.map(({ record, accepted }) => leafHash(suite.sha256, epochLeaf(record, accepted))),
    path,
  });
  if (!root.ok) return err({ type: "EpochProofInvalid", cause: root.error });
  if (!equalBytes(root.value, state.logRoot)) return err({ type: "EpochProofInvalid", cause: null });
  return ok(verified);
}

/** That this state knows no record of `epoch`. Fresh only as far as the header is. */
export function verifyNoEpochYet(
  state: DeploymentState,
  epoch: number,
): Result<null, { readonly type: "EpochAlreadyRecorded"; readonly epochs: number }> {
  return state.epochs <= epoch ? ok(null) : err({ type: "EpochAlreadyRecorded", epochs: state.epochs });
}

/** That the entry stands in the deployment's registry and its key may sign `epoch`. */
export function verifyInstanceRegistered(
  suite: Hasher,
  state: DeploymentState,
  epoch: number,
  proof: { readonly entry: RegistryEntry; readonly index: number; readonly path: readonly Bytes[] },
): Result<RegistryEntry, RegistryProofError> {
  const included = verifyInclusion(suite.sha256, {
    leafIndex: BigInt(proof.index),
    treeSize: BigInt(state.registrySize),
    leafHash: leafHash(suite.sha256, encodeRegistryEntry(proof.entry)),
    path: proof.path,
    root: state.registryRoot,
  });
  if (!included.ok) return err({ type: "RegistryProofInvalid", cause: included.error });
  return isActiveAt(proof.entry, epoch) ? ok(proof.entry) : err({ type: "InstanceNotActive", epoch });
}

/** That these are all entries of the deployment's registry, in order: presence and absence are proven alike. */
export function verifyRegistry(
  suite: Hasher,
  state: DeploymentState,
  entries: readonly RegistryEntry[],
): Result<readonly RegistryEntry[], RegistryProofError> {
  const complete =
    entries.length === state.registrySize &&
    equalBytes(merkleRootOf(suite, entries.map(encodeRegistryEntry)), state.registryRoot);
  return complete ? ok(entries) : err({ type: "RegistryProofInvalid", cause: null });
}

/** That the challenge is still unanswered in this state. */
export function verifyChallengeOpen(
  suite: Hasher,
  state: DeploymentState,
  proof: { readonly challenge: OpenChallenge; readonly index: number; readonly path: readonly Bytes[] },
): Result<OpenChallenge, MerkleProofError> {
  const included = verifyInclusion(suite.sha256, {
    leafIndex: BigInt(proof.index),
    treeSize: BigInt(state.challengeCount),
    leafHash: leafHash(suite.sha256, encodeOpenChallenge(proof.challenge)),
    path: proof.path,
    root: state.challengesRoot,
  });
  return included.ok ? ok(proof.challenge) : included;
}

/** That the ledger recorded this claim, then and there. `appState` is one whose `appHash` a verified header carries. */
export function verifyClaimRecorded(
  suite: Hasher,
  appState: AppState,
  proof: {
    readonly claim: { readonly kind: ClaimKind; readonly deployment: Bytes; readonly content: Bytes };
    readonly accepted: Acceptance;
    readonly index: number;
    readonly path: readonly Bytes[];
  },
): Result<null, MerkleProofError> {
  return verifyInclusion(suite.sha256, {
    leafIndex: BigInt(proof.index),
    treeSize: BigInt(appState.claimCount),
    leafHash: leafHash(suite.sha256, claimLeaf(suite, proof.claim, proof.accepted)),
    path: proof.path,
    root: appState.claimsRoot,
  });
}

function placeRecord(
  suite: Hasher,
  state: DeploymentState,
  epoch: number,
  anchored: AnchoredEpoch,
): Result<VerifiedEpoch, EpochProofError> {
  const parsed = parseEpochRecord(anchored.record);
  if (!parsed.ok) return err({ type: "EpochRecordMalformed", cause: parsed.error });
  const epochRecord = parsed.value;
  if (epochRecord.epoch !== epoch || !equalBytes(epochRecord.deployment, state.deployment)) {
    return err({ type: "EpochRecordMisplaced", epoch });
  }
  return ok({ ...anchored, epochRecord, hash: epochRecordHash(suite, anchored.record) });
}

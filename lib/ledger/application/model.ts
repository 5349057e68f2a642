import { type Bytes, compareBytes, zeroBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import {
  type Acceptance,
  type AppState,
  type ClaimKind,
  type DeploymentState,
  encodeDeploymentState,
  encodeOpenChallenge,
  encodeRegistryEntry,
  type OpenChallenge,
  type RegistryEntry,
} from "#protocol/checkpoint/ledger-state.ts";
import { encodePolicy, type Policy, policyHash } from "#protocol/checkpoint/registration.ts";
import type { Governors, Params } from "#protocol/checkpoint/transaction.ts";
import type { AnchoredEpoch } from "#protocol/checkpoint/verify-state.ts";
import { type Hasher, merkleRootOf } from "#protocol/comet/merkle-root.ts";
import { AppendLog } from "./append-log.ts";
import { governanceHash, type LedgerValidator, paramsHash } from "./governance-hash.ts";

interface Claim {
  readonly kind: ClaimKind;
  readonly deployment: Bytes;
  readonly content: Bytes;
  readonly accepted: Acceptance;
}

export interface Deployment {
  readonly id: Bytes;
  readonly governanceKey: Bytes;
  /** Epochs 0…epochs−1 of `log` belong to this state. */
  readonly epochs: number;
  readonly log: AppendLog<AnchoredEpoch>;
  readonly head: Bytes;
  readonly registry: readonly RegistryEntry[];
  readonly policy: Policy;
  readonly policySequence: number;
  /** By log id; at most one for each log. */
  readonly challenges: readonly OpenChallenge[];
}

/** The whole state of the ledger after one block; a value, except for the two kinds of `AppendLog` it reads. */
export interface LedgerModel {
  readonly chainId: string;
  /** By the deployment id in hexadecimal, in ascending order of ids. */
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly claimCount: number;
  readonly claims: AppendLog<Claim>;
  /** Where in `claims` to look for a claim, by its key. Shared like the log, hence only a hint. */
  readonly claimIndex: Map<string, number>;
  /** Claims that the block now being executed has accepted. */
  readonly claimsInBlock: number;
  readonly governors: Governors;
  readonly governanceSequence: number;
  readonly validators: readonly LedgerValidator[];
  readonly params: Params;
}

export interface Genesis {
  readonly chainId: string;
  readonly governors: Governors;
  readonly validators: readonly LedgerValidator[];
  readonly params: Params;
}

export function createModel(suite: Hasher, genesis: Genesis): LedgerModel {
  return {
    ...genesis,
    deployments: new Map(),
    claimCount: 0,
    claims: new AppendLog(suite.sha256),
    claimIndex: new Map(),
    claimsInBlock: 0,
    governanceSequence: 0,
  };
}

export function createDeployment(
  suite: Hasher,
  id: Bytes,
  governanceKey: Bytes,
  registry: readonly RegistryEntry[],
  policy: Policy,
): Deployment {
  return {
    id,
    governanceKey,
    epochs: 0,
    log: new AppendLog(suite.sha256),
    head: zeroBytes(32),
    registry,
    policy,
    policySequence: 0,
    challenges: [],
  };
}

export function findDeployment(model: LedgerModel, id: Bytes): Deployment | undefined {
  return model.deployments.get(toHex(id));
}

/** The model with this deployment put in or replaced. */
export function withDeployment(model: LedgerModel, deployment: Deployment): LedgerModel {
  const key = toHex(deployment.id);
  const entries = new Map(model.deployments);
  entries.set(key, deployment);
  if (model.deployments.has(key)) return { ...model, deployments: entries };
  const sorted = [...entries].sort(([, a], [, b]) => compareBytes(a.id, b.id));
  return { ...model, deployments: new Map(sorted) };
}

export function deploymentStateOf(suite: Hasher, deployment: Deployment): DeploymentState {
  return {
    deployment: deployment.id,
    epochs: deployment.epochs,
    head: deployment.head,
    logRoot: deployment.log.root(deployment.epochs),
    registrySize: deployment.registry.length,
    registryRoot: merkleRootOf(suite, deployment.registry.map(encodeRegistryEntry)),
    policyHash: policyHash(suite, encodePolicy(deployment.policy)),
    policySequence: deployment.policySequence,
    challengeCount: deployment.challenges.length,
    challengesRoot: merkleRootOf(suite, deployment.challenges.map(encodeOpenChallenge)),
  };
}

export function deploymentLeaves(suite: Hasher, model: LedgerModel): Bytes[] {
  return [...model.deployments.values()].map((deployment) =>
    encodeDeploymentState(deploymentStateOf(suite, deployment)),
  );
}

export function appStateOf(suite: Hasher, model: LedgerModel): AppState {
  return {
    deploymentCount: model.deployments.size,
    mapRoot: merkleRootOf(suite, deploymentLeaves(suite, model)),
    claimCount: model.claimCount,
    claimsRoot: model.claims.root(model.claimCount),
    governanceHash: governanceHash(suite, model.governors, model.governanceSequence, model.validators),
    paramsHash: paramsHash(suite, model.params),
  };
}

import { type Bytes, concatBytes, encodeUint32, encodeUint64 } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import { bytes, codec, type Infer, integer, nullable, struct, text, uint } from "../codec/schema.ts";
import { hashInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { Result } from "../result.ts";
import { MAX_OPEN_CHALLENGES, MAX_REGISTRY_ENTRIES } from "./limits.ts";

type Hasher = Pick<CryptoSuite, "sha256">;

/** Where on the ledger something was accepted: the block's height and its header's time. */
export const acceptanceSchema = struct({
  height: [0, integer(1, Number.MAX_SAFE_INTEGER)],
  /** Unix time of the block header. */
  seconds: [1, uint],
  nanos: [2, integer(0, 999_999_999)],
});

export type Acceptance = Infer<typeof acceptanceSchema>;

/** What the ledger knows of one deployment; its encoding is a leaf of the deployment map. */
export const deploymentStateSchema = struct({
  deployment: [0, bytes(32)],
  /** Epochs 0…n−1 are recorded. */
  epochs: [1, uint],
  /** `epochRecordHash` of record n−1; zeros when there is none. */
  head: [2, bytes(32)],
  /** RFC 6962 root over `epochLeaf`s 0…n−1. */
  logRoot: [3, bytes(32)],
  registrySize: [4, integer(0, MAX_REGISTRY_ENTRIES)],
  /** RFC 6962 root over the encoded registry entries, in order of their addition. */
  registryRoot: [5, bytes(32)],
  policyHash: [6, bytes(32)],
  /** Changes by SET_POLICY so far. */
  policySequence: [7, uint],
  challengeCount: [8, integer(0, MAX_OPEN_CHALLENGES)],
  /** RFC 6962 root over the encoded open challenges, by log id. */
  challengesRoot: [9, bytes(32)],
});

export type DeploymentState = Infer<typeof deploymentStateSchema>;

/** An instance key of a deployment. Entries are never removed; retiring sets `retiredAt`, once. */
export const registryEntrySchema = struct({
  key: [0, bytes(32)],
  origin: [1, text(255)],
  /** First epoch the key may sign. */
  fromEpoch: [2, uint],
  /** First epoch the key may no longer sign. */
  retiredAt: [3, nullable(uint)],
});

export type RegistryEntry = Infer<typeof registryEntrySchema>;

/** A head that a deployment has been asked to account for. */
export const openChallengeSchema = struct({
  log: [0, bytes(32)],
  size: [1, uint],
  root: [2, bytes(32)],
  noteHash: [3, bytes(32)],
  /** The deployment's `epochs` when the challenge was accepted. */
  openedAtEpoch: [4, uint],
});

export type OpenChallenge = Infer<typeof openChallengeSchema>;

/** Everything the app hash commits to. */
export const appStateSchema = struct({
  deploymentCount: [0, uint],
  /** RFC 6962 root over encoded `DeploymentState`s, by deployment id. */
  mapRoot: [1, bytes(32)],
  claimCount: [2, uint],
  /** RFC 6962 root over `claimLeaf`s in order of acceptance. */
  claimsRoot: [3, bytes(32)],
  governanceHash: [4, bytes(32)],
  paramsHash: [5, bytes(32)],
});

export type AppState = Infer<typeof appStateSchema>;

export type ClaimKind = "evidence" | "force" | "challenge" | "response";

const CLAIM_NUMBERS = { evidence: 1, force: 2, challenge: 3, response: 4 } as const satisfies Record<
  ClaimKind,
  number
>;

const deploymentStateCodec = codec(deploymentStateSchema, 512);
const registryEntryCodec = codec(registryEntrySchema, 512);
const openChallengeCodec = codec(openChallengeSchema, 256);

export const encodeDeploymentState = deploymentStateCodec.encode;
export const encodeRegistryEntry = registryEntryCodec.encode;
export const encodeOpenChallenge = openChallengeCodec.encode;

export function parseDeploymentState(stateBytes: Bytes): Result<DeploymentState, FormatError> {
  return deploymentStateCodec.decode(stateBytes);
}

/** Epoch record ‖ height u64 ‖ seconds u64 ‖ nanos u32: *when* it was accepted is proven with it. */
export function epochLeaf(recordBytes: Bytes, accepted: Acceptance): Bytes {
  return concatBytes(recordBytes, encodeAcceptance(accepted));
}

/** Kind u8 ‖ deployment ‖ content's hash ‖ height ‖ seconds ‖ nanos. */
export function claimLeaf(
  suite: Hasher,
  claim: { readonly kind: ClaimKind; readonly deployment: Bytes; readonly content: Bytes },
  accepted: Acceptance,
): Bytes {
  return concatBytes(
    Uint8Array.of(CLAIM_NUMBERS[claim.kind]),
    claim.deployment,
    hashInContext(suite, "claim", claim.content),
    encodeAcceptance(accepted),
  );
}

/** SHA-256(context ‖ count u64 ‖ map root ‖ claims u64 ‖ claims root ‖ governance hash ‖ params hash). */
export function appHash(suite: Hasher, state: AppState): Bytes {
  return hashInContext(
    suite,
    "app-hash",
    encodeUint64(BigInt(state.deploymentCount)),
    state.mapRoot,
    encodeUint64(BigInt(state.claimCount)),
    state.claimsRoot,
    state.governanceHash,
    state.paramsHash,
  );
}

/** An instance's key and the epochs of its life. */
export type InstanceKey = Pick<RegistryEntry, "key" | "fromEpoch" | "retiredAt">;

/** May this entry's key sign epoch `epoch`? */
export function isActiveAt(entry: Omit<InstanceKey, "key">, epoch: number): boolean {
  return entry.fromEpoch <= epoch && !isRetiredBy(entry, epoch);
}

/** Whether it may sign neither this epoch nor a later one. */
export function isRetiredBy({ retiredAt }: Pick<InstanceKey, "retiredAt">, epoch: number): boolean {
  return retiredAt !== null && retiredAt <= epoch;
}

function encodeAcceptance({ height, seconds, nanos }: Acceptance): Bytes {
  return concatBytes(encodeUint64(BigInt(height)), encodeUint64(BigInt(seconds)), encodeUint32(nanos));
}

import { type Bytes, concat, equal, uint32, uint64 } from "./bytes.ts";
import { type Cbor, encodeCbor } from "./cbor.ts";
import { lightBlock } from "./light-block.ts";
import {
  attempt,
  bytesUpTo,
  exactly,
  fields,
  hash,
  integer,
  list,
  orNull,
  type Read,
  readBytes,
  text,
  uint,
} from "./read.ts";
import { hashInContext } from "./sha256.ts";
import { isIncluded, isRangeIncluded, leafHash, rootOf } from "./tree.ts";

/** What one ledger bundle says of a deployment, and the proofs of it (docs/spec/ledger.md, "Verifying a bundle", 4–8). */

export const MAX_BUNDLE_BYTES = 8 * 1024 * 1024;

type Bundle = NonNullable<ReturnType<typeof parseBundle>>;
export type Statement = NonNullable<Bundle["statement"]>;

export interface AnchoredEpoch {
  readonly record: Bytes;
  /** Root of the epoch tree. */
  readonly root: Bytes;
  /** Time of the block that took it in. */
  readonly acceptedNs: bigint;
}

export interface EpochRecord {
  readonly deployment: Bytes;
  readonly epoch: number;
  readonly previous: Bytes;
  readonly root: Bytes;
}

export function parseBundle(encoded: Bytes) {
  return attempt(() =>
    readBytes(encoded, MAX_BUNDLE_BYTES, (value) => {
      const { take } = fields(value, 3);
      take(0, exactly(1));
      return { lightBlocks: take(1, list(lightBlock, 64)), statement: take(2, orNull(statement)) };
    }),
  );
}

export function parseEpochRecord(encoded: Bytes): EpochRecord | undefined {
  return attempt(() =>
    readBytes(encoded, 128, (value) => {
      const { take } = fields(value, 5);
      take(0, exactly(1));
      return {
        deployment: take(1, hash),
        epoch: take(2, uint),
        previous: take(3, hash),
        root: take(4, hash),
      };
    }),
  );
}

/** That the deployment's state stands under the app hash of a verified header. */
export function isStateProven({ proof }: Statement, deployment: Bytes, appHash: Bytes): boolean {
  const { app, state, index, path } = proof;
  const expected = hashInContext(
    "app-hash",
    uint64(app.deployments),
    app.mapRoot,
    uint64(app.claims),
    app.claimsRoot,
    app.governanceHash,
    app.paramsHash,
  );
  const tree = { size: app.deployments, root: app.mapRoot };
  return (
    equal(expected, appHash) &&
    equal(state.deployment, deployment) &&
    isIncluded(leafHash(state.encoded), index, path, tree)
  );
}

/** That policy, registry and open challenges are the state's, and all of them. */
export function isContentProven({ proof, policy, registry, challenges }: Statement): boolean {
  const { state } = proof;
  return (
    equal(hashInContext("policy", policy.encoded), state.policyHash) &&
    registry.length === state.registrySize &&
    equal(rootOf(registry.map(({ encoded }) => encoded)), state.registryRoot) &&
    challenges.length === state.challenges &&
    equal(rootOf(challenges), state.challengesRoot)
  );
}

/** The epochs by number; undefined where one is not proven. */
export function proveEpochs(statement: Statement): ReadonlyMap<number, AnchoredEpoch> | undefined {
  const { epochs, firstEpoch, path } = statement;
  const { state } = statement.proof;
  const proven = new Map<number, AnchoredEpoch>();
  let previous: Bytes | undefined;
  for (const [offset, { record, acceptance }] of epochs.entries()) {
    const epoch = firstEpoch + offset;
    const parsed = parseEpochRecord(record);
    if (parsed?.epoch !== epoch || !equal(parsed.deployment, state.deployment)) return undefined;
    if (previous && !equal(parsed.previous, previous)) return undefined;
    previous = hashInContext("epoch-record-hash", record);
    const acceptedNs = BigInt(acceptance.seconds) * 1_000_000_000n + BigInt(acceptance.nanos);
    proven.set(epoch, { record, root: parsed.root, acceptedNs });
  }
  if (epochs.length === 0) return path.length === 0 ? proven : undefined;
  const leaves = epochs.map(({ record, acceptance: { height, seconds, nanos } }) =>
    leafHash(concat(record, uint64(height), uint64(seconds), uint32(nanos))),
  );
  const tree = { size: state.epochs, root: state.logRoot };
  return isRangeIncluded(leaves, firstEpoch, path, tree) ? proven : undefined;
}

const path = list(hash, 63);

const statement = (value: Cbor) => {
  const { take } = fields(value, 7);
  return {
    proof: take(0, stateProof),
    policy: take(1, policy),
    registry: take(2, list(registryEntry, 1024)),
    challenges: take(3, list(openChallenge, 64)),
    firstEpoch: take(4, uint),
    epochs: take(5, list(epoch, 4096)),
    path: take(6, list(hash, 126)),
  };
};

const stateProof = (value: Cbor) => {
  const { take } = fields(value, 4);
  return {
    app: take(0, appState),
    state: take(1, deploymentState),
    index: take(2, uint),
    path: take(3, path),
  };
};

const appState = (value: Cbor) => {
  const { take } = fields(value, 6);
  return {
    deployments: take(0, uint),
    mapRoot: take(1, hash),
    claims: take(2, uint),
    claimsRoot: take(3, hash),
    governanceHash: take(4, hash),
    paramsHash: take(5, hash),
  };
};

const deploymentState = (value: Cbor) => {
  const { take } = fields(value, 10);
  take(2, hash);
  take(7, uint);
  return {
    encoded: encodeCbor(value),
    deployment: take(0, hash),
    epochs: take(1, uint),
    logRoot: take(3, hash),
    registrySize: take(4, integer(0, 1024)),
    registryRoot: take(5, hash),
    policyHash: take(6, hash),
    challenges: take(8, integer(0, 64)),
    challengesRoot: take(9, hash),
  };
};

const policy = (value: Cbor) => {
  const { take } = fields(value, 3);
  take(0, integer(1, 32));
  return {
    encoded: encodeCbor(value),
    epochLengthMs: take(1, integer(1, 86_400_000)),
    idleEpochLengthMs: take(2, integer(1, 86_400_000)),
  };
};

const registryEntry = (value: Cbor) => {
  const { take } = fields(value, 4);
  take(1, text(255));
  return {
    encoded: encodeCbor(value),
    key: take(0, hash),
    fromEpoch: take(2, uint),
    retiredAt: take(3, orNull(uint)),
  };
};

const openChallenge: Read<Bytes> = (value) => {
  const { take } = fields(value, 5);
  for (const key of [0, 2, 3]) take(key, hash);
  for (const key of [1, 4]) take(key, uint);
  return encodeCbor(value);
};

const epoch = (value: Cbor) => {
  const { take } = fields(value, 2);
  const acceptance = take(1, (field) => {
    const parts = fields(field, 3);
    return {
      height: parts.take(0, integer(1, Number.MAX_SAFE_INTEGER)),
      seconds: parts.take(1, uint),
      nanos: parts.take(2, integer(0, 999_999_999)),
    };
  });
  return { record: take(0, bytesUpTo(128)), acceptance };
};

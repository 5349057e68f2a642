import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { epochRecordHash } from "#protocol/checkpoint/epoch-record.ts";
import {
  acceptanceSchema,
  epochLeaf,
  openChallengeSchema,
  registryEntrySchema,
} from "#protocol/checkpoint/ledger-state.ts";
import { policySchema } from "#protocol/checkpoint/registration.ts";
import { governorsSchema, paramsSchema, validatorSchema } from "#protocol/checkpoint/transaction.ts";
import type { FormatError } from "#protocol/codec/cbor.ts";
import {
  array,
  bytes,
  bytesUpTo,
  codec,
  enumeration,
  type Infer,
  literal,
  struct,
  text,
  uint,
} from "#protocol/codec/schema.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { ok, type Result } from "#protocol/result.ts";
import type { LedgerSnapshot } from "./application.ts";
import { createDeployment, createModel, type Deployment, type LedgerModel } from "./model.ts";
import { recordClaim } from "./record-claim.ts";

const NO_LIMIT = 2 ** 31;

const deploymentSchema = struct({
  id: [0, bytes(32)],
  governanceKey: [1, bytes(32)],
  registry: [2, array(registryEntrySchema, NO_LIMIT)],
  policy: [3, policySchema],
  policySequence: [4, uint],
  challenges: [5, array(openChallengeSchema, NO_LIMIT)],
  epochs: [6, array(struct({ record: [0, bytesUpTo(NO_LIMIT)], accepted: [1, acceptanceSchema] }), NO_LIMIT)],
});

/** The whole state at one height, for the host's disk. Roots and heads are computed again when it is read. */
const snapshotCodec = codec(
  struct({
    v: [0, literal(1)],
    height: [1, uint],
    chainId: [2, text(50)],
    deployments: [3, array(deploymentSchema, NO_LIMIT)],
    claims: [
      4,
      array(
        struct({
          kind: [0, enumeration({ evidence: 1, force: 2, challenge: 3, response: 4 })],
          deployment: [1, bytes(32)],
          content: [2, bytesUpTo(NO_LIMIT)],
          accepted: [3, acceptanceSchema],
        }),
        NO_LIMIT,
      ),
    ],
    governors: [5, governorsSchema],
    governanceSequence: [6, uint],
    validators: [7, array(validatorSchema, NO_LIMIT)],
    params: [8, paramsSchema],
  }),
  NO_LIMIT,
);

export function encodeSnapshot({ height, model }: LedgerSnapshot): Bytes {
  return snapshotCodec.encode({
    v: 1,
    height,
    chainId: model.chainId,
    deployments: [...model.deployments.values()].map((deployment) => ({
      ...deployment,
      epochs: deployment.log.slice(0, deployment.epochs),
    })),
    claims: model.claims.slice(0, model.claimCount),
    governors: model.governors,
    governanceSequence: model.governanceSequence,
    validators: model.validators,
    params: model.params,
  });
}

export function parseSnapshot(suite: CryptoSuite, snapshot: Bytes): Result<LedgerSnapshot, FormatError> {
  const parsed = snapshotCodec.decode(snapshot);
  if (!parsed.ok) return parsed;
  const { height, deployments, claims, chainId, governors, governanceSequence, validators, params } =
    parsed.value;
  const empty: LedgerModel = {
    ...createModel(suite, { chainId, governors, validators, params }),
    governanceSequence,
    deployments: new Map(deployments.map((stored) => [toHex(stored.id), restoreDeployment(suite, stored)])),
  };
  const model = claims.reduce(
    (next, { accepted, ...claim }) => recordClaim(suite, next, claim, accepted),
    empty,
  );
  return ok({ height, model: { ...model, claimsInBlock: 0 } });
}

function restoreDeployment(suite: CryptoSuite, stored: Infer<typeof deploymentSchema>): Deployment {
  const { id, governanceKey, registry, policy, policySequence, challenges, epochs } = stored;
  const created = createDeployment(suite, id, governanceKey, registry, policy);
  for (const [epoch, anchored] of epochs.entries()) {
    created.log.put(epoch, anchored, epochLeaf(anchored.record, anchored.accepted));
  }
  const last = epochs.at(-1);
  return {
    ...created,
    epochs: epochs.length,
    head: last ? epochRecordHash(suite, last.record) : created.head,
    policySequence,
    challenges,
  };
}

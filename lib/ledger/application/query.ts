import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import {
  encodeClaimProof,
  encodeLedgerStatement,
  parseClaimRequest,
  parseStatementRequest,
  type StatementRequest,
} from "#protocol/checkpoint/ledger-statement.ts";
import { rangePath } from "#protocol/checkpoint/range-proof.ts";
import type { Hasher } from "#protocol/comet/merkle-root.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { leafHash } from "#protocol/merkle/tree-hash.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import {
  appStateOf,
  type Deployment,
  deploymentLeaves,
  deploymentStateOf,
  findDeployment,
  type LedgerModel,
} from "./model.ts";
import { claimPosition } from "./record-claim.ts";

export type QueryError =
  | { readonly type: "QueryPathUnknown" }
  | { readonly type: "QueryMalformed" }
  | { readonly type: "QueryFoundNothing" }
  | { readonly type: "HeightNotKept"; readonly newest: number };

/** A `StatementRequest` answered by a `LedgerStatement`. */
export const STATEMENT_QUERY = "/holdfast/statement";
/** A `ClaimRequest` answered by a `ClaimProof`. */
export const CLAIM_QUERY = "/holdfast/claim";

export function queryModel(
  suite: Hasher,
  model: LedgerModel,
  path: string,
  request: Bytes,
): Result<Bytes, QueryError> {
  switch (path) {
    case STATEMENT_QUERY: {
      const parsed = parseStatementRequest(request);
      return parsed.ok ? stateDeployment(suite, model, parsed.value) : err({ type: "QueryMalformed" });
    }
    case CLAIM_QUERY:
      return proveClaim(suite, model, request);
    default:
      return err({ type: "QueryPathUnknown" });
  }
}

function stateDeployment(
  suite: Hasher,
  model: LedgerModel,
  request: StatementRequest,
): Result<Bytes, QueryError> {
  const deployment = findDeployment(model, request.deployment);
  if (!deployment) return err({ type: "QueryFoundNothing" });
  const leaves = deploymentLeaves(suite, model);
  const leafIndex = [...model.deployments.keys()].indexOf(toHex(deployment.id));
  return ok(
    encodeLedgerStatement({
      proof: {
        appState: appStateOf(suite, model),
        state: deploymentStateOf(suite, deployment),
        leafIndex,
        path: inclusionPath(suite, leaves, leafIndex),
      },
      policy: deployment.policy,
      registry: deployment.registry,
      challenges: deployment.challenges,
      ...epochRange(deployment, request),
    }),
  );
}

function epochRange({ log, epochs }: Deployment, { firstEpoch, maxEpochs }: StatementRequest) {
  const end = Math.min(epochs, firstEpoch + maxEpochs);
  if (firstEpoch >= end) return { firstEpoch, epochs: [], path: [] };
  return {
    firstEpoch,
    epochs: log.slice(firstEpoch, end),
    path: rangePath(firstEpoch, end - 1, epochs, (index) => log.inclusionPath(index, epochs)),
  };
}

function proveClaim(suite: Hasher, model: LedgerModel, request: Bytes): Result<Bytes, QueryError> {
  const claim = parseClaimRequest(request);
  if (!claim.ok) return err({ type: "QueryMalformed" });
  const index = claimPosition(suite, model, claim.value);
  if (index === undefined) return err({ type: "QueryFoundNothing" });
  return ok(
    encodeClaimProof({
      appState: appStateOf(suite, model),
      claim: claim.value,
      accepted: model.claims.at(index).accepted,
      index,
      path: model.claims.inclusionPath(index, model.claimCount),
    }),
  );
}

function inclusionPath(suite: Hasher, leaves: readonly Bytes[], index: number): readonly Bytes[] {
  const tree = new MerkleTree(suite.sha256);
  for (const leaf of leaves) tree.append(leafHash(suite.sha256, leaf));
  return tree.inclusionPath(index, leaves.length);
}

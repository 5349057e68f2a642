import type { LedgerPort } from "#ledger/port.ts";
import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { parseLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import type { LedgerStatement } from "#protocol/checkpoint/ledger-statement.ts";
import {
  deploymentId,
  encodePolicy,
  encodeRegistration,
  type Policy,
  parseRegistration,
} from "#protocol/checkpoint/registration.ts";
import { type Action, createTransaction } from "#protocol/checkpoint/transaction.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import { readIfThere, writeDurably } from "./durable-file.ts";
import type { Governance } from "./governance-file.ts";
import { StartFailed } from "./start-failed.ts";

export interface DeploymentRequest {
  readonly suite: CryptoSuite;
  readonly ledger: LedgerPort;
  readonly governance: Governance;
  /** Ed25519 seed of this server's instance. */
  readonly instanceSecretKey: Bytes;
  /** Origin of the API. */
  readonly origin: string;
  readonly policy: Policy;
  /** Keeps the exact bytes of the registration: the deployment's id is their hash. */
  readonly file: string;
}

/**
 * The id of the one deployment of this data folder, after the ledger knows it with this instance's key and this
 * policy. Repeatable after a crash at any point. A new instance key (the old one's memory was lost) is added from the
 * first epoch that is not anchored. The old one may have closed that epoch and stamped leaves in the next, but no
 * later ones, so there its life ends: what it did remains right.
 */
export async function ensureRegistered(request: DeploymentRequest): Promise<Bytes> {
  const { suite, ledger, instanceSecretKey, file } = request;
  const instanceKey = suite.verifyKeyOf(instanceSecretKey);
  let registration = (await readIfThere(file)) ?? (await writeRegistration(request, instanceKey));
  let statement = await stateOf(ledger, deploymentId(suite, registration));
  if (!statement) {
    if (!names(registration, instanceKey)) registration = await writeRegistration(request, instanceKey);
    await publish(request, { kind: "register", body: { registration } });
    statement = await stateOf(ledger, deploymentId(suite, registration));
    if (!statement) throw new StartFailed("The ledger took the registration and does not know it.");
  }
  const deployment = deploymentId(suite, registration);
  const change = changeOf(request, deployment, instanceKey, statement);
  if (change) await publish(request, change);
  return deployment;
}

async function writeRegistration(request: DeploymentRequest, instanceKey: Bytes): Promise<Bytes> {
  const { suite, governance, origin, policy, file } = request;
  const registration = encodeRegistration({
    v: 1,
    chainId: governance.chainId,
    governanceKey: suite.verifyKeyOf(governance.secretKey),
    instances: [{ key: instanceKey, origin }],
    policy,
  });
  await writeDurably(file, registration);
  return registration;
}

function names(registration: Bytes, instanceKey: Bytes): boolean {
  return unwrap(parseRegistration(registration)).instances.some(({ key }) => equalBytes(key, instanceKey));
}

/** What the ledger says of the deployment now; undefined where it does not know it. */
async function stateOf(ledger: LedgerPort, deployment: Bytes): Promise<LedgerStatement | undefined> {
  const request = { deployment, trustedHeight: 1, firstEpoch: 0, maxEpochs: 0 };
  return unwrap(parseLedgerBundle(await ledger.fetchEvidence(request))).statement ?? undefined;
}

function changeOf(
  { origin, policy }: DeploymentRequest,
  deployment: Bytes,
  instanceKey: Bytes,
  { registry, proof: { state }, policy: registeredPolicy }: LedgerStatement,
): Action | undefined {
  const isRegistered = registry.some(
    ({ key, retiredAt }) => retiredAt === null && equalBytes(key, instanceKey),
  );
  if (isRegistered && equalBytes(encodePolicy(policy), encodePolicy(registeredPolicy))) return undefined;
  const fromEpoch = state.epochs;
  const active = registry.filter(({ retiredAt }) => retiredAt === null);
  return {
    kind: "setPolicy",
    body: {
      deployment,
      sequence: state.policySequence,
      policy,
      added: isRegistered ? [] : [{ instance: { key: instanceKey, origin }, fromEpoch }],
      retired: isRegistered ? [] : active.map(({ key }) => ({ key, retiredAt: fromEpoch + 2 })),
    },
  };
}

async function publish(request: DeploymentRequest, action: Action): Promise<void> {
  const { suite, ledger, governance, instanceSecretKey } = request;
  const isSignedByInstance =
    action.kind === "register" || (action.kind === "setPolicy" && action.body.added.length > 0);
  const signers = isSignedByInstance ? [governance.secretKey, instanceSecretKey] : [governance.secretKey];
  const outcome = await ledger.publish(createTransaction(suite, governance.chainId, action, signers));
  if (outcome.type === "refused")
    throw new StartFailed(`The ledger refused ${action.kind}: ${outcome.reason}.`);
}

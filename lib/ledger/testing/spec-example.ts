import { zeroBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { encodeEpochRecord, epochRecordHash, signEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import { appHash, encodeDeploymentState, epochLeaf } from "#protocol/checkpoint/ledger-state.ts";
import { deploymentId, encodeRegistration } from "#protocol/checkpoint/registration.ts";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import { leafHash } from "#protocol/merkle/tree-hash.ts";
import { LedgerApplication } from "../application/application.ts";
import { appStateOf, createModel, deploymentStateOf } from "../application/model.ts";
import { keyOf, secretKey, suite } from "./ledger-world.ts";

/** The example that docs/spec/ledger.md begins with: one instance, one deployment, one epoch. */
export function specExample(): Readonly<Record<string, string>> {
  const chainId = "example-1";
  const registration = encodeRegistration({
    v: 1,
    chainId,
    governanceKey: keyOf(1),
    instances: [{ key: keyOf(2), origin: "https://api.example" }],
    policy: { threshold: 1, epochLengthMs: 60_000, idleEpochLengthMs: 600_000 },
  });
  const deployment = deploymentId(suite, registration);
  const root = new Uint8Array(32).fill(7);
  const record = encodeEpochRecord({ v: 1, deployment, epoch: 0, previous: zeroBytes(32), root });
  const signature = signEpochRecord(suite, record, secretKey(2));
  const register = createTransaction(suite, chainId, { kind: "register", body: { registration } }, [
    secretKey(1),
    secretKey(2),
  ]);
  const checkpoint = createTransaction(suite, chainId, {
    kind: "checkpoint",
    body: { record, signatures: [{ key: keyOf(2), signature }], responses: [] },
  });

  const model = createModel(suite, {
    chainId,
    governors: { keys: [keyOf(3)], threshold: 1 },
    validators: [{ key: keyOf(4), power: 10 }],
    params: { maxDeployments: 1000, maxClaimsPerBlock: 16 },
  });
  const application = new LedgerApplication(suite, { height: 0, model });
  for (const [index, transaction] of [register, checkpoint].entries()) {
    const time = { height: index + 1, seconds: 1_800_000_000 + index, nanos: 500_000_000 };
    application.finalizeBlock({ ...time, transactions: [transaction] });
    application.commit();
  }
  const [stored] = application.committed.model.deployments.values();
  if (!stored) throw new Error("the example registers a deployment");
  const state = deploymentStateOf(suite, stored);
  const appState = appStateOf(suite, application.committed.model);
  const leaf = epochLeaf(record, { height: 2, seconds: 1_800_000_001, nanos: 500_000_000 });
  return {
    registration: toHex(registration),
    deployment: toHex(deployment),
    record: toHex(record),
    "record hash": toHex(epochRecordHash(suite, record)),
    signature: toHex(signature),
    "CHECKPOINT transaction": toHex(checkpoint),
    "epoch leaf": toHex(leaf),
    "epoch leaf hash": toHex(leafHash((message) => suite.sha256(message), leaf)),
    "deployment state": toHex(encodeDeploymentState(state)),
    "map root": toHex(appState.mapRoot),
    "claims root": toHex(appState.claimsRoot),
    "governance hash": toHex(appState.governanceHash),
    "params hash": toHex(appState.paramsHash),
    "app hash": toHex(appHash(suite, appState)),
  };
}

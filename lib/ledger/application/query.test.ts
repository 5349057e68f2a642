import { describe, expect, it } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { appHash, encodeOpenChallenge, encodeRegistryEntry } from "#protocol/checkpoint/ledger-state.ts";
import { encodeStatementRequest, parseLedgerStatement } from "#protocol/checkpoint/ledger-statement.ts";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import {
  verifyChallengeOpen,
  verifyDeploymentState,
  verifyEpochRecord,
  verifyInstanceRegistered,
} from "#protocol/checkpoint/verify-state.ts";
import { signNote } from "#protocol/log/head.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { leafHash } from "#protocol/merkle/tree-hash.ts";
import { unwrap } from "#protocol/result.ts";
import {
  CHAIN_ID,
  checkpointTransaction,
  createApplication,
  DEPLOYMENT,
  INSTANCES,
  keyOf,
  recordChain,
  registerTransaction,
  registrationBytes,
  secretKey,
  suite,
} from "../testing/ledger-world.ts";
import { setPolicyTransaction } from "../testing/policy-change.ts";
import { appStateOf } from "./model.ts";
import { STATEMENT_QUERY } from "./query.ts";

const sha256 = (message: Bytes) => suite.sha256(message);

function request(firstEpoch: number, maxEpochs: number): Bytes {
  return encodeStatementRequest({ deployment: DEPLOYMENT, firstEpoch, maxEpochs });
}

function pathIn(leaves: readonly Bytes[], index: number): readonly Bytes[] {
  const tree = new MerkleTree(sha256);
  for (const leaf of leaves) tree.append(leafHash(sha256, leaf));
  return tree.inclusionPath(index, leaves.length);
}

/** Three deployments, of which the one under test has `count` epochs, a retired key and an open challenge. */
function createState(count: number) {
  const world = createApplication();
  const others = [201, 202].map((governance) => {
    const action = {
      kind: "register",
      body: { registration: registrationBytes(INSTANCES, governance) },
    } as const;
    return createTransaction(suite, CHAIN_ID, action, [governance, ...INSTANCES].map(secretKey));
  });
  const records = recordChain(count);
  const note = signNote(suite, { log: DEPLOYMENT, size: 3, root: DEPLOYMENT }, secretKey(1));
  world.commitBlock(...others, registerTransaction());
  world.commitBlock(setPolicyTransaction({ retired: [{ name: 3, retiredAt: 2 }] }));
  for (const record of records) world.commitBlock(checkpointTransaction(record));
  const challenge = { kind: "challenge", body: { deployment: DEPLOYMENT, note } } as const;
  world.commitBlock(createTransaction(suite, CHAIN_ID, challenge));
  return { ...world, records, height: world.application.committed.height };
}

describe("a statement's parts", () => {
  const { application, records, height } = createState(7);
  const statement = unwrap(
    parseLedgerStatement(unwrap(application.query(STATEMENT_QUERY, request(0, 100), height))),
  );
  const { state } = statement.proof;

  it("prove the deployment among others", () => {
    expect(statement.proof.appState.deploymentCount).toBe(3);
    expect(verifyDeploymentState(suite, application.appHash(), DEPLOYMENT, statement.proof)).toEqual({
      ok: true,
      value: state,
    });
    expect(appHash(suite, appStateOf(suite, application.committed.model))).toEqual(application.appHash());
  });

  it("prove each epoch by itself, at its own index only", () => {
    const [model] = [application.committed.model];
    const deployment = [...model.deployments.values()].find(({ epochs }) => epochs === 7);
    if (!deployment) throw new Error("the deployment is there");
    for (const [epoch, anchored] of statement.epochs.entries()) {
      const path = deployment.log.inclusionPath(epoch, 7);
      expect(anchored.record).toEqual(records[epoch]);
      expect(verifyEpochRecord(suite, state, epoch, anchored, path).ok).toBe(true);
      expect(verifyEpochRecord(suite, state, epoch + 1, anchored, path).ok).toBe(false);
      const later = { ...anchored, accepted: { ...anchored.accepted, height: anchored.accepted.height + 1 } };
      expect(verifyEpochRecord(suite, state, epoch, later, path).ok).toBe(false);
    }
    const [first] = statement.epochs;
    if (!first) throw new Error("seven epochs");
    expect(verifyEpochRecord(suite, state, 7, first, [])).toEqual({
      ok: false,
      error: { type: "EpochNotRecorded", epochs: 7 },
    });
  });

  it("prove a key for the epochs in which it may sign", () => {
    const leaves = statement.registry.map(encodeRegistryEntry);
    const [, , retired] = statement.registry;
    if (!retired) throw new Error("three entries");
    expect(retired.key).toEqual(keyOf(3));
    const proof = { entry: retired, index: 2, path: pathIn(leaves, 2) };
    expect(verifyInstanceRegistered(suite, state, 1, proof)).toEqual({ ok: true, value: retired });
    expect(verifyInstanceRegistered(suite, state, 2, proof)).toEqual({
      ok: false,
      error: { type: "InstanceNotActive", epoch: 2 },
    });
    const stranger = { ...proof, entry: { ...retired, key: keyOf(9) } };
    expect(verifyInstanceRegistered(suite, state, 1, stranger)).toMatchObject({
      ok: false,
      error: { type: "RegistryProofInvalid" },
    });
  });

  it("prove that a challenge is open, and since which epoch", () => {
    const [challenge] = statement.challenges;
    if (!challenge) throw new Error("one challenge");
    expect(challenge).toMatchObject({ log: DEPLOYMENT, size: 3, openedAtEpoch: 7 });
    const proof = { challenge, index: 0, path: pathIn(statement.challenges.map(encodeOpenChallenge), 0) };
    expect(verifyChallengeOpen(suite, state, proof).ok).toBe(true);
    const earlier = { ...proof, challenge: { ...challenge, openedAtEpoch: 0 } };
    expect(verifyChallengeOpen(suite, state, earlier).ok).toBe(false);
  });
});

describe("a query", () => {
  it("gives the epochs asked for, as far as there are any", () => {
    const { application, height } = createState(5);
    const epochsOf = (firstEpoch: number, maxEpochs: number) => {
      const answer = unwrap(application.query(STATEMENT_QUERY, request(firstEpoch, maxEpochs), height));
      return unwrap(parseLedgerStatement(answer)).epochs.length;
    };
    expect([epochsOf(0, 0), epochsOf(0, 3), epochsOf(3, 10), epochsOf(5, 10), epochsOf(50, 10)]).toEqual([
      0, 3, 2, 0, 0,
    ]);
  });

  it("answers for the last heights, and tells older ones apart from nonsense", () => {
    const { application, height } = createState(9);
    expect(application.query(STATEMENT_QUERY, request(0, 1), height - 1).ok).toBe(true);
    expect(application.query(STATEMENT_QUERY, request(0, 1), 1)).toEqual({
      ok: false,
      error: { type: "HeightNotKept", newest: height },
    });
    expect(application.query("/other", request(0, 1), height)).toMatchObject({
      error: { type: "QueryPathUnknown" },
    });
    expect(application.query(STATEMENT_QUERY, Uint8Array.of(1), height)).toMatchObject({
      error: { type: "QueryMalformed" },
    });
  });

  it("about an older height is not disturbed by newer blocks", () => {
    const { application, commitBlock, records } = createState(4);
    const height = application.committed.height;
    const before = application.query(STATEMENT_QUERY, request(0, 100), height);
    const next = recordChain(5)[4];
    if (!next) throw new Error("five records");
    expect(records.length).toBe(4);
    expect(commitBlock(checkpointTransaction(next))).toEqual(["accepted"]);
    expect(application.query(STATEMENT_QUERY, request(0, 100), height)).toEqual(before);
  });
});

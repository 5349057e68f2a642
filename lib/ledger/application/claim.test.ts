import { describe, expect, it } from "vitest";
import { type Bytes, zeroBytes } from "#protocol/bytes/bytes.ts";
import { encodeChallengeResponse } from "#protocol/checkpoint/challenge-response.ts";
import { epochRecordHash } from "#protocol/checkpoint/epoch-record.ts";
import { appHash } from "#protocol/checkpoint/ledger-state.ts";
import { encodeClaimRequest, parseClaimProof } from "#protocol/checkpoint/ledger-statement.ts";
import { type Action, createTransaction } from "#protocol/checkpoint/transaction.ts";
import { verifyClaimRecorded } from "#protocol/checkpoint/verify-state.ts";
import { checkpointHashOf, encodeNoteBody, epochSlotKeyOf, signNote } from "#protocol/log/head.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { leafHash } from "#protocol/merkle/tree-hash.ts";
import { proveEntry } from "#protocol/prefix-map/map-proof.ts";
import { emptyPrefixMap, rootHash, setEntry } from "#protocol/prefix-map/prefix-map.ts";
import { unwrap } from "#protocol/result.ts";
import {
  CHAIN_ID,
  checkpointTransaction,
  createApplication,
  DEPLOYMENT,
  epochRecord,
  registerTransaction,
  secretKey,
  suite,
} from "../testing/ledger-world.ts";
import { CLAIM_QUERY } from "./query.ts";

const sha256 = (message: Bytes) => suite.sha256(message);

function transaction(action: Action): Bytes {
  return createTransaction(suite, CHAIN_ID, action);
}

function evidence(text: number, deployment: Bytes = DEPLOYMENT): Bytes {
  return transaction({ kind: "evidence", body: { deployment, evidence: Uint8Array.of(text) } });
}

function force(record: Bytes): Bytes {
  return transaction({ kind: "force", body: { deployment: DEPLOYMENT, record, signature: zeroBytes(64) } });
}

function registered() {
  const world = createApplication();
  world.commitBlock(registerTransaction());
  return world;
}

describe("EVIDENCE and FORCE", () => {
  it("are recorded once", () => {
    const { commitBlock } = registered();
    expect(commitBlock(evidence(1), force(Uint8Array.of(1)))).toEqual(["accepted", "accepted"]);
    expect(commitBlock(evidence(1), force(Uint8Array.of(1)))).toEqual([
      "ClaimAlreadyRecorded",
      "ClaimAlreadyRecorded",
    ]);
  });

  it("need a known deployment and have room for so many a block", () => {
    const { commitBlock } = registered();
    expect(commitBlock(evidence(1, zeroBytes(32)))).toEqual(["DeploymentUnknown"]);
    expect(commitBlock(evidence(1), evidence(2), evidence(3), evidence(4))).toEqual([
      "accepted",
      "accepted",
      "accepted",
      "LimitReached",
    ]);
    expect(commitBlock(evidence(4))).toEqual(["accepted"]);
  });

  it("are not mistaken for claims of a block that was dropped", () => {
    const { application, commitBlock } = registered();
    application.finalizeBlock({ height: 2, seconds: 1, nanos: 0, transactions: [evidence(1)] });
    expect(commitBlock(evidence(2))).toEqual(["accepted"]);
    expect(commitBlock(evidence(1))).toEqual(["accepted"]);
  });

  it("can be proven, with height and time", () => {
    const { application, commitBlock } = registered();
    commitBlock(evidence(1), evidence(2));
    commitBlock(evidence(3));
    const claim = { kind: "evidence", deployment: DEPLOYMENT, content: Uint8Array.of(2) } as const;
    const answer = unwrap(application.query(CLAIM_QUERY, encodeClaimRequest(claim), 3));
    const proof = unwrap(parseClaimProof(answer));
    expect(appHash(suite, proof.appState)).toEqual(application.appHash());
    expect(verifyClaimRecorded(suite, proof.appState, proof).ok).toBe(true);
    expect(proof.accepted).toEqual({ height: 2, seconds: 1_000_002, nanos: 7 });
    const later = { ...proof, accepted: { ...proof.accepted, height: 3 } };
    expect(verifyClaimRecorded(suite, proof.appState, later).ok).toBe(false);
    const unknown = encodeClaimRequest({ ...claim, content: Uint8Array.of(9) });
    expect(application.query(CLAIM_QUERY, unknown, 3)).toEqual({
      ok: false,
      error: { type: "QueryFoundNothing" },
    });
  });
});

describe("CHALLENGE", () => {
  const log = new Uint8Array(32).fill(42);
  const tree = new MerkleTree(sha256);
  for (let leaf = 0; leaf < 20; leaf++) tree.append(leafHash(sha256, Uint8Array.of(leaf)));

  function challenge(size: number, root: Bytes = tree.root(size), signer = 1, id: Bytes = log): Bytes {
    const note = signNote(suite, { log: id, size, root }, secretKey(signer));
    return transaction({ kind: "challenge", body: { deployment: DEPLOYMENT, note } });
  }

  /** An epoch whose tree holds the log at `size`, and the answer to a challenge of its first `challenged` leaves. */
  function epochWith(size: number, challenged: number) {
    const checkpoint = encodeNoteBody({ log, size, root: tree.root(size) });
    const key = epochSlotKeyOf(suite, log);
    const map = setEntry(sha256, emptyPrefixMap, key, checkpointHashOf(suite, checkpoint));
    const response = encodeChallengeResponse({
      log,
      checkpoint,
      slot: proveEntry(map, key),
      consistency: tree.consistencyPath(challenged, size),
    });
    return { root: rootHash(map), response };
  }

  it("takes one for each log, signed by a key of the deployment, of a head that is not empty", () => {
    const { commitBlock } = registered();
    expect(commitBlock(challenge(5, tree.root(5), 9))).toEqual(["ChallengeNoteInvalid"]);
    expect(commitBlock(challenge(0, tree.root(0)))).toEqual(["ChallengeNoteInvalid"]);
    expect(commitBlock(challenge(5))).toEqual(["accepted"]);
    expect(commitBlock(challenge(6))).toEqual(["ChallengeAlreadyOpen"]);
    expect(commitBlock(challenge(5, tree.root(5), 1, new Uint8Array(32).fill(43)))).toEqual(["accepted"]);
  });

  it("is answered in a later checkpoint, and may then be put again", () => {
    const { application, commitBlock } = registered();
    commitBlock(challenge(5));
    const { root, response } = epochWith(8, 5);
    expect(commitBlock(checkpointTransaction(epochRecord({ epoch: 0, root }), [1, 2], [response]))).toEqual([
      "accepted",
    ]);
    const [deployment] = application.committed.model.deployments.values();
    expect(deployment?.challenges).toEqual([]);
    const answer = encodeClaimRequest({ kind: "response", deployment: DEPLOYMENT, content: response });
    expect(application.query(CLAIM_QUERY, answer, 3).ok).toBe(true);
    expect(commitBlock(challenge(6))).toEqual(["accepted"]);
  });

  it("refuses answers that do not answer", () => {
    const { commitBlock } = registered();
    commitBlock(challenge(5));
    const { root, response } = epochWith(8, 5);
    const otherHead = epochWith(8, 4);
    const record = epochRecord({ epoch: 0, root });
    const attempts: [Bytes, Bytes[]][] = [
      [epochRecord({ epoch: 0 }), [response]],
      [record, [otherHead.response]],
      [record, [Uint8Array.of(1)]],
      [record, [response, response]],
    ];
    for (const [bytes, responses] of attempts) {
      expect(commitBlock(checkpointTransaction(bytes, [1, 2], responses))).toEqual(["ResponseInvalid"]);
    }
  });

  it("blocks the deployment from the second epoch on, until it answers", () => {
    const { commitBlock } = registered();
    commitBlock(challenge(5));
    const zero = epochRecord({ epoch: 0 });
    const one = epochRecord({ epoch: 1, previous: epochRecordHash(suite, zero) });
    expect(commitBlock(checkpointTransaction(zero), checkpointTransaction(one))).toEqual([
      "accepted",
      "accepted",
    ]);
    const { root, response } = epochWith(8, 5);
    const two = epochRecord({ epoch: 2, previous: epochRecordHash(suite, one), root });
    expect(commitBlock(checkpointTransaction(two))).toEqual(["ChallengeUnanswered"]);
    expect(commitBlock(checkpointTransaction(two, [1, 2], [response]))).toEqual(["accepted"]);
  });

  it("cannot be answered by a tree that does not contain the head", () => {
    const { commitBlock } = registered();
    commitBlock(challenge(5, new Uint8Array(32).fill(66)));
    const { root, response } = epochWith(8, 5);
    const record = epochRecord({ epoch: 0, root });
    expect(commitBlock(checkpointTransaction(record, [1, 2], [response]))).toEqual(["ResponseInvalid"]);
  });
});

import { describe, expect, it } from "vitest";
import { concatBytes } from "#protocol/bytes/bytes.ts";
import { epochRecordHash, signEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import {
  CHAIN_ID,
  checkpointTransaction,
  createApplication,
  epochRecord,
  keyOf,
  recordChain,
  registerTransaction,
  secretKey,
  suite,
} from "../testing/ledger-world.ts";
import { setPolicyTransaction } from "../testing/policy-change.ts";

function registered() {
  const world = createApplication();
  expect(world.commitBlock(registerTransaction())).toEqual(["accepted"]);
  return world;
}

describe("CHECKPOINT", () => {
  it("accepts one record after the other and moves the head", () => {
    const { application, commitBlock } = registered();
    const records = recordChain(3);
    for (const record of records) expect(commitBlock(checkpointTransaction(record))).toEqual(["accepted"]);
    const [deployment] = application.committed.model.deployments.values();
    expect(deployment?.epochs).toBe(3);
    expect(deployment?.head).toEqual(epochRecordHash(suite, records[2] ?? new Uint8Array()));
  });

  it("accepts two epochs in one block, in order only", () => {
    const [first, second] = recordChain(2).map((record) => checkpointTransaction(record));
    if (!first || !second) throw new Error("two records");
    expect(registered().commitBlock(first, second)).toEqual(["accepted", "accepted"]);
    expect(registered().commitBlock(second, first)).toEqual(["EpochSkipped", "accepted"]);
  });

  it("refuses a second record for an epoch", () => {
    const { commitBlock } = registered();
    const record = epochRecord({ epoch: 0 });
    commitBlock(checkpointTransaction(record));
    const other = epochRecord({ epoch: 0, root: new Uint8Array(32).fill(9) });
    expect(commitBlock(checkpointTransaction(other))).toEqual(["EpochTaken"]);
    expect(commitBlock(checkpointTransaction(record, [2, 3]))).toEqual(["CheckpointAlreadyIncluded"]);
  });

  it("refuses a record that does not continue the head", () => {
    const { commitBlock } = registered();
    commitBlock(checkpointTransaction(epochRecord({ epoch: 0 })));
    expect(commitBlock(checkpointTransaction(epochRecord({ epoch: 1 })))).toEqual(["PreviousNotHead"]);
    const early = registered();
    const wrong = epochRecord({ epoch: 0, previous: new Uint8Array(32).fill(1) });
    expect(early.commitBlock(checkpointTransaction(wrong))).toEqual(["PreviousNotHead"]);
  });

  it("refuses an unknown deployment and bytes that are no record", () => {
    const { commitBlock } = registered();
    const foreign = epochRecord({ epoch: 0, deployment: new Uint8Array(32).fill(3) });
    expect(commitBlock(checkpointTransaction(foreign))).toEqual(["DeploymentUnknown"]);
    expect(commitBlock(checkpointTransaction(Uint8Array.of(1)))).toEqual(["EpochRecordMalformed"]);
  });

  it("counts each signer once", () => {
    const { commitBlock } = registered();
    const record = epochRecord({ epoch: 0 });
    expect(commitBlock(checkpointTransaction(record, [1]))).toEqual(["ThresholdNotReached"]);
    expect(commitBlock(checkpointTransaction(record, [1, 1]))).toEqual(["TransactionMalformed"]);
    expect(commitBlock(checkpointTransaction(record, []))).toEqual(["ThresholdNotReached"]);
    expect(commitBlock(checkpointTransaction(record, [1, 2, 3]))).toEqual(["accepted"]);
  });

  it("refuses strangers and signatures that do not hold", () => {
    const { commitBlock } = registered();
    const record = epochRecord({ epoch: 0 });
    expect(commitBlock(checkpointTransaction(record, [1, 9]))).toEqual(["InstanceNotActive"]);
    const signature = signEpochRecord(suite, epochRecord({ epoch: 1 }), secretKey(1));
    const forged = createTransaction(suite, CHAIN_ID, {
      kind: "checkpoint",
      body: { record, signatures: [{ key: keyOf(1), signature }], responses: [] },
    });
    expect(commitBlock(forged)).toEqual(["SignatureInvalid"]);
  });

  it("follows keys that come and go with their epochs", () => {
    const { commitBlock } = registered();
    const [zero, one, two] = recordChain(3);
    if (!zero || !one || !two) throw new Error("three records");
    const change = { added: [{ name: 4, fromEpoch: 2 }], retired: [{ name: 1, retiredAt: 1 }] };
    expect(commitBlock(setPolicyTransaction(change))).toEqual(["accepted"]);
    expect(commitBlock(checkpointTransaction(zero, [1, 2]))).toEqual(["accepted"]);
    expect(commitBlock(checkpointTransaction(one, [1, 2]))).toEqual(["InstanceNotActive"]);
    expect(commitBlock(checkpointTransaction(one, [2, 4]))).toEqual(["InstanceNotActive"]);
    expect(commitBlock(checkpointTransaction(one, [2, 3]))).toEqual(["accepted"]);
    expect(commitBlock(checkpointTransaction(two, [2, 4]))).toEqual(["accepted"]);
  });

  it("needs no signature of its own and refuses one", () => {
    const { commitBlock } = registered();
    const record = epochRecord({ epoch: 0 });
    const signed = createTransaction(
      suite,
      CHAIN_ID,
      { kind: "checkpoint", body: { record, signatures: [], responses: [] } },
      [secretKey(1)],
    );
    expect(commitBlock(signed)).toEqual(["SignersWrong"]);
  });
});

describe("a refused transaction", () => {
  it("changes nothing", () => {
    const { application, commitBlock } = registered();
    const before = application.appHash();
    const refused = checkpointTransaction(epochRecord({ epoch: 5 }));
    expect(commitBlock(refused, Uint8Array.of(0), concatBytes(refused, refused))).toEqual([
      "EpochSkipped",
      "TransactionMalformed",
      "TransactionMalformed",
    ]);
    expect(application.appHash()).toEqual(before);
  });

  it("is what the mempool and proposals refuse too", () => {
    const { application } = registered();
    const good = checkpointTransaction(epochRecord({ epoch: 0 }));
    const bad = checkpointTransaction(epochRecord({ epoch: 7 }));
    expect(application.checkTx(good).ok).toBe(true);
    expect(application.checkTx(bad).ok).toBe(false);
    expect(application.prepareProposal([bad, good, good], 1_000_000)).toEqual([good]);
    expect(application.prepareProposal([good], good.length - 1)).toEqual([]);
    expect(application.processProposal([good])).toBe(true);
    expect(application.processProposal([good, bad])).toBe(false);
  });
});

describe("a block that is executed but not committed", () => {
  it("leaves the state as it was, and another block may take its place", () => {
    const { application, commitBlock } = registered();
    const before = application.appHash();
    const tried = checkpointTransaction(epochRecord({ epoch: 0, root: new Uint8Array(32).fill(77) }));
    application.finalizeBlock({ height: 2, seconds: 5, nanos: 0, transactions: [tried] });
    expect(application.appHash()).toEqual(before);
    expect(commitBlock(checkpointTransaction(epochRecord({ epoch: 0 })))).toEqual(["accepted"]);
    const direct = registered();
    direct.commitBlock(checkpointTransaction(epochRecord({ epoch: 0 })));
    expect(application.appHash()).toEqual(direct.application.appHash());
  });
});

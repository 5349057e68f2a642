import { describe, expect, it } from "vitest";
import { type Action, createTransaction } from "#protocol/checkpoint/transaction.ts";
import {
  CHAIN_ID,
  createApplication,
  GENESIS,
  GOVERNORS,
  keyOf,
  secretKey,
  suite,
} from "../testing/ledger-world.ts";

type Change = Extract<Action, { readonly kind: "governance" }>["body"]["change"];

const PARAMS: Change = { kind: "params", body: { maxDeployments: 7, maxClaimsPerBlock: 0 } };

function governance(change: Change, sequence = 0, signers: readonly number[] = GOVERNORS.slice(0, 2)) {
  return createTransaction(
    suite,
    CHAIN_ID,
    { kind: "governance", body: { sequence, change } },
    signers.map(secretKey),
  );
}

describe("GOVERNANCE", () => {
  it("changes the ledger's limits, each change once", () => {
    const { application, commitBlock } = createApplication();
    const before = application.appHash();
    expect(commitBlock(governance(PARAMS))).toEqual(["accepted"]);
    expect(application.committed.model.params.maxDeployments).toBe(7);
    expect(application.appHash()).not.toEqual(before);
    expect(commitBlock(governance(PARAMS))).toEqual(["SequenceWrong"]);
  });

  it("needs a threshold of governors and nobody else", () => {
    const { commitBlock } = createApplication();
    expect(commitBlock(governance(PARAMS, 0, [210]))).toEqual(["ThresholdNotReached"]);
    expect(commitBlock(governance(PARAMS, 0, [210, 1]))).toEqual(["SignersWrong"]);
    expect(commitBlock(governance(PARAMS, 0, GOVERNORS))).toEqual(["accepted"]);
  });

  it("replaces the governors, but never by a set that could not act", () => {
    const { commitBlock } = createApplication();
    const set = (keys: readonly number[], threshold: number): Change => ({
      kind: "governors",
      body: { keys: keys.map(keyOf), threshold },
    });
    expect(commitBlock(governance(set([230], 2)))).toEqual(["GovernanceChangeInvalid"]);
    expect(commitBlock(governance(set([230, 230], 2)))).toEqual(["GovernanceChangeInvalid"]);
    expect(commitBlock(governance(set([230], 1)))).toEqual(["accepted"]);
    expect(commitBlock(governance(PARAMS, 1))).toEqual(["SignersWrong"]);
    expect(commitBlock(governance(PARAMS, 1, [230]))).toEqual(["accepted"]);
  });

  it("tells consensus of new, changed and removed validators", () => {
    const { application } = createApplication();
    const change: Change = {
      kind: "validators",
      body: [
        { key: keyOf(220), power: 0 },
        { key: keyOf(221), power: 12 },
        { key: keyOf(222), power: 3 },
      ],
    };
    const executed = application.finalizeBlock({
      height: 1,
      seconds: 1,
      nanos: 0,
      transactions: [governance(change)],
    });
    expect(executed.results).toEqual([{ ok: true, value: null }]);
    const powers = new Map(executed.validatorUpdates.map(({ key, power }) => [key.join(), power]));
    expect([220, 221, 222].map((name) => powers.get(keyOf(name).join()))).toEqual([0, 12, 3]);
  });

  it("refuses changes of validators that make no sense", () => {
    const { commitBlock } = createApplication();
    const change = (...body: { key: Uint8Array; power: number }[]) =>
      governance({ kind: "validators", body });
    expect(commitBlock(change())).toEqual(["GovernanceChangeInvalid"]);
    expect(commitBlock(change({ key: keyOf(5), power: 0 }))).toEqual(["GovernanceChangeInvalid"]);
    expect(commitBlock(change({ key: keyOf(5), power: 1 }, { key: keyOf(5), power: 2 }))).toEqual([
      "GovernanceChangeInvalid",
    ]);
    const everybodyGone = GENESIS.validators.map(({ key }) => ({ key, power: 0 }));
    expect(commitBlock(change(...everybodyGone))).toEqual(["GovernanceChangeInvalid"]);
  });
});

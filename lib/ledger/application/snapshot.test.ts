import { describe, expect, it } from "vitest";
import { appHash } from "#protocol/checkpoint/ledger-state.ts";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import { signNote } from "#protocol/log/head.ts";
import { unwrap } from "#protocol/result.ts";
import {
  CHAIN_ID,
  checkpointTransaction,
  createApplication,
  DEPLOYMENT,
  recordChain,
  registerTransaction,
  secretKey,
  suite,
} from "../testing/ledger-world.ts";
import { setPolicyTransaction } from "../testing/policy-change.ts";
import { LedgerApplication } from "./application.ts";
import { appStateOf } from "./model.ts";
import { encodeSnapshot, parseSnapshot } from "./snapshot.ts";

describe("a snapshot", () => {
  it("brings back a state that goes on as the original does", () => {
    const { application, commitBlock } = createApplication();
    const records = recordChain(5).map((record) => checkpointTransaction(record));
    const note = signNote(suite, { log: DEPLOYMENT, size: 3, root: DEPLOYMENT }, secretKey(1));
    const challenge = { kind: "challenge", body: { deployment: DEPLOYMENT, note } } as const;
    commitBlock(registerTransaction(), ...records.slice(0, 4));
    commitBlock(setPolicyTransaction({ retired: [{ name: 3, retiredAt: 9 }] }));
    commitBlock(createTransaction(suite, CHAIN_ID, challenge));
    const snapshot = application.committed;
    const restored = unwrap(parseSnapshot(suite, encodeSnapshot(snapshot)));
    expect(restored.height).toBe(3);
    expect(appHash(suite, appStateOf(suite, restored.model))).toEqual(application.appHash());

    const resumed = new LedgerApplication(suite, restored);
    const next = { height: 4, seconds: 9, nanos: 9, transactions: records.slice(4) };
    expect(resumed.finalizeBlock(next)).toEqual(application.finalizeBlock(next));
    expect(unwrap(parseSnapshot(suite, encodeSnapshot(resumed.commit()))).model.deployments.size).toBe(1);
  });

  it("is refused when it is cut short", () => {
    const { application } = createApplication();
    const bytes = encodeSnapshot(application.committed);
    expect(parseSnapshot(suite, bytes.subarray(0, -1)).ok).toBe(false);
  });
});

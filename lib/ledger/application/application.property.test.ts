import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import { unwrap } from "#protocol/result.ts";
import {
  CHAIN_ID,
  checkpointTransaction,
  createApplication,
  DEPLOYMENT,
  epochRecord,
  recordChain,
  registerTransaction,
  suite,
} from "../testing/ledger-world.ts";
import { setPolicyTransaction } from "../testing/policy-change.ts";
import { LedgerApplication } from "./application.ts";
import { encodeSnapshot, parseSnapshot } from "./snapshot.ts";

/** Good, early, late, contradicting, weak and broken transactions, so that any order of them is a story. */
const TRANSACTIONS: readonly Bytes[] = [
  registerTransaction(),
  ...recordChain(4).map((record) => checkpointTransaction(record)),
  checkpointTransaction(epochRecord({ epoch: 0, root: new Uint8Array(32).fill(99) })),
  checkpointTransaction(epochRecord({ epoch: 1 }), [1]),
  setPolicyTransaction({ retired: [{ name: 1, retiredAt: 2 }] }),
  setPolicyTransaction({ sequence: 1, added: [{ name: 4, fromEpoch: 3 }] }),
  ...[1, 2].map((text) =>
    createTransaction(suite, CHAIN_ID, {
      kind: "evidence",
      body: { deployment: DEPLOYMENT, evidence: Uint8Array.of(text) },
    }),
  ),
  Uint8Array.of(1, 2, 3),
];

const block = fc.array(fc.constantFrom(...TRANSACTIONS), { maxLength: 5 });
const blocks = fc.array(block, { minLength: 1, maxLength: 10 });

describe("the application, for any blocks", () => {
  it("comes to one state, whatever was proposed and dropped between them and wherever it restarted", () => {
    fc.assert(
      fc.property(
        blocks,
        fc.array(block, { minLength: 10, maxLength: 10 }),
        fc.nat(),
        (decided, dropped, restart) => {
          const { application: straight } = createApplication();
          let disturbed = createApplication().application;
          for (const [index, transactions] of decided.entries()) {
            const next = { height: index + 1, seconds: index, nanos: 0, transactions };
            const tried = dropped[index] ?? [];
            disturbed.prepareProposal(tried, 100_000);
            disturbed.finalizeBlock({ ...next, seconds: 77, transactions: tried });
            disturbed.processProposal(transactions);
            expect(disturbed.finalizeBlock(next)).toEqual(straight.finalizeBlock(next));
            const snapshot = disturbed.commit();
            straight.commit();
            expect(disturbed.appHash()).toEqual(straight.appHash());
            if (index === restart % decided.length) {
              disturbed = new LedgerApplication(
                suite,
                unwrap(parseSnapshot(suite, encodeSnapshot(snapshot))),
              );
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("keeps what is recorded: epochs only grow, and each keeps its record", () => {
    fc.assert(
      fc.property(blocks, (decided) => {
        const { application, commitBlock } = createApplication();
        let recorded: readonly Bytes[] = [];
        for (const transactions of decided) {
          commitBlock(...transactions);
          const [deployment] = application.committed.model.deployments.values();
          const records = deployment?.log.slice(0, deployment.epochs).map(({ record }) => record) ?? [];
          expect(records.slice(0, recorded.length)).toEqual(recorded);
          recorded = records;
        }
      }),
      { numRuns: 60 },
    );
  });

  it("proposes only blocks that it would itself accept in full", () => {
    fc.assert(
      fc.property(block, fc.array(fc.constantFrom(...TRANSACTIONS), { maxLength: 12 }), (before, pool) => {
        const { application, commitBlock } = createApplication();
        commitBlock(...before);
        const chosen = application.prepareProposal(pool, 100_000);
        expect(application.processProposal(chosen)).toBe(true);
        expect(commitBlock(...chosen).every((outcome) => outcome === "accepted")).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

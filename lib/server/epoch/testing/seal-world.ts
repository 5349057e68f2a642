import { randomBytes as nodeRandomBytes } from "node:crypto";
import path from "node:path";
import { createProductSuite } from "#crypto/product-suite.ts";
import { createDevchain } from "#ledger/devchain/devchain.ts";
import { createLedgerPort, type LedgerPort } from "#ledger/port.ts";
import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { parseLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import { deploymentId, encodeRegistration } from "#protocol/checkpoint/registration.ts";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import { openInstanceMemory } from "../../log/instance-memory.ts";
import { createInstanceSigner } from "../../log/instance-signer.ts";
import { createLogEngine, type LogEngine } from "../../log/log-engine.ts";
import { openStore } from "../../store/open-store.ts";
import type { Store } from "../../store/store.ts";
import { createEpochTrees, type UpdatableEpochTrees } from "../epoch-trees.ts";
import type { SealContext } from "../seal-epoch.ts";
import { Author } from "./author.ts";

export const randomBytes = (length: number): Bytes => new Uint8Array(nodeRandomBytes(length));

const CHAIN_ID = "holdfast-seal-test";
const GOVERNANCE_KEY = new Uint8Array(32).fill(7);

/** The real database, instance memory, logs and devchain in one folder; opened anew it goes on where it was. */
export interface SealWorld {
  readonly suite: CryptoSuite;
  readonly store: Store;
  readonly engine: LogEngine;
  readonly trees: UpdatableEpochTrees;
  readonly ledger: LedgerPort;
  readonly deployment: Bytes;
  readonly context: SealContext;
  readonly createAuthor: () => Author;
  /** The epochs that the ledger holds, from 0 on: exact record bytes. */
  readonly anchoredRecords: () => Promise<readonly Bytes[]>;
  readonly close: () => Promise<void>;
}

export async function openSealWorld(folder: string): Promise<SealWorld> {
  const suite = await createProductSuite();
  const store = await openStore({ kind: "sqlite", file: path.join(folder, "metadata.db") });
  const file = path.join(folder, "instance");
  const memory = await openInstanceMemory({
    suite,
    randomBytes,
    file,
    databaseCommit: await store.commitNumber(),
  });
  const signer = createInstanceSigner(suite, memory.secretKey);
  const engine = await createLogEngine({
    suite,
    store,
    memory,
    signer,
    events: { publish: () => undefined },
    clock: Date.now,
  });
  const chain = createDevchain({
    suite,
    dir: path.join(folder, "ledger"),
    chainId: CHAIN_ID,
    heartbeatMs: 3_600_000,
    randomBytes,
    nowMs: Date.now,
  });
  const ledger = createLedgerPort(suite, chain);
  const registration = encodeRegistration({
    v: 1,
    chainId: CHAIN_ID,
    governanceKey: suite.verifyKeyOf(GOVERNANCE_KEY),
    instances: [{ key: signer.verifyKey, origin: "http://localhost:3001" }],
    policy: { threshold: 1, epochLengthMs: 1000, idleEpochLengthMs: 1000 },
  });
  const deployment = deploymentId(suite, registration);
  await ledger.publish(
    createTransaction(suite, CHAIN_ID, { kind: "register", body: { registration } }, [
      GOVERNANCE_KEY,
      memory.secretKey,
    ]),
  );
  const trees = createEpochTrees(suite, engine.epochLogs);
  const context: SealContext = {
    suite,
    chainId: CHAIN_ID,
    deployment,
    instanceKey: signer.verifyKey,
    logs: engine.epochLogs,
    trees,
    ledgerPosition: async () => {
      const height = await chain.newestHeight();
      const block = await chain.lightBlock(height);
      if (!block) throw new Error("no block");
      return { height, headerHash: hashHeader(suite, block.header) };
    },
    publish: (transaction) => ledger.publish(transaction),
  };
  return {
    suite,
    store,
    engine,
    trees,
    ledger,
    deployment,
    context,
    createAuthor: () => new Author({ suite, engine, randomBytes, deployment }),
    anchoredRecords: async () => {
      const request = { deployment, trustedHeight: 1, firstEpoch: 0, maxEpochs: 4096 };
      const { statement } = unwrap(parseLedgerBundle(await ledger.fetchEvidence(request)));
      if (!statement || !equalBytes(statement.proof.state.deployment, deployment))
        throw new Error("unregistered");
      return statement.epochs.map(({ record }) => record);
    },
    close: async () => {
      await engine.idle();
      chain.close();
      await memory.close();
      await store.close();
    },
  };
}

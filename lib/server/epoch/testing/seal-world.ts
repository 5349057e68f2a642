import { randomBytes as nodeRandomBytes } from "node:crypto";
import path from "node:path";
import { createProductSuite } from "#crypto/product-suite.ts";
import { createDevchain } from "#ledger/devchain/devchain.ts";
import type { BroadcastOutcome } from "#ledger/engine.ts";
import { createLedgerPort, type LedgerPort } from "#ledger/port.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { parseLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import type { LedgerStatement } from "#protocol/checkpoint/ledger-statement.ts";
import { deploymentId, encodeRegistration } from "#protocol/checkpoint/registration.ts";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { Head } from "#protocol/log/head.ts";
import { unwrap } from "#protocol/result.ts";
import type { LogEngine } from "../../log/log-engine.ts";
import { startTestEngine } from "../../testing/test-engine.ts";
import { createWorld } from "../../testing/world.ts";
import { answerChallenges } from "../answer-challenges.ts";
import { createEpochTrees } from "../epoch-trees.ts";
import type { SealContext } from "../seal-epoch.ts";

const randomBytes = (length: number): Bytes => new Uint8Array(nodeRandomBytes(length));

const CHAIN_ID = "holdfast-seal-test";
const GOVERNANCE_KEY = new Uint8Array(32).fill(7);

/** The real database, instance memory, logs and devchain in one folder; opened anew it goes on where it was. */
export interface SealWorld {
  readonly suite: CryptoSuite;
  readonly engine: LogEngine;
  readonly context: SealContext;
  /** A new organization with one workspace, and somebody who writes to both. */
  readonly createAuthor: () => Promise<Author>;
  /** Asks the deployment on the ledger to account for a head. */
  readonly challenge: (note: Bytes) => Promise<BroadcastOutcome>;
  /** The instance's signature on a head, true or not. */
  readonly signNote: (head: Head) => Bytes;
  readonly openChallenges: () => Promise<number>;
  /** The epochs that the ledger holds, from 0 on: exact record bytes. */
  readonly anchoredRecords: () => Promise<readonly Bytes[]>;
  readonly close: () => Promise<void>;
}

interface Author {
  readonly organization: Bytes;
  readonly workspace: Bytes;
  readonly writeToOrganization: () => Promise<unknown>;
  readonly writeToWorkspace: () => Promise<unknown>;
}

export async function openSealWorld(folder: string): Promise<SealWorld> {
  const suite = await createProductSuite();
  const { engine, store, signer, memory, stop } = await startTestEngine({ suite, folder });
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
    answerChallenges: (epoch, root) =>
      answerChallenges(
        { suite, ledger, deployment, reader: engine.reader, trees, checkpointUpTo: store.checkpointUpTo },
        epoch,
        root,
      ),
    publish: (transaction) => ledger.publish(transaction),
  };
  const createAuthor = async (): Promise<Author> => {
    const sealed = { epoch: -1, hash: new Uint8Array(32) };
    const noteSealed = async (): Promise<void> => {
      const newest = await engine.epochLogs.newestEpochRecord();
      if (newest) Object.assign(sealed, { epoch: newest.epoch, hash: newest.recordHash });
    };
    await noteSealed();
    const name = toHex(randomBytes(8));
    const instanceKeys = [signer.verifyKey];
    const world = await createWorld({ suite, door: engine, instanceKeys, deployment, name, sealed });
    const { alice, organization } = world;
    const workspace = await world.createWorkspace(alice);
    return {
      organization,
      workspace: workspace.log,
      writeToOrganization: async () => {
        await noteSealed();
        const headerHash = randomBytes(32);
        const place = { log: organization, organization: null };
        await world.say(alice, place, { kind: "anchor", body: { chainId: "any", height: 1, headerHash } });
      },
      writeToWorkspace: async () => {
        await noteSealed();
        await world.say(alice, workspace, { kind: "ack", body: {} });
      },
    };
  };
  return {
    suite,
    engine,
    context,
    createAuthor,
    challenge: (note) =>
      ledger.publish(createTransaction(suite, CHAIN_ID, { kind: "challenge", body: { deployment, note } })),
    signNote: (head) => signer.signHead(head),
    openChallenges: async () => (await statementOf(ledger, deployment)).challenges.length,
    anchoredRecords: async () => (await statementOf(ledger, deployment)).epochs.map(({ record }) => record),
    close: async () => {
      await engine.idle();
      chain.close();
      await stop();
    },
  };
}

async function statementOf(ledger: LedgerPort, deployment: Bytes): Promise<LedgerStatement> {
  const request = { deployment, trustedHeight: 1, firstEpoch: 0, maxEpochs: 4096 };
  const { statement } = unwrap(parseLedgerBundle(await ledger.fetchEvidence(request)));
  if (!statement) throw new Error("not registered");
  return statement;
}

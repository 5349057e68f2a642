import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDevchain } from "#ledger/devchain/devchain.ts";
import { createLedgerPort } from "#ledger/port.ts";
import { ManualTime } from "#ledger/testing/devchain-world.ts";
import { type Bytes, concatBytes } from "#protocol/bytes/bytes.ts";
import { encodeEpochRecord, epochRecordHash, signEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import { deploymentId, encodeRegistration } from "#protocol/checkpoint/registration.ts";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { EvidenceAnchor } from "#protocol/evidence/evidence.ts";
import { namedBytes } from "#protocol/log/testing/memory-log.ts";

export const POLICY = { threshold: 1, epochLengthMs: 60_000, idleEpochLengthMs: 600_000 };
const CHAIN_ID = "holdfast-evidence";

/** A real chain with one deployment on it, whose epochs are sealed as told, and real bundles of it. */
export async function createAnchoredLedger(suite: CryptoSuite, instanceSecrets: readonly Bytes[]) {
  const time = new ManualTime();
  const dir = mkdtempSync(join(tmpdir(), "holdfast-evidence-"));
  let drawn = 0;
  const chain = createDevchain({
    dir,
    chainId: CHAIN_ID,
    heartbeatMs: 30_000,
    suite,
    randomBytes: (length) => {
      const parts = Array.from({ length: Math.ceil(length / 32) }, () =>
        namedBytes(suite, `draw ${drawn++}`),
      );
      return concatBytes(...parts).slice(0, length);
    },
    nowMs: () => time.nowMs,
    schedule: time.schedule,
  });
  const port = createLedgerPort(suite, chain);
  const publish = async (transaction: Bytes) => {
    const outcome = port.publish(transaction);
    time.advance(1_000);
    const { type } = await outcome;
    if (type !== "included") throw new Error(`transaction ${type}`);
  };
  const governance = namedBytes(suite, "governance");
  const registration = encodeRegistration({
    v: 1,
    chainId: CHAIN_ID,
    governanceKey: suite.verifyKeyOf(governance),
    instances: instanceSecrets.map((secret, index) => ({
      key: suite.verifyKeyOf(secret),
      origin: `https://instance-${index}.example`,
    })),
    policy: POLICY,
  });
  const secrets = [governance, ...instanceSecrets];
  await publish(createTransaction(suite, CHAIN_ID, { kind: "register", body: { registration } }, secrets));
  const deployment = deploymentId(suite, registration);
  const first = chain.firstHeader();
  const anchor: EvidenceAnchor = {
    chainId: CHAIN_ID,
    height: first.height,
    headerHash: first.headerHash,
    deployment,
  };
  const records: Bytes[] = [];

  return {
    anchor,
    deployment,
    records,
    time,
    /** The record of the next epoch with this tree, not published. */
    nextRecord: (root: Bytes, epoch: number = records.length): Bytes => {
      const before = records[epoch - 1];
      const previous = before ? epochRecordHash(suite, before) : new Uint8Array(32);
      return encodeEpochRecord({ v: 1, deployment, epoch, previous, root });
    },
    /** From this epoch on the instance's key signs nothing more; MUST not be one of an epoch that is anchored. */
    retire: async (secret: Bytes, retiredAt: number) => {
      const retired = [{ key: suite.verifyKeyOf(secret), retiredAt }];
      const body = { deployment, sequence: 0, policy: POLICY, added: [], retired };
      await publish(createTransaction(suite, CHAIN_ID, { kind: "setPolicy", body }, [governance]));
    },
    publishRecord: async (record: Bytes, secret: Bytes | undefined = instanceSecrets[0]) => {
      if (!secret) throw new Error("an instance signs");
      const signature = signEpochRecord(suite, record, secret);
      const signatures = [{ key: suite.verifyKeyOf(secret), signature }];
      const body = { record, signatures, responses: [] };
      await publish(createTransaction(suite, CHAIN_ID, { kind: "checkpoint", body }, []));
      records.push(record);
    },
    bundle: (firstEpoch = 0) =>
      port.fetchEvidence({ deployment, firstEpoch, maxEpochs: 100, trustedHeight: first.height }),
    close: () => {
      chain.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

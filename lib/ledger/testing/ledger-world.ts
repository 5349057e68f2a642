import { createProductSuite } from "#crypto/product-suite.ts";
import { type Bytes, zeroBytes } from "#protocol/bytes/bytes.ts";
import { encodeEpochRecord, epochRecordHash, signEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import { deploymentId, encodeRegistration } from "#protocol/checkpoint/registration.ts";
import { createTransaction, sortSignatures } from "#protocol/checkpoint/transaction.ts";
import { LedgerApplication } from "../application/application.ts";
import { createModel, type Genesis } from "../application/model.ts";

export const suite = await createProductSuite();

export const CHAIN_ID = "holdfast-test";

/** Keys are named by one byte, so a failing test reads the same every time. */
export function secretKey(name: number): Bytes {
  return new Uint8Array(32).fill(name);
}

export function keyOf(name: number): Bytes {
  return suite.verifyKeyOf(secretKey(name));
}

export const GOVERNANCE = 200;
export const GOVERNORS = [210, 211, 212] as const;
export const INSTANCES = [1, 2, 3] as const;

export const GENESIS: Genesis = {
  chainId: CHAIN_ID,
  governors: { keys: GOVERNORS.map(keyOf), threshold: 2 },
  validators: [
    { key: keyOf(220), power: 10 },
    { key: keyOf(221), power: 10 },
  ],
  params: { maxDeployments: 3, maxClaimsPerBlock: 3 },
};

export const POLICY = { threshold: 2, epochLengthMs: 60_000, idleEpochLengthMs: 600_000 };

export function registrationBytes(
  instances: readonly number[] = INSTANCES,
  governance: number = GOVERNANCE,
): Bytes {
  return encodeRegistration({
    v: 1,
    chainId: CHAIN_ID,
    governanceKey: keyOf(governance),
    instances: instances.map((name) => ({ key: keyOf(name), origin: `https://instance-${name}.example` })),
    policy: POLICY,
  });
}

export const REGISTRATION = registrationBytes();
export const DEPLOYMENT = deploymentId(suite, REGISTRATION);

export function registerTransaction(chainId: string = CHAIN_ID): Bytes {
  return createTransaction(suite, chainId, { kind: "register", body: { registration: REGISTRATION } }, [
    secretKey(GOVERNANCE),
    ...INSTANCES.map(secretKey),
  ]);
}

export interface RecordFields {
  readonly epoch: number;
  readonly previous?: Bytes;
  readonly root?: Bytes;
  readonly deployment?: Bytes;
}

export function epochRecord({ epoch, previous, root, deployment }: RecordFields): Bytes {
  return encodeEpochRecord({
    v: 1,
    deployment: deployment ?? DEPLOYMENT,
    epoch,
    previous: previous ?? zeroBytes(32),
    root: root ?? new Uint8Array(32).fill(epoch % 256),
  });
}

/** Records 0…count−1, each naming the one before. */
export function recordChain(count: number): Bytes[] {
  const records: Bytes[] = [];
  for (let epoch = 0; epoch < count; epoch++) {
    const before = records.at(-1);
    records.push(epochRecord({ epoch, ...(before ? { previous: epochRecordHash(suite, before) } : {}) }));
  }
  return records;
}

export function checkpointTransaction(
  record: Bytes,
  signers: readonly number[] = [1, 2],
  responses: readonly Bytes[] = [],
): Bytes {
  const signatures = signers.map((name) => ({
    key: keyOf(name),
    signature: signEpochRecord(suite, record, secretKey(name)),
  }));
  return createTransaction(suite, CHAIN_ID, {
    kind: "checkpoint",
    body: { record, signatures: sortSignatures(signatures), responses },
  });
}

/** An application before its first block, and a function that commits a block and says what became of each transaction. */
export function createApplication(genesis: Genesis = GENESIS) {
  const application = new LedgerApplication(suite, { height: 0, model: createModel(suite, genesis) });
  const commitBlock = (...transactions: readonly Bytes[]): string[] => {
    const height = application.committed.height + 1;
    const executed = application.finalizeBlock({
      height,
      seconds: 1_000_000 + height,
      nanos: 7,
      transactions,
    });
    application.commit();
    return executed.results.map((result) => (result.ok ? "accepted" : result.error.type));
  };
  return { application, commitBlock };
}

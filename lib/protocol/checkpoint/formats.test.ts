import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bytes, zeroBytes } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import { testSuite as suite } from "../comet/testing/test-suite.ts";
import { parseChallengeResponse } from "./challenge-response.ts";
import {
  encodeEpochRecord,
  epochRecordHash,
  parseEpochRecord,
  signEpochRecord,
  verifyEpochSignature,
} from "./epoch-record.ts";
import { encodeForcedRecord, parseForcedRecord } from "./forced-record.ts";
import { parseLedgerBundle } from "./ledger-bundle.ts";
import { encodeDeploymentState, parseDeploymentState } from "./ledger-state.ts";
import {
  parseClaimProof,
  parseClaimRequest,
  parseLedgerStatement,
  parseStatementRequest,
} from "./ledger-statement.ts";
import {
  deploymentId,
  encodePolicy,
  encodeRegistration,
  parsePolicy,
  parseRegistration,
  type Registration,
} from "./registration.ts";
import { createTransaction, parseTransaction } from "./transaction.ts";

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const key = (name: number) => suite.verifyKeyOf(new Uint8Array(32).fill(name));

const record = {
  v: 1,
  deployment: zeroBytes(32),
  epoch: 7,
  previous: zeroBytes(32),
  root: zeroBytes(32),
} as const;

const registration: Registration = {
  v: 1,
  chainId: "c",
  governanceKey: key(9),
  instances: [
    { key: key(1), origin: "https://a.example" },
    { key: key(2), origin: "http://localhost:3001" },
  ],
  policy: { threshold: 2, epochLengthMs: 1000, idleEpochLengthMs: 5000 },
};

const PARSERS: Readonly<Record<string, (input: Bytes) => { readonly ok: boolean }>> = {
  parseEpochRecord,
  parseRegistration,
  parsePolicy,
  parseTransaction,
  parseDeploymentState,
  parseChallengeResponse,
  parseForcedRecord,
  parseStatementRequest,
  parseLedgerStatement,
  parseClaimRequest,
  parseClaimProof,
  parseLedgerBundle,
};

describe.each(Object.entries(PARSERS))("%s", (_, parse) => {
  it("refuses garbage without throwing", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (input) => !parse(input).ok));
  });
});

describe("an epoch record", () => {
  it("survives its encoding", () => {
    fc.assert(
      fc.property(hash, hash, hash, fc.maxSafeNat(), (deployment, previous, root, epoch) => {
        const original = { v: 1, deployment, epoch, previous, root } as const;
        expect(parseEpochRecord(encodeEpochRecord(original))).toEqual({ ok: true, value: original });
      }),
    );
  });

  it("has these very bytes and this hash", () => {
    const bytes = encodeEpochRecord(record);
    const zeros = "00".repeat(32);
    expect(toHex(bytes)).toBe(`a50001015820${zeros}0207035820${zeros}045820${zeros}`);
    expect(toHex(epochRecordHash(suite, bytes))).toBe(
      "7cd86a3017233c3249d366aa6f953f8a7e856c5508c19b7fc6dae28bdfbf02fa",
    );
  });

  it("is vouched for by a signature in its own context only", () => {
    const bytes = encodeEpochRecord(record);
    const secretKey = new Uint8Array(32).fill(1);
    const signature = signEpochRecord(suite, bytes, secretKey);
    expect(verifyEpochSignature(suite, bytes, signature, key(1))).toBe(true);
    expect(verifyEpochSignature(suite, bytes, signature, key(2))).toBe(false);
    expect(verifyEpochSignature(suite, encodeEpochRecord({ ...record, epoch: 8 }), signature, key(1))).toBe(
      false,
    );
    expect(verifyEpochSignature(suite, bytes, suite.sign(bytes, secretKey), key(1))).toBe(false);
  });
});

describe("a registration", () => {
  it("names its deployment", () => {
    const bytes = encodeRegistration(registration);
    expect(parseRegistration(bytes)).toEqual({ ok: true, value: registration });
    const other = encodeRegistration({ ...registration, chainId: "d" });
    expect(deploymentId(suite, bytes)).not.toEqual(deploymentId(suite, other));
  });

  it.each([
    "https://a.example/",
    "https://a.example/path",
    "ftp://a.example",
    "https://A.example",
    "https://user@a.example",
    "https://a.example:0",
    "https://",
    "a.example",
    "https://a.example\n",
    "https://a..example?",
  ])("refuses the origin %j", (origin) => {
    const instances = [{ key: key(1), origin }];
    const bytes = encodeRegistration({
      ...registration,
      instances,
      policy: { ...registration.policy, threshold: 1 },
    });
    expect(parseRegistration(bytes)).toEqual({ ok: false, error: { type: "OriginMalformed", origin } });
  });

  it.each(["https://a.example", "https://a-b.example:8443", "http://127.0.0.1:3001", "http://[::1]:3001"])(
    "accepts the origin %j",
    (origin) => {
      const instances = registration.instances.map((instance) => ({ ...instance, origin }));
      expect(parseRegistration(encodeRegistration({ ...registration, instances })).ok).toBe(true);
    },
  );

  it("refuses a policy that cannot be met", () => {
    const { policy } = registration;
    for (const wrong of [{ threshold: 3 }, { idleEpochLengthMs: 999 }]) {
      const bytes = encodeRegistration({ ...registration, policy: { ...policy, ...wrong } });
      expect(parseRegistration(bytes)).toMatchObject({ ok: false, error: { type: "PolicyUnsatisfiable" } });
    }
    const policyBytes = encodePolicy(policy);
    expect(parsePolicy(policyBytes)).toEqual({ ok: true, value: policy });
    const repeated = registration.instances.map((instance) => ({ ...instance, key: key(1) }));
    expect(parseRegistration(encodeRegistration({ ...registration, instances: repeated }))).toEqual({
      ok: false,
      error: { type: "InstanceRepeated" },
    });
  });
});

describe("a transaction", () => {
  it("keeps its body and has its signers in one order", () => {
    const action = {
      kind: "evidence",
      body: { deployment: zeroBytes(32), evidence: Uint8Array.of(1) },
    } as const;
    const secretKeys = [3, 1, 2].map((name) => new Uint8Array(32).fill(name));
    const bytes = createTransaction(suite, "chain", action, secretKeys);
    expect(bytes).toEqual(createTransaction(suite, "chain", action, secretKeys.toReversed()));
    const parsed = parseTransaction(bytes);
    expect(parsed).toMatchObject({ ok: true, value: { chainId: "chain", action } });
    const repeated = createTransaction(suite, "chain", action, [...secretKeys, ...secretKeys]);
    expect(parseTransaction(repeated)).toEqual({ ok: false, error: { type: "SignersNotAscending" } });
  });
});

describe("state and claims", () => {
  it("survive their encodings", () => {
    const state = {
      deployment: zeroBytes(32),
      epochs: 3,
      head: zeroBytes(32),
      logRoot: zeroBytes(32),
      registrySize: 1,
      registryRoot: zeroBytes(32),
      policyHash: zeroBytes(32),
      policySequence: 0,
      challengeCount: 0,
      challengesRoot: zeroBytes(32),
    };
    expect(parseDeploymentState(encodeDeploymentState(state))).toEqual({ ok: true, value: state });
    const forced = { record: Uint8Array.of(1, 2), signature: zeroBytes(64) };
    expect(parseForcedRecord(encodeForcedRecord(forced))).toEqual({ ok: true, value: forced });
  });
});

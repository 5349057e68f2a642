import { describe, expect, it } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeRegistration } from "#protocol/checkpoint/registration.ts";
import { createTransaction, parseTransaction } from "#protocol/checkpoint/transaction.ts";
import { type CborValue, encodeCbor } from "#protocol/codec/cbor.ts";
import { unwrap } from "#protocol/result.ts";
import {
  CHAIN_ID,
  checkpointTransaction,
  createApplication,
  epochRecord,
  GENESIS,
  GOVERNANCE,
  INSTANCES,
  keyOf,
  POLICY,
  REGISTRATION,
  registerTransaction,
  registrationBytes,
  secretKey,
  suite,
} from "../testing/ledger-world.ts";
import { setPolicyTransaction } from "../testing/policy-change.ts";

function register(registration: Bytes, signers: readonly number[]): Bytes {
  return createTransaction(
    suite,
    CHAIN_ID,
    { kind: "register", body: { registration } },
    signers.map(secretKey),
  );
}

describe("REGISTER", () => {
  it("accepts a deployment once", () => {
    const { application, commitBlock } = createApplication();
    expect(commitBlock(registerTransaction())).toEqual(["accepted"]);
    expect(commitBlock(registerTransaction())).toEqual(["DeploymentAlreadyRegistered"]);
    expect(application.committed.model.deployments.size).toBe(1);
  });

  it("needs the signature of governance and of every instance, and no other", () => {
    const { commitBlock } = createApplication();
    expect(commitBlock(register(REGISTRATION, INSTANCES))).toEqual(["SignersWrong"]);
    expect(commitBlock(register(REGISTRATION, [GOVERNANCE, 1, 2]))).toEqual(["SignersWrong"]);
    expect(commitBlock(register(REGISTRATION, [GOVERNANCE, 1, 2, 4]))).toEqual(["SignersWrong"]);
    expect(commitBlock(register(REGISTRATION, [GOVERNANCE, 1, 2, 3, 4]))).toEqual(["SignersWrong"]);
  });

  it("refuses keys of small order, for which anybody can make a signature that naive verifiers accept", () => {
    const { commitBlock } = createApplication();
    const identity = Uint8Array.of(1, ...new Uint8Array(31));
    const registration = encodeRegistration({
      v: 1,
      chainId: CHAIN_ID,
      governanceKey: keyOf(GOVERNANCE),
      instances: [{ key: identity, origin: "https://a.example" }],
      policy: { ...POLICY, threshold: 1 },
    });
    const { body, signatures } = unwrap(parseTransaction(register(registration, [GOVERNANCE])));
    // R the identity, S zero: S·B = R + h·A holds whatever h is.
    const forged = { key: identity, signature: Uint8Array.of(1, ...new Uint8Array(63)) };
    const wire = [forged, ...signatures].map(
      ({ key, signature }) =>
        new Map([
          [0, key],
          [1, signature],
        ]),
    );
    expect(
      commitBlock(
        encodeCbor(
          new Map<number, CborValue>([
            [0, body],
            [1, wire],
          ]),
        ),
      ),
    ).toEqual(["SignatureInvalid"]);
  });

  it("refuses another chain, whether named outside or inside", () => {
    const { commitBlock } = createApplication();
    expect(commitBlock(registerTransaction("other-chain"))).toEqual(["OtherChain"]);
    const elsewhere = createApplication({ ...GENESIS, chainId: "other-chain" });
    expect(elsewhere.commitBlock(registerTransaction("other-chain"))).toEqual(["OtherChain"]);
  });

  it("refuses what the registration's own rules refuse", () => {
    const { commitBlock } = createApplication();
    const tooFew = registrationBytes([1]);
    expect(commitBlock(register(tooFew, [GOVERNANCE, 1]))).toEqual(["RegistrationInvalid"]);
    expect(commitBlock(register(registrationBytes([1, 1]), [GOVERNANCE, 1]))).toEqual([
      "RegistrationInvalid",
    ]);
  });

  it("stops at the number of deployments that governance allows", () => {
    const { commitBlock } = createApplication();
    const attempt = (governance: number) =>
      register(registrationBytes(INSTANCES, governance), [governance, ...INSTANCES]);
    expect(commitBlock(...[201, 202, 203, 204].map(attempt))).toEqual([
      "accepted",
      "accepted",
      "accepted",
      "LimitReached",
    ]);
  });
});

describe("SET_POLICY", () => {
  function registered() {
    const world = createApplication();
    world.commitBlock(registerTransaction());
    return world;
  }

  it("changes the policy, each change once", () => {
    const { application, commitBlock } = registered();
    const stricter = setPolicyTransaction({ policy: { ...POLICY, threshold: 3 } });
    expect(commitBlock(stricter)).toEqual(["accepted"]);
    expect(commitBlock(stricter)).toEqual(["SequenceWrong"]);
    const [deployment] = application.committed.model.deployments.values();
    expect(deployment?.policy.threshold).toBe(3);
    expect(commitBlock(checkpointTransaction(epochRecord({ epoch: 0 }), [1, 2]))).toEqual([
      "ThresholdNotReached",
    ]);
  });

  it("is governance's to sign, together with every new key", () => {
    const { commitBlock } = registered();
    const added = [{ name: 4, fromEpoch: 0 }];
    expect(commitBlock(setPolicyTransaction({ signers: [1] }))).toEqual(["SignersWrong"]);
    expect(commitBlock(setPolicyTransaction({ added, signers: [GOVERNANCE] }))).toEqual(["SignersWrong"]);
    expect(commitBlock(setPolicyTransaction({ added }))).toEqual(["accepted"]);
  });

  it("never reaches back into recorded epochs", () => {
    const { commitBlock } = registered();
    commitBlock(checkpointTransaction(epochRecord({ epoch: 0 })));
    expect(commitBlock(setPolicyTransaction({ added: [{ name: 4, fromEpoch: 0 }] }))).toEqual([
      "InstanceChangeInvalid",
    ]);
    expect(commitBlock(setPolicyTransaction({ retired: [{ name: 1, retiredAt: 0 }] }))).toEqual([
      "InstanceChangeInvalid",
    ]);
  });

  it("retires a key once and never takes one back", () => {
    const { application, commitBlock } = registered();
    const retired = [{ name: 1, retiredAt: 5 }];
    expect(commitBlock(setPolicyTransaction({ retired }))).toEqual(["accepted"]);
    expect(commitBlock(setPolicyTransaction({ sequence: 1, retired }))).toEqual(["InstanceChangeInvalid"]);
    expect(commitBlock(setPolicyTransaction({ sequence: 1, added: [{ name: 1, fromEpoch: 9 }] }))).toEqual([
      "RegistrationInvalid",
    ]);
    expect(commitBlock(setPolicyTransaction({ sequence: 1, retired: [{ name: 9, retiredAt: 5 }] }))).toEqual([
      "InstanceChangeInvalid",
    ]);
    const [deployment] = application.committed.model.deployments.values();
    expect(deployment?.registry.map(({ retiredAt }) => retiredAt)).toEqual([5, null, null]);
  });

  it("leaves enough keys for the threshold", () => {
    const retired = [1, 2].map((name) => ({ name, retiredAt: 0 }));
    expect(registered().commitBlock(setPolicyTransaction({ retired }))).toEqual(["RegistrationInvalid"]);
  });
});

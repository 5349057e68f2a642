import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../bytes/text.ts";
import { createLightBlock, createTestValidators } from "./testing/create-light-block.ts";
import { testSuite } from "./testing/test-suite.ts";
import { createPrecommitVerifier, verifyEd25519Zip215 } from "./verify-signature.ts";

/** The neutral point, whose order is 1: libsodium refuses it as a key, ZIP-215 does not. */
const NEUTRAL_POINT = new Uint8Array(32).fill(1, 0, 1);
const MESSAGE = encodeUtf8("vote");

describe("verifyEd25519Zip215", () => {
  const secretKey = new Uint8Array(32).fill(1);
  const publicKey = testSuite.verifyKeyOf(secretKey);
  const signature = testSuite.sign(MESSAGE, secretKey);

  it("accepts what libsodium accepts", () => {
    expect(verifyEd25519Zip215(testSuite, MESSAGE, signature, publicKey)).toBe(true);
  });

  it("accepts what only ZIP-215 accepts, as CometBFT does", () => {
    // R = neutral, S = 0: [8]R = [8](S·B - k·A) holds for every message, since A is neutral too.
    const crafted = new Uint8Array(64).fill(1, 0, 1);
    expect(testSuite.verify(MESSAGE, crafted, NEUTRAL_POINT)).toBe(false);
    expect(verifyEd25519Zip215(testSuite, MESSAGE, crafted, NEUTRAL_POINT)).toBe(true);
  });

  it("refuses what neither accepts", () => {
    const changed = signature.map((byte, index) => (index === 40 ? byte ^ 1 : byte));
    expect(verifyEd25519Zip215(testSuite, MESSAGE, changed, publicKey)).toBe(false);
    expect(verifyEd25519Zip215(testSuite, encodeUtf8("other"), signature, publicKey)).toBe(false);
    expect(verifyEd25519Zip215(testSuite, MESSAGE, signature.slice(1), publicKey)).toBe(false);
    expect(verifyEd25519Zip215(testSuite, MESSAGE, signature, publicKey.slice(1))).toBe(false);
    expect(
      verifyEd25519Zip215(testSuite, MESSAGE, new Uint8Array(64).fill(255), new Uint8Array(32).fill(255)),
    ).toBe(false);
  });
});

describe("createPrecommitVerifier", () => {
  const validators = createTestValidators([1n, 1n]);
  const { commit, header } = createLightBlock({ validators, height: 2n, flags: ["commit", "nil"] });
  const [first, second] = validators;
  if (first === undefined || second === undefined) throw new Error("two validators");

  it("verifies each signature once for each key", () => {
    let verifications = 0;
    const counting = {
      ...testSuite,
      verify: (message: Uint8Array, signature: Uint8Array, key: Uint8Array) => {
        verifications += 1;
        return testSuite.verify(message, signature, key);
      },
    };
    const verifyPrecommit = createPrecommitVerifier(counting, header.chainId, commit);
    expect(verifyPrecommit(0, first.publicKey)).toBe(true);
    expect(verifyPrecommit(0, first.publicKey)).toBe(true);
    expect(verifications).toBe(1);
    expect(verifyPrecommit(0, second.publicKey)).toBe(false);
    expect(verifications).toBe(2);
  });

  it("does not count a signature for the block that is flagged as for nil", () => {
    const signatures = commit.signatures.map((sig) =>
      sig.flag === "commit" ? { ...sig, flag: "nil" as const } : sig,
    );
    const verifyPrecommit = createPrecommitVerifier(testSuite, header.chainId, { ...commit, signatures });
    expect(verifyPrecommit(0, first.publicKey)).toBe(false);
  });

  it("knows no precommit for the block in a vote for nil or past the end", () => {
    const verifyPrecommit = createPrecommitVerifier(testSuite, header.chainId, commit);
    expect(verifyPrecommit(1, second.publicKey)).toBe(false);
    expect(verifyPrecommit(2, second.publicKey)).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import {
  encodeLedgerBundle,
  type LedgerBundle,
  type LedgerTrust,
  parseLedgerBundle,
  verifyLedgerBundle,
} from "#protocol/checkpoint/ledger-bundle.ts";
import { verifyNoEpochYet } from "#protocol/checkpoint/verify-state.ts";
import { createTrustAnchor } from "#protocol/comet/trust-anchor.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import { unwrap } from "#protocol/result.ts";
import { createLedgerPort } from "./port.ts";
import { anchorOf, createTemporaryFolder, ManualTime, openDevchain } from "./testing/devchain-world.ts";
import {
  checkpointTransaction,
  DEPLOYMENT,
  INSTANCES,
  keyOf,
  POLICY,
  recordChain,
  registerTransaction,
  suite,
} from "./testing/ledger-world.ts";

type Statement = NonNullable<LedgerBundle["statement"]>;

/** A deployment with `count` checkpoints, and a browser that knows no more than the anchor. */
async function createWorld(count: number) {
  const time = new ManualTime();
  const chain = openDevchain(createTemporaryFolder(), time);
  const port = createLedgerPort(suite, chain);
  const records = recordChain(count);
  const publish = async (transaction: Bytes) => {
    const outcome = port.publish(transaction);
    time.advance(1_000);
    return outcome;
  };
  await publish(registerTransaction());
  for (const record of records) await publish(checkpointTransaction(record));

  const anchor: LedgerTrust = { kind: "anchor", anchor: anchorOf(chain) };
  const fetchBundle = (options: { firstEpoch?: number; maxEpochs?: number; trustedHeight?: number } = {}) =>
    port.fetchEvidence({
      deployment: DEPLOYMENT,
      firstEpoch: 0,
      maxEpochs: 100,
      trustedHeight: 1,
      ...options,
    });
  const verify = (bundle: Bytes, trusted: LedgerTrust = anchor, laterMs = 0) =>
    verifyLedgerBundle({
      suite,
      trusted,
      deployment: DEPLOYMENT,
      bundle,
      nowNs: BigInt(time.nowMs + laterMs) * 1_000_000n,
      trustingPeriodNs: TRUSTING_PERIOD_NS,
      maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
    });
  return { time, chain, records, publish, fetchBundle, verify };
}

describe("a ledger bundle", () => {
  it("proves a deployment and its epochs from the anchor alone", async () => {
    const { time, records, fetchBundle, verify } = await createWorld(3);
    const { newTrusted, deployment, signedTimeNs } = unwrap(verify(await fetchBundle()));
    expect(newTrusted.header.height).toBe(9n);
    expect(BigInt(time.nowMs) * 1_000_000n - signedTimeNs).toBeLessThanOrEqual(1_000_000_000n);
    expect(deployment?.state.epochs).toBe(3);
    expect(deployment?.policy).toEqual(POLICY);
    expect(deployment?.registry.map(({ key }) => key)).toEqual(INSTANCES.map(keyOf));
    expect(deployment?.epochs.map(({ record }) => record)).toEqual(records);
    expect(deployment?.epochs.map(({ accepted }) => accepted.height)).toEqual([4, 6, 8]);
    if (!deployment) throw new Error("the ledger knows the deployment");
    expect(verifyNoEpochYet(deployment.state, 3).ok).toBe(true);
    expect(verifyNoEpochYet(deployment.state, 2).ok).toBe(false);
  });

  it("goes on from the block verified last, and from an anchor made of it", async () => {
    const { chain, publish, fetchBundle, verify } = await createWorld(2);
    const first = unwrap(verify(await fetchBundle()));
    await publish(checkpointTransaction(recordChain(3)[2] ?? new Uint8Array()));
    const trustedHeight = Number(first.newTrusted.header.height);
    const bundle = await fetchBundle({ firstEpoch: 2, trustedHeight });
    const anchor = createTrustAnchor(suite, first.newTrusted, DEPLOYMENT);
    for (const trusted of [
      { kind: "block", block: first.newTrusted } as const,
      { kind: "anchor", anchor } as const,
    ]) {
      const next = unwrap(verify(bundle, trusted));
      expect(next.newTrusted.header.height).toBe(BigInt(await chain.newestHeight()));
      expect(next.deployment?.epochs.map(({ epochRecord }) => epochRecord.epoch)).toEqual([2]);
    }
  });

  it("is the same verdict when there is nothing new", async () => {
    const { fetchBundle, verify } = await createWorld(1);
    const first = unwrap(verify(await fetchBundle()));
    const trustedHeight = Number(first.newTrusted.header.height);
    const again = verify(await fetchBundle({ trustedHeight }), { kind: "block", block: first.newTrusted });
    expect(unwrap(again)).toEqual(first);
  });

  it("is known to be behind when it ends below what was verified before", async () => {
    const { publish, fetchBundle, verify } = await createWorld(1);
    const old = await fetchBundle();
    await publish(checkpointTransaction(recordChain(2)[1] ?? new Uint8Array()));
    const { newTrusted } = unwrap(verify(await fetchBundle()));
    expect(verify(old, { kind: "block", block: newTrusted })).toEqual({
      ok: false,
      error: { type: "BundleBehindTrust", newestHeight: 5n },
    });
  });

  it("says nothing of a deployment that the ledger does not know", async () => {
    const time = new ManualTime();
    const chain = openDevchain(createTemporaryFolder(), time);
    const request = { deployment: DEPLOYMENT, firstEpoch: 0, maxEpochs: 1, trustedHeight: 1 };
    const bundle = unwrap(parseLedgerBundle(await createLedgerPort(suite, chain).fetchEvidence(request)));
    expect(bundle.statement).toBeNull();
    expect(bundle.lightBlocks.map(({ header }) => header.height)).toEqual([1n]);
  });

  it("names what is wrong with its route", async () => {
    const { fetchBundle, verify } = await createWorld(1);
    const bytes = await fetchBundle();
    const bundle = unwrap(parseLedgerBundle(bytes));
    const [anchorBlock, newest] = bundle.lightBlocks;
    if (!anchorBlock || !newest) throw new Error("two light blocks");
    const errorOf = (changed: LedgerBundle, laterMs = 0) => {
      const result = verify(encodeLedgerBundle(changed), undefined, laterMs);
      return result.ok ? undefined : result.error;
    };
    expect(errorOf({ ...bundle, lightBlocks: [newest] })?.type).toBe("AnchorBlockMissing");
    const forged = { ...anchorBlock, header: { ...anchorBlock.header, appHash: DEPLOYMENT } };
    expect(errorOf({ ...bundle, lightBlocks: [forged, newest] })?.type).toBe("AnchorRefused");
    expect(errorOf(bundle, 31 * 86_400_000)).toMatchObject({
      type: "StepRefused",
      reason: { type: "TrustExpired" },
    });
    expect(errorOf(bundle, -60_000)).toMatchObject({
      type: "StepRefused",
      reason: { type: "HeaderFromFuture" },
    });
    expect(verify(bytes.subarray(0, -1))).toMatchObject({ ok: false, error: { type: "BundleMalformed" } });
  });

  it("names what is wrong with its statement, field by field", async () => {
    const { fetchBundle, verify } = await createWorld(5);
    const bundle = unwrap(parseLedgerBundle(await fetchBundle({ firstEpoch: 1, maxEpochs: 3 })));
    const { statement } = bundle;
    if (!statement) throw new Error("the ledger knows the deployment");
    const causeOf = (changed: Partial<Statement>) => {
      const result = verify(encodeLedgerBundle({ ...bundle, statement: { ...statement, ...changed } }));
      return !result.ok && result.error.type === "StatementRefused" ? result.error.cause.type : "accepted";
    };
    const state = (fields: Partial<Statement["proof"]["state"]>) =>
      causeOf({ proof: { ...statement.proof, state: { ...statement.proof.state, ...fields } } });
    const appState = (fields: Partial<Statement["proof"]["appState"]>) =>
      causeOf({ proof: { ...statement.proof, appState: { ...statement.proof.appState, ...fields } } });
    const other = new Uint8Array(32).fill(5);

    expect(causeOf({})).toBe("accepted");
    for (const field of ["mapRoot", "claimsRoot", "governanceHash", "paramsHash"]) {
      expect(appState({ [field]: other })).toBe("AppHashMismatch");
    }
    expect(appState({ deploymentCount: 2 })).toBe("AppHashMismatch");
    expect(appState({ claimCount: 1 })).toBe("AppHashMismatch");
    expect(state({ deployment: other })).toBe("OtherDeployment");
    for (const field of ["head", "logRoot", "registryRoot", "policyHash", "challengesRoot"]) {
      expect(state({ [field]: other })).toBe("DeploymentProofInvalid");
    }
    for (const field of ["epochs", "registrySize", "policySequence", "challengeCount"]) {
      expect(state({ [field]: 63 })).toBe("DeploymentProofInvalid");
    }
    expect(causeOf({ proof: { ...statement.proof, leafIndex: 1 } })).toBe("DeploymentProofInvalid");
    expect(causeOf({ proof: { ...statement.proof, path: [other] } })).toBe("DeploymentProofInvalid");
    expect(causeOf({ policy: { ...POLICY, threshold: 1 } })).toBe("PolicyMismatch");
    expect(causeOf({ registry: statement.registry.slice(1) })).toBe("RegistryProofInvalid");
    expect(causeOf({ registry: statement.registry.toReversed() })).toBe("RegistryProofInvalid");
    const challenge = { log: other, size: 1, root: other, noteHash: other, openedAtEpoch: 0 };
    expect(causeOf({ challenges: [challenge] })).toBe("ChallengesMismatch");
    expect(causeOf({ firstEpoch: 2 })).toBe("EpochRecordMisplaced");
    expect(causeOf({ epochs: statement.epochs.toReversed() })).toBe("EpochRecordMisplaced");
    expect(causeOf({ epochs: statement.epochs.slice(0, 2) })).toBe("EpochProofInvalid");
    expect(causeOf({ epochs: [] })).toBe("EpochProofInvalid");
    expect(causeOf({ path: statement.path.slice(1) })).toBe("EpochProofInvalid");
    expect(causeOf({ path: [...statement.path, other] })).toBe("EpochProofInvalid");
    const [first, second, third] = statement.epochs;
    if (!first || !second || !third) throw new Error("three epochs");
    for (const accepted of [{ height: 3 }, { seconds: 1 }, { nanos: 1 }]) {
      const changed = { ...first, accepted: { ...first.accepted, ...accepted } };
      expect(causeOf({ epochs: [changed, second, third] })).toBe("EpochProofInvalid");
    }
    const record = second.record.with(-1, (second.record.at(-1) ?? 0) ^ 1);
    expect(causeOf({ epochs: [first, { ...second, record }, third] })).toBe("EpochChainBroken");
    expect(causeOf({ epochs: [first, { ...second, record: other }, third] })).toBe("EpochRecordMalformed");
  });

  it("proves nothing else, whichever of its bytes is changed", async () => {
    const { fetchBundle, verify } = await createWorld(2);
    const bytes = await fetchBundle();
    const honest = unwrap(verify(bytes));
    let harmless = 0;
    for (let offset = 0; offset < bytes.length; offset++) {
      const result = verify(bytes.with(offset, (bytes[offset] ?? 0) ^ (1 << (offset % 8))));
      if (!result.ok) continue;
      harmless += 1;
      expect(result.value.newTrusted.header).toEqual(honest.newTrusted.header);
      expect(result.value.deployment).toEqual(honest.deployment);
    }
    // A precommit turned into one for nil no longer counts, and three of four are enough: 4 flags in 2 blocks.
    expect(harmless).toBeLessThanOrEqual(8);
  });
});

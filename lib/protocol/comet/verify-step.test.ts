import { describe, expect, it } from "vitest";
import type { Bytes } from "../bytes/bytes.ts";
import type { Result } from "../result.ts";
import { unwrap } from "../result.ts";
import { NANOS_PER_SECOND, timeFromNs, timeToNs } from "./comet-time.ts";
import { hashHeader } from "./hash-header.ts";
import { MAX_TOTAL_POWER } from "./limits.ts";
import {
  createLightBlock,
  createTestValidators,
  type LightBlockPlan,
  TEST_CHAIN_START_NS,
} from "./testing/create-light-block.ts";
import { testSuite } from "./testing/test-suite.ts";
import { createTrustAnchor, verifyAnchorBlock } from "./trust-anchor.ts";
import type { CometHeader, Commit, CommitSig, LightBlock, Validator } from "./types.ts";
import { hashValidatorSet } from "./validator-set.ts";
import type { Verified } from "./verified.ts";
import {
  type LightStep,
  MAX_CLOCK_DRIFT_NS,
  type StepError,
  TRUSTING_PERIOD_NS,
  verifyLightStep,
} from "./verify-step.ts";

const four = createTestValidators([10n, 10n, 10n, 10n]);
const strangers = createTestValidators([10n, 10n, 10n, 10n], 100);
const NOW_NS = TEST_CHAIN_START_NS + 100n * NANOS_PER_SECOND;

/** The first block of the chain, trusted by its hash. */
function trustedBlock(plan: Partial<LightBlockPlan> = {}): Verified<LightBlock> {
  const block = createLightBlock({ validators: four, height: 1n, ...plan });
  const { chainId, height } = block.header;
  const headerHash = hashHeader(testSuite, block.header);
  const anchor = { chainId, height, headerHash, deploymentId: new Uint8Array(32) };
  return unwrap(verifyAnchorBlock(testSuite, anchor, block));
}

const trusted = trustedBlock();
const adjacent = createLightBlock({ validators: four, height: 2n });
const distant = createLightBlock({ validators: four, height: 9n });

function step(untrusted: LightBlock, rest: Partial<LightStep> = {}): Result<LightBlock, StepError> {
  return verifyLightStep(testSuite, {
    trusted,
    untrusted,
    nowNs: NOW_NS,
    trustingPeriodNs: TRUSTING_PERIOD_NS,
    maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
    ...rest,
  });
}

function refusal(untrusted: LightBlock, rest: Partial<LightStep> = {}): string {
  const result = step(untrusted, rest);
  return result.ok ? "accepted" : result.error.type;
}

function withHeader(block: LightBlock, change: Partial<CometHeader>): LightBlock {
  return { ...block, header: { ...block.header, ...change } };
}

function withCommit(block: LightBlock, change: Partial<Commit>): LightBlock {
  return { ...block, commit: { ...block.commit, ...change } };
}

function withSignatures(block: LightBlock, change: (sigs: CommitSig[]) => CommitSig[]): LightBlock {
  return withCommit(block, { signatures: change([...block.commit.signatures]) });
}

function sigAt(block: LightBlock, index: number): Exclude<CommitSig, { flag: "absent" }> {
  const sig = block.commit.signatures[index];
  if (sig === undefined || sig.flag === "absent") throw new Error(`no signature at ${index}`);
  return sig;
}

function flipped(bytes: Bytes): Bytes {
  return bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
}

describe("verifyLightStep accepts", () => {
  it("the next block and a distant one", () => {
    expect(step(adjacent)).toEqual({ ok: true, value: adjacent });
    expect(step(distant)).toEqual({ ok: true, value: distant });
  });

  it("the least that is more than 2/3", () => {
    const validators = createTestValidators([667n, 333n]);
    const flags = ["commit", "absent"] as const;
    const plan = { validators, height: 2n };
    expect(refusal(createLightBlock({ ...plan, flags }), { trusted: trustedBlock({ validators }) })).toBe(
      "accepted",
    );
  });

  it("a handover to other validators that the trusted header names", () => {
    const handover = trustedBlock({ nextValidators: strangers });
    expect(refusal(createLightBlock({ validators: strangers, height: 2n }), { trusted: handover })).toBe(
      "accepted",
    );
  });
});

describe("verifyLightStep refuses a changed header", () => {
  const { header } = distant;
  const changes: Record<string, Partial<CometHeader>> = {
    "version.app": { version: { ...header.version, app: 2n } },
    height: { height: header.height + 1n },
    time: { time: timeFromNs(timeToNs(header.time) + 1n) },
    "last_block_id.hash": { lastBlockId: { ...distant.commit.blockId } },
    "last_block_id.parts.total": {
      lastBlockId: { ...header.lastBlockId, parts: { ...header.lastBlockId.parts, total: 1 } },
    },
    "last_block_id.parts.hash": {
      lastBlockId: {
        ...header.lastBlockId,
        parts: { ...header.lastBlockId.parts, hash: new Uint8Array(32) },
      },
    },
    last_commit_hash: { lastCommitHash: flipped(header.lastCommitHash) },
    data_hash: { dataHash: flipped(header.dataHash) },
    validators_hash: { validatorsHash: flipped(header.validatorsHash) },
    next_validators_hash: { nextValidatorsHash: flipped(header.nextValidatorsHash) },
    consensus_hash: { consensusHash: flipped(header.consensusHash) },
    app_hash: { appHash: flipped(header.appHash) },
    last_results_hash: { lastResultsHash: flipped(header.lastResultsHash) },
    evidence_hash: { evidenceHash: flipped(header.evidenceHash) },
    proposer_address: { proposerAddress: flipped(header.proposerAddress) },
  };

  it.each(Object.entries(changes))("%s", (field, change) => {
    const changed = withHeader(distant, change);
    expect(refusal(changed)).toBe(field === "height" ? "CommitHeightMismatch" : "CommitBlockHashMismatch");

    // The forger may fit the commit's block hash to the header, but not the signatures.
    const blockId = { ...changed.commit.blockId, hash: hashHeader(testSuite, changed.header) };
    const fitted = withCommit(changed, { blockId, height: changed.header.height });
    const isSetHash = field === "validators_hash" || field === "next_validators_hash";
    expect(refusal(fitted)).toBe(isSetHash ? "ValidatorsHashMismatch" : "SignatureInvalid");
  });

  it("version.block", () => {
    const version = { ...header.version, block: 12n };
    expect(refusal(withHeader(distant, { version }))).toBe("BlockProtocolUnknown");
  });

  it("chain_id", () => {
    expect(refusal(withHeader(distant, { chainId: "holdfast-tesu" }))).toBe("ChainIdMismatch");
  });

  it("signed for another chain by the same validators", () => {
    expect(refusal(createLightBlock({ validators: four, height: 2n, chainId: "other" }))).toBe(
      "ChainIdMismatch",
    );
  });
});

describe("verifyLightStep refuses a changed commit", () => {
  it("height", () => {
    expect(refusal(withCommit(adjacent, { height: 3n }))).toBe("CommitHeightMismatch");
  });

  it("round", () => {
    expect(refusal(withCommit(adjacent, { round: 1 }))).toBe("SignatureInvalid");
  });

  it("part set", () => {
    const parts = { ...adjacent.commit.blockId.parts, total: 2 };
    expect(refusal(withCommit(adjacent, { blockId: { ...adjacent.commit.blockId, parts } }))).toBe(
      "SignatureInvalid",
    );
  });

  it("timestamp of one precommit", () => {
    const later = { ...sigAt(adjacent, 2), timestamp: timeFromNs(NOW_NS) };
    expect(refusal(withSignatures(adjacent, (sigs) => sigs.with(2, later)))).toBe("SignatureInvalid");
  });
});

describe("verifyLightStep refuses signatures", () => {
  it("dropped", () => {
    expect(refusal(withSignatures(adjacent, (sigs) => sigs.slice(1)))).toBe("SignatureCountMismatch");
  });

  it("absent until no quorum is left", () => {
    const absentFrom = (first: number) =>
      withSignatures(adjacent, (sigs) =>
        sigs.map((sig, index) => (index < first ? sig : { flag: "absent" })),
      );
    expect(refusal(absentFrom(3))).toBe("accepted");
    expect(refusal(absentFrom(2))).toBe("QuorumNotReached");
  });

  it("repeated in another validator's place", () => {
    const repeated = (block: LightBlock) => withSignatures(block, (sigs) => sigs.map(() => sigAt(block, 0)));
    expect(refusal(repeated(adjacent))).toBe("SignerMismatch");
    expect(refusal(repeated(distant))).toBe("SignerRepeated");
  });

  it("extra", () => {
    expect(refusal(withSignatures(adjacent, (sigs) => [...sigs, sigAt(adjacent, 0)]))).toBe(
      "SignatureCountMismatch",
    );
    const stranger = sigAt(createLightBlock({ validators: strangers, height: 9n }), 0);
    expect(refusal(withSignatures(distant, (sigs) => [...sigs, stranger]))).toBe("SignatureCountMismatch");
  });

  it("of an unknown validator", () => {
    const unknown = sigAt(createLightBlock({ validators: strangers, height: 2n }), 1);
    expect(refusal(withSignatures(adjacent, (sigs) => sigs.with(1, unknown)))).toBe("SignerMismatch");
    const disguised = { ...unknown, validatorAddress: sigAt(adjacent, 1).validatorAddress };
    expect(refusal(withSignatures(adjacent, (sigs) => sigs.with(1, disguised)))).toBe("SignatureInvalid");
  });

  it("with swapped addresses, or swapped under the right addresses", () => {
    const [first, second] = [sigAt(adjacent, 0), sigAt(adjacent, 1)];
    const addressesSwapped = withSignatures(adjacent, (sigs) =>
      sigs
        .with(0, { ...first, validatorAddress: second.validatorAddress })
        .with(1, { ...second, validatorAddress: first.validatorAddress }),
    );
    expect(refusal(addressesSwapped)).toBe("SignerMismatch");
    const signaturesSwapped = withSignatures(adjacent, (sigs) =>
      sigs
        .with(0, { ...first, signature: second.signature })
        .with(1, { ...second, signature: first.signature }),
    );
    expect(refusal(signaturesSwapped)).toBe("SignatureInvalid");
  });

  it("for nil, counted or passed off as for the block", () => {
    const flags = ["commit", "commit", "nil", "nil"] as const;
    const undecided = createLightBlock({ validators: four, height: 2n, flags });
    expect(refusal(undecided)).toBe("QuorumNotReached");
    const relabelled = withSignatures(undecided, (sigs) =>
      sigs.map((sig) => (sig.flag === "nil" ? { ...sig, flag: "commit" } : sig)),
    );
    expect(refusal(relabelled)).toBe("SignatureInvalid");
  });

  it("of exactly 2/3", () => {
    const validators = createTestValidators([5n, 5n, 5n]);
    const plan = { validators, height: 2n, flags: ["commit", "absent", "commit"] as const };
    expect(refusal(createLightBlock(plan), { trusted: trustedBlock({ validators }) })).toBe(
      "QuorumNotReached",
    );
  });

  it("of exactly 1/3 of the trusted set, as too little to go on", () => {
    const validators = createTestValidators([5n, 5n, 5n]);
    const [kept] = validators;
    if (kept === undefined) throw new Error("three validators");
    const lone = createLightBlock({ validators: [kept], height: 9n });
    expect(refusal(lone, { trusted: trustedBlock({ validators }) })).toBe("NotEnoughTrust");
  });
});

describe("verifyLightStep refuses a wrong validator set", () => {
  it("that is not the header's", () => {
    expect(refusal({ ...adjacent, validators: strangers })).toBe("ValidatorsHashMismatch");
    expect(refusal({ ...adjacent, nextValidators: strangers })).toBe("ValidatorsHashMismatch");
    expect(refusal({ ...adjacent, validators: adjacent.validators.toReversed() })).toBe(
      "ValidatorsHashMismatch",
    );
  });

  it("that nobody trusted names", () => {
    expect(refusal(createLightBlock({ validators: strangers, height: 2n }))).toBe("NextValidatorsMismatch");
    expect(refusal(createLightBlock({ validators: strangers, height: 9n }))).toBe("NotEnoughTrust");
  });

  it("with inflated power", () => {
    const inflate = (validators: readonly Validator[]) =>
      validators.map((v, i) => (i === 0 ? { ...v, power: 90n } : v));
    expect(refusal({ ...adjacent, validators: inflate(adjacent.validators) })).toBe("ValidatorsHashMismatch");
    expect(refusal({ ...adjacent, nextValidators: inflate(adjacent.validators) })).toBe(
      "ValidatorsHashMismatch",
    );
  });

  it.each<[string, readonly bigint[]]>([
    ["of no power", [10n, 0n]],
    ["of negative power", [10n, -1n]],
    ["past the limit of the sum", [MAX_TOTAL_POWER, 1n]],
  ])("%s", (_name, powers) => {
    expect(refusal(createLightBlock({ validators: createTestValidators(powers), height: 9n }))).toBe(
      "ValidatorSetInvalid",
    );
  });

  it("with a validator twice", () => {
    const [one] = createTestValidators([10n]);
    if (one === undefined) throw new Error("one validator");
    expect(refusal(createLightBlock({ validators: [one, one], height: 9n }))).toBe("ValidatorSetInvalid");
  });

  it("with more members than the limit", () => {
    const [one] = createTestValidators([1n]);
    if (one === undefined) throw new Error("one validator");
    const validators = Array.from({ length: 1_001 }, () => one);
    const header = { ...distant.header, validatorsHash: hashValidatorSet(testSuite, validators) };
    const commit = {
      ...distant.commit,
      blockId: { ...distant.commit.blockId, hash: hashHeader(testSuite, header) },
    };
    expect(step({ ...distant, header, commit, validators })).toEqual({
      ok: false,
      error: {
        type: "ValidatorSetInvalid",
        set: "validators",
        reason: { type: "TooManyValidators", count: 1_001 },
      },
    });
  });

  it("that is empty", () => {
    expect(
      refusal(createLightBlock({ validators: [], height: 2n }), {
        trusted: trustedBlock({ nextValidators: [] }),
      }),
    ).toBe("QuorumNotReached");
  });
});

describe("verifyLightStep refuses by time and height", () => {
  it("a height that does not grow", () => {
    expect(refusal(trusted)).toBe("HeightNotIncreasing");
  });

  it("a time that does not grow", () => {
    const sameTime = createLightBlock({
      validators: four,
      height: 2n,
      timeNs: timeToNs(trusted.header.time),
    });
    expect(refusal(sameTime)).toBe("TimeNotIncreasing");
  });

  it("a header from the future, from the very drift on", () => {
    const nowNs = timeToNs(distant.header.time) - MAX_CLOCK_DRIFT_NS;
    expect(refusal(distant, { nowNs })).toBe("HeaderFromFuture");
    expect(refusal(distant, { nowNs: nowNs + 1n })).toBe("accepted");
  });

  it("expired trust, from the very end of the period on", () => {
    const nowNs = timeToNs(trusted.header.time) + TRUSTING_PERIOD_NS;
    expect(refusal(distant, { nowNs })).toBe("TrustExpired");
    expect(refusal(distant, { nowNs: nowNs - 1n })).toBe("accepted");
  });
});

describe("verifyAnchorBlock", () => {
  const deploymentId = new Uint8Array(32).fill(5);
  const anchor = createTrustAnchor(testSuite, trusted, deploymentId);

  it("begins at the block with the anchor's hash", () => {
    expect(anchor.deploymentId).toEqual(deploymentId);
    expect(verifyAnchorBlock(testSuite, anchor, trusted)).toEqual({ ok: true, value: trusted });
  });

  it.each<[string, LightBlock]>([
    ["AnchorHeightMismatch", adjacent],
    ["AnchorHashMismatch", withHeader(trusted, { appHash: new Uint8Array(32) })],
    ["ValidatorsHashMismatch", { ...trusted, nextValidators: strangers }],
    ["SignatureInvalid", withCommit(trusted, { round: 1 })],
    ["QuorumNotReached", withSignatures(trusted, (sigs) => sigs.map(() => ({ flag: "absent" })))],
  ])("refuses: %s", (type, block) => {
    const result = verifyAnchorBlock(testSuite, anchor, block);
    expect(result).toMatchObject({ ok: false, error: { type } });
  });

  it("refuses another chain", () => {
    const result = verifyAnchorBlock(testSuite, { ...anchor, chainId: "other" }, trusted);
    expect(result).toMatchObject({ ok: false, error: { type: "ChainIdMismatch" } });
  });
});

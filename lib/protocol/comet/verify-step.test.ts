import { describe, expect, it } from "vitest";
import { timeFromNs, timeToNs } from "./comet-time.ts";
import { hashHeader } from "./hash-header.ts";
import {
  adjacent,
  distant,
  flipped,
  four,
  refusal,
  step,
  strangers,
  trusted,
  trustedBlock,
  withCommit,
  withHeader,
} from "./testing/broken-step.ts";
import { createLightBlock, createTestValidators } from "./testing/create-light-block.ts";
import { testSuite } from "./testing/test-suite.ts";
import type { CometHeader, LightBlock } from "./types.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "./verify-step.ts";

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

  it("a header from the future that is not the chain's, without a word about its clock", () => {
    const aheadNs = 3_600_000_000_000n;
    const ahead = (untrusted: LightBlock) =>
      step(untrusted, { nowNs: timeToNs(untrusted.header.time) - aheadNs });
    expect(ahead(distant)).toEqual({ ok: false, error: { type: "HeaderFromFuture", aheadNs } });
    const own = createLightBlock({ validators: strangers, height: 9n });
    expect(ahead(own)).toEqual({ ok: false, error: { type: "HeaderFromFuture", aheadNs: null } });
  });

  it("expired trust, from the very end of the period on", () => {
    const nowNs = timeToNs(trusted.header.time) + TRUSTING_PERIOD_NS;
    expect(refusal(distant, { nowNs })).toBe("TrustExpired");
    expect(refusal(distant, { nowNs: nowNs - 1n })).toBe("accepted");
  });
});

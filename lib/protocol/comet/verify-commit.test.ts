import { describe, expect, it } from "vitest";
import { timeFromNs } from "./comet-time.ts";
import {
  adjacent,
  distant,
  four,
  NOW_NS,
  refusal,
  sigAt,
  strangers,
  trustedBlock,
  withCommit,
  withSignatures,
} from "./testing/broken-step.ts";
import { createLightBlock, createTestValidators } from "./testing/create-light-block.ts";
import type { LightBlock } from "./types.ts";

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

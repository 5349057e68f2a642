import { describe, expect, it } from "vitest";
import { hashHeader } from "./hash-header.ts";
import { MAX_TOTAL_POWER } from "./limits.ts";
import { adjacent, distant, refusal, step, strangers, trustedBlock } from "./testing/broken-step.ts";
import { createLightBlock, createTestValidators } from "./testing/create-light-block.ts";
import { testSuite } from "./testing/test-suite.ts";
import type { Validator } from "./types.ts";
import { hashValidatorSet } from "./validator-set.ts";

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

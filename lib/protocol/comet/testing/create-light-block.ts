import { type Bytes, EMPTY_BYTES } from "../../bytes/bytes.ts";
import { NANOS_PER_SECOND, timeFromNs } from "../comet-time.ts";
import { createCommit } from "../create-commit.ts";
import { BLOCK_PROTOCOL } from "../limits.ts";
import { merkleRootOf } from "../merkle-root.ts";
import { type BlockId, type CometHeader, type LightBlock, NO_BLOCK_ID, type ValidatorSet } from "../types.ts";
import { hashValidatorSet, sortValidators, validatorAddress } from "../validator-set.ts";
import { testSuite } from "./test-suite.ts";

/** A validator whose key a test holds. */
export interface TestValidator {
  readonly secretKey: Bytes;
  readonly publicKey: Bytes;
  readonly power: bigint;
}

export interface LightBlockPlan {
  /** In canonical order, as `createTestValidators` gives them. */
  readonly validators: readonly TestValidator[];
  /** The same set again unless given. */
  readonly nextValidators?: readonly TestValidator[];
  readonly height: bigint;
  /** One block a second after the start of the chain unless given. */
  readonly timeNs?: bigint;
  readonly chainId?: string;
  readonly lastBlockId?: BlockId;
  /** 32 bytes. */
  readonly appHash?: Bytes;
  /** Everyone votes for the block unless given. */
  readonly flags?: readonly ("commit" | "nil" | "absent")[];
  /** When each validator signs; a second after the header's time unless given. */
  readonly voteTimesNs?: readonly bigint[];
}

const TEST_CHAIN_ID = "holdfast-test";

/** 2026-01-01T00:00:00Z. */
export const TEST_CHAIN_START_NS = 1_767_225_600n * NANOS_PER_SECOND;

/** Validators with these powers; `firstSeed` tells several groups apart. */
export function createTestValidators(powers: readonly bigint[], firstSeed = 1): readonly TestValidator[] {
  const validators = powers.map((power, index) => {
    const secretKey = new Uint8Array(32).fill(firstSeed + index);
    return { secretKey, publicKey: testSuite.verifyKeyOf(secretKey), power };
  });
  return inCanonicalOrder(validators);
}

export function inCanonicalOrder(validators: readonly TestValidator[]): readonly TestValidator[] {
  const bySort = sortValidators(testSuite, validators);
  return bySort.flatMap(({ publicKey }) =>
    validators.filter((validator) => validator.publicKey === publicKey),
  );
}

/** A light block that verifies, with real hashes and signatures, for tests to break one bit at a time. */
export function createLightBlock(plan: LightBlockPlan): LightBlock {
  const validators = publicSet(plan.validators);
  const nextValidators = publicSet(plan.nextValidators ?? plan.validators);
  const timeNs = plan.timeNs ?? TEST_CHAIN_START_NS + plan.height * NANOS_PER_SECOND;
  const none = merkleRootOf(testSuite, []);
  const header: CometHeader = {
    version: { block: BLOCK_PROTOCOL, app: 1n },
    chainId: plan.chainId ?? TEST_CHAIN_ID,
    height: plan.height,
    time: timeFromNs(timeNs),
    lastBlockId: plan.lastBlockId ?? NO_BLOCK_ID,
    lastCommitHash: none,
    dataHash: none,
    validatorsHash: hashValidatorSet(testSuite, validators),
    nextValidatorsHash: hashValidatorSet(testSuite, nextValidators),
    consensusHash: none,
    appHash: plan.appHash ?? new Uint8Array(32).fill(7),
    lastResultsHash: none,
    evidenceHash: none,
    proposerAddress: validatorAddress(testSuite, validators[0]?.publicKey ?? EMPTY_BYTES),
  };
  const votes = plan.validators.map(({ secretKey }, index) => ({
    flag: plan.flags?.[index] ?? ("commit" as const),
    secretKey,
    timestamp: timeFromNs(plan.voteTimesNs?.[index] ?? timeNs + NANOS_PER_SECOND),
  }));
  const parts = { total: 1, hash: new Uint8Array(32).fill(9) };
  return {
    header,
    commit: createCommit(testSuite, { header, round: 0, parts, votes }),
    validators,
    nextValidators,
  };
}

/** Blocks 1…`heights` of one chain, each naming the one before. */
export function createTestChain(heights: number, validatorsAt: (height: number) => readonly TestValidator[]) {
  const blocks: LightBlock[] = [];
  for (let height = 1; height <= heights; height++) {
    const lastBlockId = blocks.at(-1)?.commit.blockId ?? NO_BLOCK_ID;
    const validators = validatorsAt(height);
    const nextValidators = validatorsAt(height + 1);
    blocks.push(createLightBlock({ validators, nextValidators, height: BigInt(height), lastBlockId }));
  }
  return blocks;
}

function publicSet(validators: readonly TestValidator[]): ValidatorSet {
  return validators.map(({ publicKey, power }) => ({ publicKey, power }));
}

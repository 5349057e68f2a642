import { type Bytes, concatBytes } from "#protocol/bytes/bytes.ts";
import { timeFromNs, timeToNs } from "#protocol/comet/comet-time.ts";
import { createCommit } from "#protocol/comet/create-commit.ts";
import { hashCommit } from "#protocol/comet/hash-commit.ts";
import { BLOCK_PROTOCOL } from "#protocol/comet/limits.ts";
import { merkleRootOf } from "#protocol/comet/merkle-root.ts";
import { varintField } from "#protocol/comet/protobuf.ts";
import {
  type CometHeader,
  type CometTime,
  type Commit,
  type LightBlock,
  NO_BLOCK_ID,
} from "#protocol/comet/types.ts";
import { hashValidatorSet, sortValidators, validatorAddress } from "#protocol/comet/validator-set.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { type CometBlock, partSetOf } from "./encode-block.ts";

/** CometBFT's default for the size of a block; part of `consensus_hash`. */
export const MAX_BLOCK_BYTES = 22_020_096;

/** Version of the application's rules, as headers carry it. */
const APP_VERSION = 1n;

const VALIDATOR_POWER = 10n;

/** The commit that the first block carries in place of a predecessor's. */
export const NO_COMMIT: Commit = { height: 0n, round: 0, blockId: NO_BLOCK_ID, signatures: [] };

export interface BlockPlan {
  readonly chainId: string;
  readonly secretKeys: readonly Bytes[];
  /** Undefined for the first block. */
  readonly previous: LightBlock | undefined;
  readonly genesisTime: CometTime;
  readonly transactions: readonly Bytes[];
  /** After the block before. */
  readonly appHash: Bytes;
  readonly lastResultsHash: Bytes;
}

/** The next block's header and contents, in CometBFT 0.38's format to the byte. */
export function buildBlock(suite: CryptoSuite, plan: BlockPlan): CometBlock {
  const { previous, transactions } = plan;
  const validators = validatorsOf(suite, plan.secretKeys);
  const validatorsHash = hashValidatorSet(suite, validators);
  const lastCommit = previous?.commit ?? NO_COMMIT;
  const height = lastCommit.height + 1n;
  const proposer = validators[Number(height % BigInt(validators.length))];
  if (!proposer) throw new Error("a chain has validators");
  const header: CometHeader = {
    version: { block: BLOCK_PROTOCOL, app: APP_VERSION },
    chainId: plan.chainId,
    height,
    time: headerTime(previous, plan.genesisTime),
    lastBlockId: lastCommit.blockId,
    lastCommitHash: hashCommit(suite, lastCommit),
    dataHash: merkleRootOf(
      suite,
      transactions.map((transaction) => suite.sha256(transaction)),
    ),
    validatorsHash,
    nextValidatorsHash: validatorsHash,
    consensusHash: consensusHash(suite),
    appHash: plan.appHash,
    lastResultsHash: plan.lastResultsHash,
    evidenceHash: merkleRootOf(suite, []),
    proposerAddress: validatorAddress(suite, proposer.publicKey),
  };
  return { header, transactions, lastCommit };
}

/** All validators' precommits. `nowNs` is Unix nanoseconds; like CometBFT's, their time is past the block's own. */
export function signBlock(
  suite: CryptoSuite,
  secretKeys: readonly Bytes[],
  block: CometBlock,
  nowNs: bigint,
): LightBlock {
  const { header } = block;
  const earliestNs = timeToNs(header.time) + 1_000_000n;
  const timestamp = timeFromNs(nowNs > earliestNs ? nowNs : earliestNs);
  const validators = validatorsOf(suite, secretKeys);
  const secretKeyOf = new Map(
    secretKeys.map((secretKey) => [suite.verifyKeyOf(secretKey).join(), secretKey]),
  );
  const votes = validators.map(({ publicKey }) => {
    const secretKey = secretKeyOf.get(publicKey.join());
    return secretKey ? { flag: "commit" as const, secretKey, timestamp } : { flag: "absent" as const };
  });
  const commit = createCommit(suite, { header, round: 0, parts: partSetOf(suite, block), votes });
  return { header, commit, validators, nextValidators: validators };
}

export function validatorsOf(suite: CryptoSuite, secretKeys: readonly Bytes[]) {
  return sortValidators(
    suite,
    secretKeys.map((secretKey) => ({ publicKey: suite.verifyKeyOf(secretKey), power: VALIDATOR_POWER })),
  );
}

/** SHA-256 of `HashedParams` with CometBFT's default block size and no gas limit. */
export function consensusHash(suite: CryptoSuite): Bytes {
  return suite.sha256(concatBytes(varintField(1, BigInt(MAX_BLOCK_BYTES)), varintField(2, -1n)));
}

/**
 * The block's time as CometBFT's consensus decides it: the median of the precommits of the block before. All
 * validators here share a clock, so their stamps are equal.
 */
function headerTime(previous: LightBlock | undefined, genesisTime: CometTime): CometTime {
  const first = previous?.commit.signatures[0];
  return first === undefined || first.flag === "absent" ? genesisTime : first.timestamp;
}

import type { Anchor } from "./anchor.ts";
import { type Bytes, concat, equal, hex } from "./bytes.ts";
import { isSigned } from "./ed25519.ts";
import {
  addressOf,
  headerHash,
  type LightBlock,
  precommitBytes,
  timeNs,
  type Validator,
  validatorSetHash,
} from "./light-block.ts";
import { sha256 } from "./sha256.ts";

/**
 * Which of a bundle's light blocks are the chain's, told from one header hash (docs/spec/light-client.md). Validators'
 * votes follow ZIP-215 on the chain itself. WebCrypto accepts less, so a vote that only ZIP-215 accepts makes a block
 * unverifiable here: never an accusation, only "not enough".
 */

/** A chain of two hundred validators and sixty-four blocks in each of four bundles stays below half of it. */
const MAX_SIGNATURES = 100_000;
/** The nearest one does, but for sets of validators that come and go. */
const MAX_PREDECESSORS = 8;
const TRUSTING_PERIOD_NS = 30n * 86_400n * 1_000_000_000n;
const BLOCK_PROTOCOL = 11;

export interface Reached {
  /** In ascending order; the first is the anchor's. */
  readonly verified: readonly LightBlock[];
  readonly newest: LightBlock;
}

/** Why the newest block of a bundle is not shown to be the chain's. */
export type Unreached =
  | "anchorBlockMissing"
  | "anchorBlockNotVerified"
  | "newestBlockNotVerified"
  | "tooManySignatures";

/**
 * Each block is verified from any block verified before it: within 30 days of it, higher, later, and with the
 * validators it names. A bundle counts only when that leads to its newest block.
 */
export async function verifyChain(
  blocks: readonly LightBlock[],
  anchor: Anchor,
  votes: VoteChecker,
): Promise<Reached | Unreached> {
  const ascending = blocks.toSorted((a, b) => a.header.height - b.header.height);
  const first = ascending.find(({ header }) => header.height === anchor.height);
  const target = ascending.at(-1);
  if (!first || !target) return "anchorBlockMissing";
  const isAnchor = equal(headerHash(first.header), anchor.headerHash);
  if (!isAnchor || !isWhole(first, anchor.chainId)) return "anchorBlockNotVerified";
  if (!(await votes.hasQuorum(first))) return "anchorBlockNotVerified";

  const verified = [first];
  for (const block of ascending) {
    if (block.header.height <= anchor.height || !isWhole(block, anchor.chainId)) continue;
    for (const trusted of verified.toReversed().slice(0, MAX_PREDECESSORS)) {
      if (!(await votes.isStep(trusted, block))) continue;
      verified.push(block);
      break;
    }
  }
  if (votes.isExhausted) return "tooManySignatures";
  const newest = verified.at(-1);
  return newest?.header.height === target.header.height ? { verified, newest } : "newestBlockNotVerified";
}

/**
 * Down from the anchor, which is the newest block here, to the one before each: the hash that a header names as its
 * predecessor's carries the trust, so neither signatures nor times are looked at. False unless it leads to the lowest.
 */
export function isLinkedBackwards(blocks: readonly LightBlock[], anchor: Anchor): boolean {
  const descending = blocks.toSorted((a, b) => b.header.height - a.header.height);
  let expected: { readonly height: number; readonly hash: Bytes | null } = {
    height: anchor.height,
    hash: anchor.headerHash,
  };
  for (const { header } of descending) {
    const { chainId, height, lastBlockId } = header;
    if (chainId !== anchor.chainId || height !== expected.height || expected.hash === null) return false;
    if (!equal(headerHash(header), expected.hash)) return false;
    expected = { height: height - 1, hash: lastBlockId.hash };
  }
  return descending.length > 0;
}

/** That the block's parts belong together; no signature is looked at. */
function isWhole({ header, commit, validators, nextValidators }: LightBlock, chainId: string): boolean {
  return (
    header.chainId === chainId &&
    header.blockProtocol === BLOCK_PROTOCOL &&
    header.height > 0 &&
    commit.height === header.height &&
    commit.blockId.hash !== null &&
    equal(commit.blockId.hash, headerHash(header)) &&
    isSet(validators, header.validatorsHash) &&
    isSet(nextValidators, header.nextValidatorsHash)
  );
}

/** Nobody twice, everybody with power, the sum within CometBFT's limit, and the hash that the header names. */
function isSet(validators: readonly Validator[], expectedHash: Bytes): boolean {
  const distinct = new Set(validators.map(({ key }) => hex(addressOf(key)))).size === validators.length;
  return (
    distinct &&
    validators.every(({ power }) => power > 0n) &&
    totalOf(validators) <= MAX_TOTAL_POWER &&
    equal(validatorSetHash(validators), expectedHash)
  );
}

/** Checks each vote of one file once, and counts the curve work, so that no file can ask for hours of it. */
export class VoteChecker {
  readonly #checked = new Map<string, boolean>();
  #left = MAX_SIGNATURES;
  isExhausted = false;

  async isStep(trusted: LightBlock, block: LightBlock): Promise<boolean> {
    const gapNs = timeNs(block.header.time) - timeNs(trusted.header.time);
    if (gapNs <= 0n || gapNs >= TRUSTING_PERIOD_NS) return false;
    const distance = block.header.height - trusted.header.height;
    if (distance < 1) return false;
    const carriesOver =
      distance === 1
        ? equal(block.header.validatorsHash, trusted.header.nextValidatorsHash)
        : await this.#isTrusted(block, trusted.nextValidators);
    return carriesOver && (await this.hasQuorum(block));
  }

  /** More than 2/3 of the block's own validators; place i of the commit is validator i's, and every vote counted is valid. */
  async hasQuorum(block: LightBlock): Promise<boolean> {
    const { commit, validators } = block;
    if (commit.votes.length !== validators.length) return false;
    let signed = 0n;
    for (const [place, validator] of validators.entries()) {
      const vote = commit.votes[place] ?? null;
      if (vote === null) continue;
      if (!equal(vote.address, addressOf(validator.key))) return false;
      if (vote.flag === "nil") continue;
      if (!(await this.#isValid(block, place, validator.key))) return false;
      signed += validator.power;
    }
    return 3n * signed > 2n * totalOf(validators);
  }

  /** More than 1/3 of validators trusted from before, found by address; strangers do not count, nobody counts twice. */
  async #isTrusted(block: LightBlock, trusted: readonly Validator[]): Promise<boolean> {
    const byAddress = new Map(trusted.map((validator) => [hex(addressOf(validator.key)), validator]));
    let signed = 0n;
    for (const [place, vote] of block.commit.votes.entries()) {
      if (vote?.flag !== "block") continue;
      const address = hex(vote.address);
      const validator = byAddress.get(address);
      if (!validator) continue;
      if (validator.power === 0n || !(await this.#isValid(block, place, validator.key))) return false;
      byAddress.set(address, { ...validator, power: 0n });
      signed += validator.power;
    }
    return 3n * signed > totalOf(trusted);
  }

  async #isValid({ header, commit }: LightBlock, place: number, key: Bytes): Promise<boolean> {
    const vote = commit.votes[place];
    if (!vote) return false;
    const message = precommitBytes(header.chainId, commit, vote.time);
    const name = hex(sha256(concat(message, key, vote.signature)));
    const known = this.#checked.get(name);
    if (known !== undefined) return known;
    if (this.#left === 0) {
      this.isExhausted = true;
      return false;
    }
    this.#left -= 1;
    const valid = await isSigned(message, vote.signature, key);
    this.#checked.set(name, valid);
    return valid;
  }
}

function totalOf(validators: readonly Validator[]): bigint {
  return validators.reduce((sum, { power }) => sum + power, 0n);
}

const MAX_TOTAL_POWER = (2n ** 63n - 1n) / 8n;

import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { merkleRootOf } from "#protocol/comet/merkle-root.ts";
import type { CometTime, LightBlock } from "#protocol/comet/types.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { LedgerApplication, type LedgerSnapshot } from "../application/application.ts";
import { createModel, type Genesis } from "../application/model.ts";
import { hashResults } from "../application/result-bytes.ts";
import { buildBlock, signBlock, validatorsOf } from "./build-block.ts";
import type { ChainStore } from "./chain-store.ts";
import type { DevchainGenesis } from "./genesis.ts";
import { isSystemError } from "./system-error.ts";

export interface ChainParts {
  readonly suite: CryptoSuite;
  readonly store: ChainStore;
  readonly genesis: DevchainGenesis;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  readonly blocksPerSnapshot: number;
}

/**
 * Consensus, of one process with itself: executes, signs by all validators and stores one block after the
 * other. Synchronous, so no two blocks are ever in the making.
 */
export class Chain {
  readonly application: LedgerApplication;
  readonly store: ChainStore;
  readonly #suite: CryptoSuite;
  readonly #genesis: DevchainGenesis;
  readonly #nowMs: () => number;
  readonly #blocksPerSnapshot: number;
  #newest: LightBlock | undefined;
  #isSnapshotDue = false;
  #lastResultsHash: Bytes;

  constructor({ suite, store, genesis, nowMs, blocksPerSnapshot }: ChainParts) {
    this.#suite = suite;
    this.store = store;
    this.#genesis = genesis;
    this.#nowMs = nowMs;
    this.#blocksPerSnapshot = blocksPerSnapshot;
    this.#lastResultsHash = merkleRootOf(suite, []);
    const start = store.readSnapshot() ?? {
      height: 0,
      model: createModel(suite, modelGenesis(suite, genesis)),
    };
    if (start.height > store.height) throw new Error("the snapshot is ahead of the blocks");
    this.application = new LedgerApplication(suite, start);
    for (let height = start.height + 1; height <= store.height; height++) this.#replay(height);
    if (this.#newest === undefined) this.produce([]);
    this.proveAppHash();
  }

  get newest(): LightBlock {
    if (!this.#newest) throw new Error("a chain has a first block");
    return this.#newest;
  }

  /** The block is durable when this returns; where it throws, nothing has changed. Every transaction must pass `prepareProposal`. */
  produce(transactions: readonly Bytes[]): void {
    const { validatorSecretKeys, chainId, seconds, nanos } = this.#genesis;
    const block = buildBlock(this.#suite, {
      chainId,
      secretKeys: validatorSecretKeys,
      previous: this.#newest,
      genesisTime: { seconds: BigInt(seconds), nanos },
      transactions,
      appHash: this.application.appHash(),
      lastResultsHash: this.#lastResultsHash,
    });
    const height = this.store.height + 1;
    const resultsHash = this.#execute(height, block.header.time, transactions);
    const nowNs = BigInt(Math.round(this.#nowMs() * 1000)) * 1000n;
    const lightBlock = signBlock(this.#suite, validatorSecretKeys, block, nowNs);
    const before = this.application.committed;
    this.store.append({ v: 1, lightBlock, transactions });
    this.application.commit();
    this.#lastResultsHash = resultsHash;
    this.#newest = lightBlock;
    if (height % this.#blocksPerSnapshot === 0) this.#isSnapshotDue = true;
    // The state *before* the newest block: the one that proofs under the newest header need after a restart.
    if (this.#isSnapshotDue) this.#takeSnapshot(before);
  }

  /** It only spares a restart some time, so a disk that has no room for it does not stop the chain. */
  #takeSnapshot(before: LedgerSnapshot): void {
    try {
      this.store.writeSnapshot(before);
      this.#isSnapshotDue = false;
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }

  /** One empty block if the newest header does not carry the newest app hash yet, as CometBFT makes. */
  proveAppHash(): void {
    if (!equalBytes(this.newest.header.appHash, this.application.appHash())) this.produce([]);
  }

  /** Executes a stored block again. Its header must say what comes out, or these are not the rules it was made by. */
  #replay(height: number): void {
    const stored = this.store.block(height);
    if (!stored) throw new Error(`block ${height} is missing`);
    const { lightBlock, transactions } = stored;
    if (!equalBytes(lightBlock.header.appHash, this.application.appHash())) {
      throw new Error(`block ${height} carries another app hash than the blocks before it lead to`);
    }
    this.#lastResultsHash = this.#execute(height, lightBlock.header.time, transactions);
    this.application.commit();
    this.store.indexTransactions(height, transactions);
    this.#newest = lightBlock;
  }

  /** Hash of the results, which the next header carries. */
  #execute(height: number, time: CometTime, transactions: readonly Bytes[]): Bytes {
    const seconds = Number(time.seconds);
    const { results } = this.application.finalizeBlock({ height, seconds, nanos: time.nanos, transactions });
    return hashResults(this.#suite, results);
  }
}

function modelGenesis(suite: CryptoSuite, genesis: DevchainGenesis): Genesis {
  const { chainId, governors, params, validatorSecretKeys } = genesis;
  const validators = validatorsOf(suite, validatorSecretKeys).map(({ publicKey, power }) => ({
    key: publicKey,
    power: Number(power),
  }));
  return { chainId, governors, params, validators };
}

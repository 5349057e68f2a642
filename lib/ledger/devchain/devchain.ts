import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { parseTransaction } from "#protocol/checkpoint/transaction.ts";
import type { LightBlock } from "#protocol/comet/types.ts";
import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import type { Result } from "#protocol/result.ts";
import type { QueryError } from "../application/query.ts";
import { type Refusal, refusalCode } from "../application/refusal.ts";
import type { BroadcastOutcome, LedgerEngine, RpcMethod, RpcOutcome } from "../engine.ts";
import { MAX_BLOCK_BYTES } from "./build-block.ts";
import { Chain } from "./chain.ts";
import { ChainStore } from "./chain-store.ts";
import { openGenesis } from "./genesis.ts";
import { answerRpc } from "./rpc.ts";

/** Runs `callback` once after `delayMs`; the returned function cancels it. */
export type Schedule = (callback: () => void, delayMs: number) => () => void;

export interface DevchainOptions {
  /** The chain's folder; made if it does not exist. */
  readonly dir: string;
  readonly chainId: string;
  /** A block is made at least this often. */
  readonly heartbeatMs: number;
  readonly suite: CryptoSuite;
  readonly randomBytes: RandomBytes;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  /** A restart replays at most this many blocks; 1000 if absent. */
  readonly blocksPerSnapshot?: number;
  /** `setTimeout` if absent. */
  readonly schedule?: Schedule;
}

/** Opens or begins the chain in a folder. Throws when the folder is damaged, another chain's, or in use. */
export function createDevchain(options: DevchainOptions): Devchain {
  const { suite, dir, nowMs, blocksPerSnapshot = 1000 } = options;
  const store = new ChainStore(suite, dir);
  try {
    const chain = new Chain({ suite, store, genesis: openGenesis(options), nowMs, blocksPerSnapshot });
    return new Devchain(chain, options);
  } catch (error) {
    store.close();
    throw error;
  }
}

/**
 * A whole CometBFT chain in one process: four validators, their keys on this disk. Its blocks are real, so a
 * light client verifies them like any other's; it protects nobody from whoever runs it.
 */
export class Devchain implements LedgerEngine {
  readonly chainId: string;
  readonly #chain: Chain;
  readonly #suite: CryptoSuite;
  readonly #heartbeatMs: number;
  readonly #schedule: Schedule;
  readonly #pool = new Map<string, PooledTransaction>();
  #cancelBlock: (() => void) | undefined;
  #cancelHeartbeat: (() => void) | undefined;
  /** Set for good by `close` or by a failed write: after half a block nothing may follow. */
  #stopped: Error | undefined;
  #closed = false;

  constructor(chain: Chain, { chainId, suite, heartbeatMs, schedule }: DevchainOptions) {
    this.#chain = chain;
    this.chainId = chainId;
    this.#suite = suite;
    this.#heartbeatMs = heartbeatMs;
    this.#schedule = schedule ?? scheduleTimeout;
    this.#awaitHeartbeat();
  }

  async newestHeight(): Promise<number> {
    return this.#chain.store.height;
  }

  async lightBlock(height: number): Promise<LightBlock | undefined> {
    const { store, newest } = this.#chain;
    return height === store.height ? newest : store.block(height)?.lightBlock;
  }

  async query(path: string, request: Bytes, height: number): Promise<Result<Bytes, QueryError>> {
    return this.#chain.application.query(path, request, height);
  }

  /** Rejects once the chain has stopped. */
  async broadcastTx(transaction: Bytes): Promise<BroadcastOutcome> {
    if (this.#stopped) throw this.#stopped;
    const checked = this.#chain.application.checkTx(transaction);
    if (!checked.ok) return refusedOutcome(checked.error);
    // These four keys are the whole network: other validators could never sign.
    if (changesValidators(transaction)) return refusedOutcome({ type: "GovernanceChangeInvalid" });
    const key = toHex(this.#suite.sha256(transaction));
    const pooled = this.#pool.get(key) ?? poolTransaction(transaction);
    this.#pool.set(key, pooled);
    this.#cancelBlock ??= this.#schedule(() => this.#emptyPool(), 0);
    return pooled.outcome;
  }

  async rpc(method: RpcMethod, parameters: Readonly<Record<string, string>>): Promise<RpcOutcome> {
    const { application, store } = this.#chain;
    return answerRpc({ suite: this.#suite, store, application, method, parameters });
  }

  /** What an anchor names: the first block's height and header hash. */
  firstHeader(): { readonly height: number; readonly headerHash: Bytes } {
    const first = this.#chain.store.block(1);
    if (!first) throw new Error("a chain has a first block");
    return { height: 1, headerHash: first.lightBlock.commit.blockId.hash };
  }

  /** Transactions still waiting are rejected; their bytes may be sent again after a restart. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop(new Error("the ledger is closed"));
    this.#chain.store.close();
  }

  #emptyPool(): void {
    this.#cancelBlock = undefined;
    const pooled = [...this.#pool];
    const chosen = new Set(
      this.#chain.application.prepareProposal(
        pooled.map(([, { transaction }]) => transaction),
        MAX_BLOCK_BYTES,
      ),
    );
    const height = this.#chain.store.height + 1;
    if (chosen.size > 0 && !this.#produce([...chosen])) return;
    for (const [key, { transaction, settle }] of pooled) {
      const outcome = chosen.has(transaction)
        ? ({ type: "included", height } as const)
        : this.#outcomeOfLeftOver(transaction);
      if (!outcome) continue;
      this.#pool.delete(key);
      settle(outcome);
    }
    if (this.#pool.size > 0) this.#cancelBlock = this.#schedule(() => this.#emptyPool(), 0);
  }

  /** Refused because of what went before it; undefined if the block only had no room. */
  #outcomeOfLeftOver(transaction: Bytes): BroadcastOutcome | undefined {
    const checked = this.#chain.application.checkTx(transaction);
    return checked.ok ? undefined : refusedOutcome(checked.error);
  }

  /** False when it failed, which stops the chain. */
  #produce(transactions: readonly Bytes[]): boolean {
    try {
      this.#chain.produce(transactions);
      this.#chain.proveAppHash();
    } catch (cause) {
      this.#stop(new Error("the ledger could not write a block", { cause }));
      return false;
    }
    this.#awaitHeartbeat();
    return true;
  }

  #awaitHeartbeat(): void {
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = this.#schedule(() => void this.#produce([]), this.#heartbeatMs);
  }

  #stop(reason: Error): void {
    this.#stopped = reason;
    this.#cancelBlock?.();
    this.#cancelHeartbeat?.();
    for (const { fail } of this.#pool.values()) fail(reason);
    this.#pool.clear();
  }
}

interface PooledTransaction {
  readonly transaction: Bytes;
  readonly outcome: Promise<BroadcastOutcome>;
  readonly settle: (outcome: BroadcastOutcome) => void;
  readonly fail: (reason: Error) => void;
}

function poolTransaction(transaction: Bytes): PooledTransaction {
  let settle: PooledTransaction["settle"] = () => undefined;
  let fail: PooledTransaction["fail"] = () => undefined;
  const outcome = new Promise<BroadcastOutcome>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  return { transaction, outcome, settle, fail };
}

function refusedOutcome(refusal: Refusal): BroadcastOutcome {
  if (refusal.type === "CheckpointAlreadyIncluded")
    return { type: "alreadyIncluded", height: refusal.height };
  return { type: "refused", code: refusalCode(refusal), reason: refusal.type };
}

function changesValidators(transaction: Bytes): boolean {
  const parsed = parseTransaction(transaction);
  if (!parsed.ok || parsed.value.action.kind !== "governance") return false;
  return parsed.value.action.body.change.kind === "validators";
}

function scheduleTimeout(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { parseTransaction } from "#protocol/checkpoint/transaction.ts";
import type { LightBlock } from "#protocol/comet/types.ts";
import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import type { Result } from "#protocol/result.ts";
import type { QueryError } from "../application/query.ts";
import { type Refusal, refusalCode } from "../application/refusal.ts";
import type { BroadcastOutcome, LedgerEngine, RpcMethod, RpcOutcome } from "../engine.ts";
import type { AppendIo } from "./append-file.ts";
import { MAX_BLOCK_BYTES } from "./build-block.ts";
import { Chain } from "./chain.ts";
import { ChainStore } from "./chain-store.ts";
import { openGenesis } from "./genesis.ts";
import { answerRpc } from "./rpc.ts";
import { isSystemError } from "./system-error.ts";

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
  /** Told when the disk takes no block, each time with the reason, and with null once it does again. */
  readonly onDisk?: (fault: Error | null) => void;
  /** Node's if absent. */
  readonly io?: AppendIo;
}

/** Opens or begins the chain in a folder. Throws when the folder is damaged, another chain's, or in use. */
export function createDevchain(options: DevchainOptions): Devchain {
  const { suite, dir, nowMs, blocksPerSnapshot = 1000 } = options;
  const store = new ChainStore(suite, dir, options.io);
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
  readonly #onDisk: (fault: Error | null) => void;
  readonly #pool = new Map<string, PooledTransaction>();
  #cancelBlock: (() => void) | undefined;
  #cancelHeartbeat: (() => void) | undefined;
  /** Set for good by `close` or by a bug. */
  #stopped: Error | undefined;
  /** Why the disk took no block the last time. */
  #diskFault: Error | undefined;
  #closed = false;

  constructor(chain: Chain, { chainId, suite, heartbeatMs, schedule, onDisk }: DevchainOptions) {
    this.#chain = chain;
    this.chainId = chainId;
    this.#suite = suite;
    this.#heartbeatMs = heartbeatMs;
    this.#schedule = schedule ?? scheduleTimeout;
    this.#onDisk = onDisk ?? (() => undefined);
    this.#awaitHeartbeat(heartbeatMs);
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

  /** Why blocks cannot be written at the moment; undefined while they can. */
  diskFault(): Error | undefined {
    return this.#diskFault;
  }

  /** Rejects while the disk takes no block (the same bytes may be sent again), and once the chain has stopped. */
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

  /** False when it failed. A disk that takes no block is asked again soon; anything else stops the chain. */
  #produce(transactions: readonly Bytes[]): boolean {
    try {
      // Which an earlier failure may have left undone.
      this.#chain.proveAppHash();
      this.#chain.produce(transactions);
      this.#chain.proveAppHash();
    } catch (cause) {
      const reason = new Error(`the ledger could not write a block: ${messageOf(cause)}`, { cause });
      if (isSystemError(cause)) this.#waitForDisk(reason);
      else this.#stop(reason);
      return false;
    }
    if (this.#diskFault) this.#onDisk(null);
    this.#diskFault = undefined;
    this.#awaitHeartbeat(this.#heartbeatMs);
    return true;
  }

  /** Whoever waits hears the reason at once and may send again; the chain goes on by itself once there is room. */
  #waitForDisk(reason: Error): void {
    this.#diskFault = reason;
    this.#onDisk(reason);
    this.#failPool(reason);
    this.#awaitHeartbeat(Math.min(this.#heartbeatMs, DISK_RETRY_MS));
  }

  #awaitHeartbeat(delayMs: number): void {
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = this.#schedule(() => void this.#produce([]), delayMs);
  }

  #stop(reason: Error): void {
    this.#stopped = reason;
    this.#cancelBlock?.();
    this.#cancelHeartbeat?.();
    this.#failPool(reason);
  }

  #failPool(reason: Error): void {
    for (const { fail } of this.#pool.values()) fail(reason);
    this.#pool.clear();
  }
}

/** Between two attempts to write a block. */
const DISK_RETRY_MS = 2000;

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
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

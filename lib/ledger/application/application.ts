import type { Bytes } from "#protocol/bytes/bytes.ts";
import { type Acceptance, appHash } from "#protocol/checkpoint/ledger-state.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { checkTransaction } from "./check-transaction.ts";
import type { LedgerValidator } from "./governance-hash.ts";
import { appStateOf, type LedgerModel } from "./model.ts";
import { type QueryError, queryModel } from "./query.ts";
import type { Refusal } from "./refusal.ts";

/** A block as consensus decided it; `height` and time are its header's. */
export interface DecidedBlock extends Acceptance {
  readonly transactions: readonly Bytes[];
}

export interface ExecutedBlock {
  /** One for each transaction. A refused one changed nothing. */
  readonly results: readonly Result<null, Refusal>[];
  /** Stands in the header of the next block. */
  readonly appHash: Bytes;
  /** In force two blocks later. */
  readonly validatorUpdates: readonly LedgerValidator[];
}

export interface LedgerSnapshot {
  /** 0 before the first block. */
  readonly height: number;
  readonly model: LedgerModel;
}

/**
 * The replicated state machine behind ABCI: what the ledger accepts and what it can prove. Pure apart from its
 * own memory: no clock, no disk. Whoever hosts it persists each `committed` snapshot, or replays blocks.
 */
export class LedgerApplication {
  readonly #suite: CryptoSuite;
  /** The newest last. Proofs are made under the newest *header*, hence from the state before the newest. */
  #committed: readonly LedgerSnapshot[];
  #executed: LedgerSnapshot | undefined;

  constructor(suite: CryptoSuite, from: LedgerSnapshot) {
    this.#suite = suite;
    this.#committed = [from];
  }

  get committed(): LedgerSnapshot {
    const newest = this.#committed.at(-1);
    if (!newest) throw new Error("an application always has a state");
    return newest;
  }

  appHash(): Bytes {
    return appHash(this.#suite, appStateOf(this.#suite, this.committed.model));
  }

  /** ABCI CheckTx: would the transaction be accepted in the next block? */
  checkTx(transaction: Bytes): Result<null, Refusal> {
    const checked = checkTransaction(this.#suite, this.#fresh(), transaction);
    return checked.ok ? ok(null) : checked;
  }

  /** ABCI PrepareProposal: the transactions that will succeed in this order, at most `maxBytes` together. */
  prepareProposal(transactions: readonly Bytes[], maxBytes: number): readonly Bytes[] {
    this.#executed = undefined;
    const chosen: Bytes[] = [];
    let sizeBytes = 0;
    let model = this.#fresh();
    for (const transaction of transactions) {
      if (sizeBytes + transaction.length > maxBytes) continue;
      const effect = checkTransaction(this.#suite, model, transaction);
      if (!effect.ok) continue;
      model = effect.value(model, PROPOSED);
      sizeBytes += transaction.length;
      chosen.push(transaction);
    }
    return chosen;
  }

  /** ABCI ProcessProposal: false if any transaction would be refused. */
  processProposal(transactions: readonly Bytes[]): boolean {
    return this.prepareProposal(transactions, Number.POSITIVE_INFINITY).length === transactions.length;
  }

  /** ABCI FinalizeBlock. Nothing is final before `commit`; executing again replaces what was executed. */
  finalizeBlock({ transactions, height, seconds, nanos }: DecidedBlock): ExecutedBlock {
    if (height !== this.committed.height + 1)
      throw new RangeError(`block ${height} after ${this.committed.height}`);
    const before = this.#fresh();
    let model = before;
    const results = transactions.map((transaction): Result<null, Refusal> => {
      const effect = checkTransaction(this.#suite, model, transaction);
      if (!effect.ok) return effect;
      model = effect.value(model, { height, seconds, nanos });
      return ok(null);
    });
    this.#executed = { height, model };
    return {
      results,
      appHash: appHash(this.#suite, appStateOf(this.#suite, model)),
      validatorUpdates: validatorUpdates(before.validators, model.validators),
    };
  }

  /** ABCI Commit. The returned snapshot must be durable before the host reports the block as committed. */
  commit(): LedgerSnapshot {
    const executed = this.#executed;
    if (!executed) throw new Error("commit without an executed block");
    this.#executed = undefined;
    this.#committed = [...this.#committed, executed].slice(-KEPT_STATES);
    return executed;
  }

  /** ABCI Query at one of the last heights: the answer is provable under the header of `height` + 1. */
  query(path: string, request: Bytes, height: number): Result<Bytes, QueryError> {
    const snapshot = this.#committed.find((kept) => kept.height === height);
    if (!snapshot) return err({ type: "HeightNotKept", newest: this.committed.height });
    return queryModel(this.#suite, snapshot.model, path, request);
  }

  #fresh(): LedgerModel {
    return { ...this.committed.model, claimsInBlock: 0 };
  }
}

const KEPT_STATES = 8;

/** A proposal is tried before its height and time are known; no rule reads them. */
const PROPOSED: Acceptance = { height: 1, seconds: 0, nanos: 0 };

function validatorUpdates(
  before: readonly LedgerValidator[],
  after: readonly LedgerValidator[],
): readonly LedgerValidator[] {
  if (before === after) return [];
  const had = new Map(before.map(({ key, power }) => [key.join(), power]));
  const has = new Set(after.map(({ key }) => key.join()));
  const changed = after.filter(({ key, power }) => had.get(key.join()) !== power);
  const removed = before.filter(({ key }) => !has.has(key.join())).map(({ key }) => ({ key, power: 0 }));
  return [...changed, ...removed];
}

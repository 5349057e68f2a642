import type { Bytes } from "#protocol/bytes/bytes.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { InstanceMemory } from "./instance-memory.ts";
import { LiveLog } from "./live-log.ts";

/** Leaves and entries of all logs in memory together, some hundreds of bytes each. */
const MAX_WEIGHT = 2_000_000;
/** The memory may grow by this part of its limit before logs are dropped. */
const TRIM_PARTS = 64;

/**
 * The logs in memory: loaded when first asked for, the least recently used dropped when they grow too many.
 * There is never more than one copy of a log while a group works on it (`pin`).
 */
export class LogCache {
  readonly #suite: CryptoSuite;
  readonly #store: Store;
  readonly #memory: InstanceMemory;
  readonly #maxWeight: number;
  /** In order of use, oldest first. */
  readonly #logs = new Map<string, Promise<LiveLog | undefined>>();
  /** How many groups under way work on a log. */
  readonly #pins = new Map<string, number>();
  #growth = 0;

  constructor(suite: CryptoSuite, store: Store, memory: InstanceMemory, maxWeight: number = MAX_WEIGHT) {
    this.#suite = suite;
    this.#store = store;
    this.#memory = memory;
    this.#maxWeight = maxWeight;
  }

  /** Undefined where there is no such log. Throws `StoreError`. */
  async get(id: Bytes): Promise<LiveLog | undefined> {
    const name = toHex(id);
    const loading = this.#logs.get(name) ?? this.#load(id);
    this.#logs.delete(name);
    this.#logs.set(name, loading);
    try {
      const log = await loading;
      if (!log) this.#forgetIf(name, loading);
      return log;
    } catch (error) {
      this.#forgetIf(name, loading);
      throw error;
    }
  }

  /** A log that was just created and committed. */
  add(log: LiveLog): void {
    this.#logs.set(toHex(log.identity.id), Promise.resolve(log));
  }

  pin(id: Bytes): void {
    const name = toHex(id);
    this.#pins.set(name, (this.#pins.get(name) ?? 0) + 1);
  }

  /** Undoes one `pin`. */
  unpin(id: Bytes): void {
    const name = toHex(id);
    const pins = this.#pins.get(name) ?? 0;
    if (pins > 1) this.#pins.set(name, pins - 1);
    else this.#pins.delete(name);
  }

  /** The next uses load again. */
  clear(): void {
    this.#logs.clear();
  }

  /** Leaves were added to logs in memory. */
  noteGrowth(leaves: number): void {
    this.#growth += leaves;
  }

  /** Looks through all logs, so only when enough has come in since the last time. */
  async trim(): Promise<void> {
    if (this.#growth <= this.#maxWeight / TRIM_PARTS) return;
    this.#growth = 0;
    let weight = 0;
    for (const [name, loading] of [...this.#logs].reverse()) {
      const log = await loading.catch(() => undefined);
      weight += log?.weight ?? 0;
      if (weight > this.#maxWeight && !this.#pins.has(name)) this.#forgetIf(name, loading);
    }
  }

  #forgetIf(name: string, loading: Promise<LiveLog | undefined>): void {
    if (this.#logs.get(name) === loading) this.#logs.delete(name);
  }

  async #load(id: Bytes): Promise<LiveLog | undefined> {
    const row = await this.#store.log(id);
    if (!row) return undefined;
    const { tail, kind, organization } = row;
    const [leafHashes, entries] = await Promise.all([
      this.#store.leafHashes(id, 0, tail.size),
      this.#store.mapEntries(id, tail.size),
    ]);
    const log = LiveLog.load(this.#suite, { id, kind, organization }, tail, leafHashes, entries);
    if (log.tree.size !== tail.size || !equalBytes(log.tree.root(), tail.root)) {
      throw new StoreError(`log ${toHex(id)}: the stored leaves are not those of the stored root`);
    }
    await this.#compareWithMemory(log);
    this.noteGrowth(log.weight);
    return log;
  }

  /** The database must continue what this instance has signed before; what is new becomes known before it is signed. */
  async #compareWithMemory(log: LiveLog): Promise<void> {
    const { id } = log.identity;
    const { size, root } = log.tail;
    const remembered = this.#memory.headOf(id);
    if (remembered) {
      const continues =
        remembered.size <= size && equalBytes(log.tree.root(remembered.size), remembered.root);
      if (!continues) {
        this.#memory.requireRecovery();
        return;
      }
      if (remembered.size === size) return;
    }
    await this.#memory.remember(this.#memory.commitNumber(), [{ log: id, size, root }]);
  }
}

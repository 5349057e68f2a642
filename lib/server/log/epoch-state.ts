import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { Store } from "../store/store.ts";

/** Hashes of sealed epochs kept; records nearly always name one of the newest. */
const MAX_HASHES = 4096;

/** The deployment's epoch counter as last committed, and what is sealed. */
export class EpochState {
  readonly #store: Store;
  readonly #hashes = new Map<number, Bytes>();
  #openEpoch = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  async reload(): Promise<void> {
    this.#openEpoch = await this.#store.openEpoch();
  }

  readonly openEpoch = (): number => this.#openEpoch;

  raiseTo(epoch: number): void {
    this.#openEpoch = epoch;
  }

  /** Hash of the epoch's record; undefined where there is none. */
  async sealedHash(epoch: number): Promise<Bytes | undefined> {
    if (epoch < 0 || epoch >= this.#openEpoch) return undefined;
    const known = this.#hashes.get(epoch);
    if (known) return known;
    const stored = await this.#store.epochRecord(epoch);
    if (!stored) return undefined;
    for (const oldest of this.#hashes.keys()) {
      if (this.#hashes.size < MAX_HASHES) break;
      this.#hashes.delete(oldest);
    }
    this.#hashes.set(epoch, stored.recordHash);
    return stored.recordHash;
  }
}

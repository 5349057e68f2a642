import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { EntryReader } from "#protocol/log/map-entry.ts";
import type { PrefixMap } from "#protocol/prefix-map/prefix-map.ts";
import type { Store } from "../store/store.ts";
import { type LiveLog, mapOfEntries } from "./live-log.ts";

/** Rebuilt maps kept: audits of one epoch ask for the same map again and again. */
const MAX_REBUILT = 16;

/** A log's map as it was after an earlier leaf, from the entries that are never deleted. */
export class PastMaps {
  readonly #suite: CryptoSuite;
  readonly #store: Store;
  readonly #rebuilt = new Map<string, Promise<PrefixMap>>();

  constructor(suite: CryptoSuite, store: Store) {
    this.#suite = suite;
    this.#store = store;
  }

  /** After leaf `size - 1`, which MUST be committed. */
  at(live: LiveLog, size: number): Promise<PrefixMap> {
    const recent = live.recentMap(size);
    if (recent) return Promise.resolve(recent);
    const name = `${toHex(live.identity.id)}/${size}`;
    const known = this.#rebuilt.get(name);
    if (known) return known;
    const rebuilding = this.#store
      .mapEntries(live.identity.id, size)
      .then((entries) => mapOfEntries(this.#suite, entries));
    this.#rebuilt.set(name, rebuilding);
    rebuilding.catch(() => this.#rebuilt.delete(name));
    for (const oldest of this.#rebuilt.keys()) {
      if (this.#rebuilt.size <= MAX_REBUILT) break;
      this.#rebuilt.delete(oldest);
    }
    return rebuilding;
  }

  /** Values at the given keys in that map. */
  async entries(log: Bytes, size: number, keys: readonly Bytes[]): Promise<EntryReader> {
    const rows = await this.#store.mapEntriesOf(log, size, keys);
    const values = new Map(rows.map(({ key, value }) => [toHex(key), value]));
    return (key) => values.get(toHex(key));
  }
}

import { setImmediate } from "node:timers/promises";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { EntryReader } from "#protocol/log/map-entry.ts";
import { emptyPrefixMap, type PrefixMap, setEntries } from "#protocol/prefix-map/prefix-map.ts";
import type { EntryRow, Store } from "../store/store.ts";
import { hashedEntries, type LiveLog } from "./live-log.ts";

/** Rebuilt maps kept: audits of one epoch ask for the same map again and again. */
const MAX_REBUILT = 16;

/** Rebuilds that wait for their turn; more are refused. */
const MAX_WAITING = 32;
/** Entries put in at a time, some milliseconds of work: everybody else's requests come in between. */
const SLICE = 512;

/** Too many earlier maps are asked for at once. */
export class MapsBusy extends Error {
  constructor() {
    super("too many earlier maps are asked for");
    this.name = "MapsBusy";
  }
}

/** A log's map as it was after an earlier leaf, from the entries that are never deleted. */
export class PastMaps {
  readonly #suite: CryptoSuite;
  readonly #store: Pick<Store, "mapEntries" | "mapEntriesOf">;
  readonly #rebuilt = new Map<string, Promise<PrefixMap>>();
  /** One at a time: any member may ask, and a large map takes a while. */
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(suite: CryptoSuite, store: Pick<Store, "mapEntries" | "mapEntriesOf">) {
    this.#suite = suite;
    this.#store = store;
  }

  /** After leaf `size - 1`, which MUST be committed. Rejects with `MapsBusy`. */
  at(live: LiveLog, size: number): Promise<PrefixMap> {
    const recent = live.recentMap(size);
    if (recent) return Promise.resolve(recent);
    const name = `${toHex(live.identity.id)}/${size}`;
    const known = this.#rebuilt.get(name);
    if (known) return known;
    if (this.#waiting >= MAX_WAITING) return Promise.reject(new MapsBusy());
    const rebuilding = this.#inTurn(async () =>
      rebuild(this.#suite, await this.#store.mapEntries(live.identity.id, size)),
    );
    this.#rebuilt.set(name, rebuilding);
    rebuilding.catch(() => this.#rebuilt.delete(name));
    for (const oldest of this.#rebuilt.keys()) {
      if (this.#rebuilt.size <= MAX_REBUILT) break;
      this.#rebuilt.delete(oldest);
    }
    return rebuilding;
  }

  #inTurn(build: () => Promise<PrefixMap>): Promise<PrefixMap> {
    this.#waiting += 1;
    const built = this.#turn.then(build).finally(() => {
      this.#waiting -= 1;
    });
    this.#turn = built.catch(() => undefined);
    return built;
  }

  /** Values at the given keys in that map. */
  async entries(log: Bytes, size: number, keys: readonly Bytes[]): Promise<EntryReader> {
    const rows = await this.#store.mapEntriesOf(log, size, keys);
    const values = new Map(rows.map(({ key, value }) => [toHex(key), value]));
    return (key) => values.get(toHex(key));
  }
}

async function rebuild(suite: CryptoSuite, entries: readonly EntryRow[]): Promise<PrefixMap> {
  let map = emptyPrefixMap;
  for (let from = 0; from < entries.length; from += SLICE) {
    map = setEntries(suite.sha256, map, hashedEntries(suite, entries.slice(from, from + SLICE)));
    await setImmediate();
  }
  return map;
}

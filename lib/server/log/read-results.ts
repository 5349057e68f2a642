import type { Bytes } from "#protocol/bytes/bytes.ts";
import { isZero } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { type EntryReader, mapKeyOf, readMapEntry } from "#protocol/log/map-entry.ts";
import type { ReadItem, ReadResult } from "#protocol/log/read.ts";

export interface ReadResults {
  readonly results: readonly ReadResult[];
  /** Map keys whose entries prove the results, each once; and `authority`, by which the reader knows who might write them. */
  readonly keys: readonly Bytes[];
}

/** What the map says about the items of a READ. */
export function readResultsOf(
  suite: CryptoSuite,
  entries: EntryReader,
  items: readonly ReadItem[],
): ReadResults {
  const keys = new Map<string, Bytes>();
  addKey(keys, mapKeyOf(suite, { kind: "authority" }));
  const results = items.map(({ manifest, version: asked }) => {
    let version = asked;
    if (version === null) {
      const name = { kind: "manifest", id: manifest } as const;
      addKey(keys, mapKeyOf(suite, name));
      version = readMapEntry(suite, entries, name)?.[0] ?? 0;
    }
    if (version === 0) return ABSENT;
    const name = { kind: "manifestVersion", id: manifest, version } as const;
    addKey(keys, mapKeyOf(suite, name));
    const written = readMapEntry(suite, entries, name);
    if (!written) return ABSENT;
    const [writeIndex, recordHash, contentHash] = written;
    const status = isZero(contentHash) ? "deleted" : "found";
    return { status, version, writeIndex, recordHash, contentHash } as const;
  });
  return { results, keys: [...keys.values()] };
}

function addKey(keys: Map<string, Bytes>, key: Bytes): void {
  keys.set(toHex(key), key);
}

const ABSENT: ReadResult = {
  status: "absent",
  version: 0,
  writeIndex: 0,
  recordHash: new Uint8Array(32),
  contentHash: new Uint8Array(32),
};

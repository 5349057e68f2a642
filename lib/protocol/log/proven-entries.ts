import { type Bytes, EMPTY_BYTES } from "../bytes/bytes.ts";
import { array, bytesUpTo, type Infer, nullable, struct } from "../codec/schema.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { proveKeys, verifyKeys } from "../prefix-map/multi-proof.ts";
import { type PackedHash, packHash } from "../prefix-map/packed-hash.ts";
import type { PrefixMap } from "../prefix-map/prefix-map.ts";
import { hashSchema } from "./identifiers.ts";
import type { EntryReader } from "./map-entry.ts";
import { MAX_READ_ITEMS } from "./record.ts";

/** Two for each item of a READ, and a few about the log. */
const MAX_ENTRIES = 2 * MAX_READ_ITEMS + 8;
/** Paths of an honest map part from each other after some twenty levels. */
const MAX_PROOF_BYTES = 1024 * 1024;

/** Entries of a log's map with one proof for all of them; a null value says that the key has none. */
export const provenEntriesSchema = struct({
  entries: [1, array(struct({ key: [1, hashSchema], value: [2, nullable(bytesUpTo(256))] }), MAX_ENTRIES)],
  proof: [2, bytesUpTo(MAX_PROOF_BYTES)],
});
export type ProvenEntries = Infer<typeof provenEntriesSchema>;

export const NO_ENTRIES: ProvenEntries = { entries: [], proof: EMPTY_BYTES };

/** What was proven of a map, and only that. */
export interface EntriesRead {
  /** Absent entries read as undefined, as do keys that were not proven. */
  readonly entries: EntryReader;
  readonly isProven: (key: Bytes) => boolean;
}

/** `entries` MUST be the map's own; the keys are distinct. */
export function proveTogether(map: PrefixMap, entries: EntryReader, keys: readonly Bytes[]): ProvenEntries {
  return {
    entries: keys.map((key) => ({ key, value: entries(key) ?? null })),
    proof: proveKeys(map, keys),
  };
}

/** Undefined unless all of it is proven under the root. */
export function verifyTogether(
  { sha256 }: Pick<CryptoSuite, "sha256">,
  mapRoot: Bytes,
  { entries, proof }: ProvenEntries,
): EntriesRead | undefined {
  const claims = entries.map(({ key, value }) => ({ key, valueHash: value === null ? null : sha256(value) }));
  return verifyKeys(sha256, { root: mapRoot, claims, proof }).ok ? readProven(entries) : undefined;
}

/** Reads entries whose proofs were verified. */
export function readProven(
  entries: readonly { readonly key: Bytes; readonly value: Bytes | null }[],
): EntriesRead {
  const values = new Map<PackedHash, Bytes | null>(entries.map(({ key, value }) => [packHash(key), value]));
  return {
    entries: (key) => values.get(packHash(key)) ?? undefined,
    isProven: (key) => values.has(packHash(key)),
  };
}

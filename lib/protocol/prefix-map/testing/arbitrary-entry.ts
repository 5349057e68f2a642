import fc from "fast-check";
import type { Bytes } from "../../bytes/bytes.ts";
import type { MapEntry } from "../prefix-map.ts";

/** Where keys may differ: near the top, around byte borders, deep down, in the very last bit. */
const TURNS = [0, 1, 2, 7, 8, 9, 63, 130, 254, 255];

/** Keys that share long prefixes and often meet, as well as random ones. */
export const arbitraryKey: fc.Arbitrary<Bytes> = fc.oneof(
  { weight: 3, arbitrary: fc.subarray(TURNS).map(keyWithBits) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 32, maxLength: 32 }) },
);

export const arbitraryEntry: fc.Arbitrary<MapEntry> = fc.record({
  key: arbitraryKey,
  valueHash: fc.nat(255).map((byte) => new Uint8Array(32).fill(byte)),
});

/** Entries in any order, some for the same key. */
export const arbitraryEntries: fc.Arbitrary<MapEntry[]> = fc.array(arbitraryEntry, { maxLength: 24 });

export function keyWithBits(bits: readonly number[]): Bytes {
  const key = new Uint8Array(32);
  for (const bit of bits) key[bit >> 3] = (key[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return key;
}

/** The last entry given for each key. */
export function distinct(entries: readonly MapEntry[]): MapEntry[] {
  return [...new Map(entries.map((entry) => [entry.key.toString(), entry])).values()];
}

import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, encodeUint32, equalBytes, zeroBytes } from "../bytes/bytes.ts";
import { emptyPrefixMap, getValueHash, type MapEntry, rootHash, setEntries, setEntry } from "./prefix-map.ts";
import { arbitraryEntries, arbitraryKey, distinct, keyWithBits } from "./testing/arbitrary-entry.ts";
import { naiveRootHash } from "./testing/naive-map.ts";

const VALUE_A = new Uint8Array(32).fill(0xaa);
const VALUE_B = new Uint8Array(32).fill(0xbb);

describe("rootHash", () => {
  it("is 32 zeros for the empty map", () => {
    expect(rootHash(emptyPrefixMap)).toEqual(zeroBytes(32));
  });

  it("is the leaf's hash for one entry", () => {
    const key = keyWithBits([3]);
    const leaf = sha256(concatBytes(Uint8Array.of(2), key, VALUE_A));
    expect(rootHash(setEntry(sha256, emptyPrefixMap, key, VALUE_A))).toEqual(leaf);
  });

  it("has an inner node with one empty side for each bit that two keys share", () => {
    const [key, other] = [keyWithBits([2]), keyWithBits([])];
    const inner = (left: Uint8Array, right: Uint8Array) => sha256(concatBytes(Uint8Array.of(3), left, right));
    const leaf = sha256(concatBytes(Uint8Array.of(2), key, VALUE_A));
    const otherLeaf = sha256(concatBytes(Uint8Array.of(2), other, VALUE_B));
    const map = setEntries(sha256, emptyPrefixMap, [
      { key, valueHash: VALUE_A },
      { key: other, valueHash: VALUE_B },
    ]);
    expect(rootHash(map)).toEqual(inner(inner(inner(otherLeaf, leaf), zeroBytes(32)), zeroBytes(32)));
  });

  it("is that of the definition, however the entries were batched", () => {
    fc.assert(
      fc.property(arbitraryEntries, fc.nat(24), (entries, cut) => {
        const expected = naiveRootHash(sha256, distinct(entries));
        const atOnce = setEntries(sha256, emptyPrefixMap, entries);
        const inTwo = setEntries(
          sha256,
          setEntries(sha256, emptyPrefixMap, entries.slice(0, cut)),
          entries.slice(cut),
        );
        const oneByOne = entries.reduce(
          (map, { key, valueHash }) => setEntry(sha256, map, key, valueHash),
          emptyPrefixMap,
        );
        for (const map of [atOnce, inTwo, oneByOne]) expect(rootHash(map)).toEqual(expected);
      }),
    );
  });
});

describe("setEntries", () => {
  it("leaves every older version as it was", () => {
    fc.assert(
      fc.property(arbitraryEntries, (entries) => {
        const versions = [emptyPrefixMap];
        for (const { key, valueHash } of entries) {
          versions.push(setEntry(sha256, versions.at(-1) ?? emptyPrefixMap, key, valueHash));
        }
        versions.forEach((version, count) => {
          const expected = naiveRootHash(sha256, distinct(entries.slice(0, count)));
          expect(equalBytes(rootHash(version), expected)).toBe(true);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("gives the same map for no entries", () => {
    const map = setEntry(sha256, emptyPrefixMap, VALUE_A, VALUE_B);
    expect(setEntries(sha256, map, [])).toEqual(map);
  });

  it("throws on keys and value hashes that are not 32 bytes", () => {
    expect(() => setEntry(sha256, emptyPrefixMap, VALUE_A.slice(1), VALUE_B)).toThrow(RangeError);
    expect(() => setEntry(sha256, emptyPrefixMap, VALUE_A, zeroBytes(33))).toThrow(RangeError);
  });

  it("hashes each path node once: about log2(n) + 2 for one entry, far fewer each in a batch", () => {
    const size = 20_000;
    const entries = Array.from({ length: size }, (_, index): MapEntry => {
      const key = sha256(encodeUint32(index));
      return { key, valueHash: key };
    });
    const map = setEntries(sha256, emptyPrefixMap, entries);
    let hashes = 0;
    const counting = (message: Uint8Array): Uint8Array => {
      hashes += 1;
      return sha256(message);
    };
    const updates = entries.slice(0, 500).map(({ key }) => ({ key, valueHash: VALUE_A }));
    for (const { key, valueHash } of updates) setEntry(counting, map, key, valueHash);
    expect(hashes / updates.length).toBeLessThan(Math.log2(size) + 3);
    hashes = 0;
    setEntries(counting, map, updates);
    expect(hashes / updates.length).toBeLessThan(Math.log2(size / 500) + 5);
  });
});

describe("getValueHash", () => {
  it("finds what was set last, and nothing else", () => {
    fc.assert(
      fc.property(arbitraryEntries, arbitraryKey, (entries, key) => {
        const map = setEntries(sha256, emptyPrefixMap, entries);
        for (const entry of distinct(entries)) expect(getValueHash(map, entry.key)).toEqual(entry.valueHash);
        const expected = distinct(entries).find((entry) => equalBytes(entry.key, key))?.valueHash;
        expect(getValueHash(map, key)).toEqual(expected);
      }),
    );
  });
});

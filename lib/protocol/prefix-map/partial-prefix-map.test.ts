import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zeroBytes } from "../bytes/bytes.ts";
import { unwrap } from "../result.ts";
import { type MapClaim, proveEntry } from "./map-proof.ts";
import { applyChanges, createPartialPrefixMap } from "./partial-prefix-map.ts";
import { emptyPrefixMap, getValueHash, type PrefixMap, rootHash, setEntries } from "./prefix-map.ts";
import { arbitraryEntries, arbitraryEntry, keyWithBits } from "./testing/arbitrary-entry.ts";

const VALUE = new Uint8Array(32).fill(0xaa);

describe("applyChanges", () => {
  it("gives the root that the whole map has after the same changes", () => {
    fc.assert(
      fc.property(arbitraryEntries, fc.array(arbitraryEntry, { maxLength: 8 }), (entries, changes) => {
        const map = setEntries(sha256, emptyPrefixMap, entries);
        const partial = unwrap(
          createPartialPrefixMap(
            sha256,
            rootHash(map),
            changes.map(({ key }) => claimFor(map, key)),
          ),
        );
        const changed = unwrap(applyChanges(sha256, partial, changes));
        expect(changed.root).toEqual(rootHash(setEntries(sha256, map, changes)));
      }),
    );
  });

  it("can go on from its own result", () => {
    fc.assert(
      fc.property(arbitraryEntries, fc.array(arbitraryEntry, { maxLength: 8 }), (entries, changes) => {
        let map = setEntries(sha256, emptyPrefixMap, entries);
        let partial = unwrap(
          createPartialPrefixMap(
            sha256,
            rootHash(map),
            changes.map(({ key }) => claimFor(map, key)),
          ),
        );
        for (const change of changes) {
          map = setEntries(sha256, map, [change]);
          partial = unwrap(applyChanges(sha256, partial, [change]));
          expect(partial.root).toEqual(rootHash(map));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("refuses a change of any key without a proof", () => {
    const keys = [keyWithBits([0]), keyWithBits([1]), keyWithBits([0, 1])];
    const map = setEntries(
      sha256,
      emptyPrefixMap,
      keys.map((key) => ({ key, valueHash: VALUE })),
    );
    const proven = keyWithBits([0, 200]);
    const partial = unwrap(createPartialPrefixMap(sha256, rootHash(map), [claimFor(map, proven)]));
    for (const key of [...keys, keyWithBits([1, 200])]) {
      const changes = [
        { key: proven, valueHash: VALUE },
        { key, valueHash: zeroBytes(32) },
      ];
      expect(applyChanges(sha256, partial, changes)).toEqual({
        ok: false,
        error: { type: "MapKeyNotProven", key },
      });
    }
  });
});

describe("createPartialPrefixMap", () => {
  const key = keyWithBits([5]);
  const map = setEntries(sha256, emptyPrefixMap, [
    { key, valueHash: VALUE },
    { key: keyWithBits([9]), valueHash: VALUE },
  ]);

  it("refuses claims that contradict each other or belong to another root", () => {
    const claim = claimFor(map, key);
    const later = setEntries(sha256, map, [{ key, valueHash: zeroBytes(32) }]);
    const refused: [Uint8Array, readonly MapClaim[], string][] = [
      [rootHash(map), [claim, { ...claim, valueHash: zeroBytes(32) }], "MapRootMismatch"],
      [rootHash(map), [claim, { ...claim, valueHash: null }], "MapRootMismatch"],
      [rootHash(map), [claim, claimFor(later, key)], "MapRootMismatch"],
      [rootHash(later), [claim], "MapRootMismatch"],
      [rootHash(map).slice(1), [claim], "MapHashNot32Bytes"],
      [rootHash(map), [{ ...claim, key: key.slice(1) }], "MapHashNot32Bytes"],
    ];
    for (const [root, claims, type] of refused) {
      expect(createPartialPrefixMap(sha256, root, claims)).toEqual({ ok: false, error: { type } });
    }
  });

  it("takes one claim twice, and none at all", () => {
    const claim = claimFor(map, key);
    expect(createPartialPrefixMap(sha256, rootHash(map), [claim, claim]).ok).toBe(true);
    const unknown = unwrap(createPartialPrefixMap(sha256, rootHash(map), []));
    expect(unwrap(applyChanges(sha256, unknown, [])).root).toEqual(rootHash(map));
  });

  it("starts from the empty map too", () => {
    const empty = unwrap(createPartialPrefixMap(sha256, zeroBytes(32), [claimFor(emptyPrefixMap, key)]));
    const changes = [{ key, valueHash: VALUE }];
    expect(unwrap(applyChanges(sha256, empty, changes)).root).toEqual(
      rootHash(setEntries(sha256, emptyPrefixMap, changes)),
    );
  });
});

function claimFor(map: PrefixMap, key: Uint8Array): MapClaim {
  return { key, valueHash: getValueHash(map, key) ?? null, proof: proveEntry(map, key) };
}

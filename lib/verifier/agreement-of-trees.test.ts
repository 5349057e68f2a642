import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { encodeCbor as encodeProductCbor } from "#protocol/codec/cbor.ts";
import { decodeCbor as decodeProductCbor } from "#protocol/codec/testing/decode-cbor.ts";
import { verifyConsistency, verifyInclusion } from "#protocol/merkle/merkle-proof.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { leafHash as productLeafHash } from "#protocol/merkle/tree-hash.ts";
import { proveEntry, verifyEntry } from "#protocol/prefix-map/map-proof.ts";
import { emptyPrefixMap, rootHash, setEntries } from "#protocol/prefix-map/prefix-map.ts";
import { decodeCbor, encodeCbor } from "./cbor.ts";
import { isProven, rootAfter } from "./prefix-map.ts";
import { attempt } from "./read.ts";
import { sha256 } from "./sha256.ts";
import { disturbed } from "./testing/disturbed.ts";
import { suite } from "./testing/evidence-world.ts";
import { isIncluded, isPrefix, leafHash, rootOf } from "./tree.ts";

/** The product and the verifier were written apart. Where both read the same bytes, they must say the same. */

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("hashes", () => {
  it("agree", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
        expect(sha256(message)).toEqual(suite.sha256(message));
      }),
    );
    expect(sha256(new Uint8Array(100_000).fill(3))).toEqual(suite.sha256(new Uint8Array(100_000).fill(3)));
  });
});

describe("CBOR", () => {
  const value: fc.Arbitrary<Parameters<typeof encodeProductCbor>[0]> = fc.letrec((tie) => ({
    item: fc.oneof(
      { maxDepth: 4 },
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.string({ unit: "grapheme" }).filter((text) => !text.startsWith("\u{feff}")),
      fc.uint8Array({ maxLength: 300 }),
      fc.array(tie("item"), { maxLength: 5 }),
      fc
        .uniqueArray(fc.tuple(fc.nat({ max: 300 }), tie("item")), { selector: ([key]) => key, maxLength: 5 })
        .map((entries) => new Map(entries)),
    ),
  })).item as fc.Arbitrary<Parameters<typeof encodeProductCbor>[0]>;

  it("is written alike", () => {
    fc.assert(
      fc.property(value, (item) => {
        expect(equalBytes(encodeCbor(item), encodeProductCbor(item))).toBe(true);
      }),
    );
  });

  it("is accepted and refused alike", () => {
    const garbage = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(disturbed(value.map(encodeProductCbor)), garbage), (bytes) => {
        const own = attempt(() => decodeCbor(bytes));
        const product = decodeProductCbor(bytes, 10_000);
        expect(own).toEqual(product.ok ? product.value : undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("Merkle trees", () => {
  const scene = fc.record({
    leaves: fc.array(fc.uint8Array({ maxLength: 4 }), { minLength: 1, maxLength: 40 }),
    at: fc.nat(),
    size: fc.nat(),
    drop: fc.nat({ max: 3 }),
    bit: fc.option(fc.nat({ max: 4_000 })),
  });

  it("agree on roots, inclusion and consistency", () => {
    fc.assert(
      fc.property(scene, ({ leaves, at, size: wanted, drop, bit }) => {
        const tree = new MerkleTree(suite.sha256);
        for (const leaf of leaves) tree.append(productLeafHash(suite.sha256, leaf));
        const root = tree.root();
        expect(rootOf(leaves)).toEqual(root);
        const index = at % leaves.length;
        const own = leafHash(leaves[index] ?? new Uint8Array(0));
        const path = spoil(tree.inclusionPath(index, leaves.length), drop, bit);
        const included = verifyInclusion(suite.sha256, {
          leafIndex: BigInt(index),
          treeSize: BigInt(leaves.length),
          leafHash: own,
          path,
          root,
        });
        expect(isIncluded(own, index, path, { size: leaves.length, root })).toBe(included.ok);
        const size = 1 + (wanted % leaves.length);
        const prefix = { size, root: tree.root(size) };
        const proof = spoil(tree.consistencyPath(size, leaves.length), drop, bit);
        const consistent = verifyConsistency(suite.sha256, {
          size1: BigInt(size),
          size2: BigInt(leaves.length),
          root1: prefix.root,
          root2: root,
          path: proof,
        });
        expect(isPrefix(prefix, { size: leaves.length, root }, proof)).toBe(consistent.ok);
      }),
      { numRuns: 500 },
    );
  });
});

describe("prefix maps", () => {
  const entries = fc.uniqueArray(fc.record({ key: hash, valueHash: hash }), {
    selector: ({ key }) => key.join(),
    maxLength: 12,
  });

  it("agree on proofs of presence and absence", () => {
    fc.assert(
      fc.property(
        entries,
        hash,
        fc.nat({ max: 3 }),
        fc.option(fc.nat({ max: 4_000 })),
        (held, other, drop, bit) => {
          const map = setEntries(suite.sha256, emptyPrefixMap, held);
          const root = rootHash(map);
          for (const { key, valueHash } of [...held, { key: other, valueHash: null }]) {
            const { siblings, otherEntry } = proveEntry(map, key);
            const spoilt = spoil(siblings, drop, bit);
            const product = verifyEntry(suite.sha256, {
              root,
              key,
              valueHash,
              proof: { siblings: spoilt, otherEntry },
            });
            const own = isProven(root, { key, valueHash, proof: { siblings: spoilt, other: otherEntry } });
            expect(own).toBe(product.ok);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("agree on the root after changes, of which only the changed keys are proven", () => {
    // Keys that share long prefixes, so that paths run together and grow.
    const nearKey = fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 7 })).map(([top, low]) => {
      const key = new Uint8Array(32);
      key[0] = top << 5;
      key[5] = low;
      return key;
    });
    const some = fc.uniqueArray(fc.record({ key: nearKey, valueHash: hash }), {
      selector: ({ key }) => key.join(),
      maxLength: 20,
    });
    fc.assert(
      fc.property(some, some, (held, changes) => {
        fc.pre(changes.length > 0);
        const map = setEntries(suite.sha256, emptyPrefixMap, held);
        const claims = changes.map(({ key }) => {
          const { siblings, otherEntry } = proveEntry(map, key);
          const valueHash = held.find((entry) => equalBytes(entry.key, key))?.valueHash ?? null;
          return { key, valueHash, proof: { siblings, other: otherEntry } };
        });
        const after = setEntries(suite.sha256, map, changes);
        expect(rootAfter(claims, changes)).toEqual(rootHash(after));
      }),
      { numRuns: 300 },
    );
  });
});

/** A path with an entry missing, one too many, or one bit changed; or as it was. */
function spoil<T extends Uint8Array | null>(path: readonly T[], drop: number, bit: number | null): T[] {
  if (drop === 1) return path.slice(1);
  if (drop === 2) return path.slice(0, 1).concat(path);
  const at = bit === null ? -1 : Math.floor(bit / 256) % Math.max(1, path.length);
  return path.map((entry, index) => {
    if (index !== at || entry === null || bit === null) return entry;
    return flipped(entry, bit % 256) as T;
  });
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const out = Uint8Array.from(bytes);
  const at = Math.floor(bit / 8);
  out[at] = (out[at] ?? 0) ^ (1 << (bit % 8));
  return out;
}

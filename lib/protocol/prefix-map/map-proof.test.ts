import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bytes, concatBytes, equalBytes, zeroBytes } from "../bytes/bytes.ts";
import { codec } from "../codec/schema.ts";
import { unwrap } from "../result.ts";
import { type MapClaim, type MapProof, mapProofSchema, proveEntry, verifyEntry } from "./map-proof.ts";
import { emptyPrefixMap, getValueHash, rootHash, setEntries } from "./prefix-map.ts";
import {
  arbitraryEntries,
  arbitraryEntry,
  arbitraryKey,
  distinct,
  keyWithBits,
} from "./testing/arbitrary-entry.ts";

const VALUE = new Uint8Array(32).fill(0xaa);
const OTHER_VALUE = new Uint8Array(32).fill(0xbb);

type RootedClaim = MapClaim & { readonly root: Bytes };

/** Honest claims of presence and of absence. */
const honestClaim = fc
  .tuple(arbitraryEntries, arbitraryKey, fc.nat(), fc.boolean())
  .map(([entries, anyKey, choice, present]): RootedClaim => {
    const map = setEntries(sha256, emptyPrefixMap, entries);
    const key = (present ? entries[choice % Math.max(1, entries.length)]?.key : undefined) ?? anyKey;
    return {
      root: rootHash(map),
      key,
      valueHash: getValueHash(map, key) ?? null,
      proof: proveEntry(map, key),
    };
  });

describe("verifyEntry", () => {
  it("accepts the proof of each entry and of the absence of any other key", () => {
    fc.assert(
      fc.property(arbitraryEntries, fc.array(arbitraryKey, { maxLength: 8 }), (entries, keys) => {
        const map = setEntries(sha256, emptyPrefixMap, entries);
        for (const key of [...keys, ...entries.map((entry) => entry.key)]) {
          const valueHash = getValueHash(map, key) ?? null;
          const claim = { root: rootHash(map), key, valueHash, proof: proveEntry(map, key) };
          expect(verifyEntry(sha256, claim)).toEqual({ ok: true, value: null });
        }
      }),
    );
  });

  it("refuses every claim with one change", () => {
    fc.assert(
      fc.property(honestClaim, fc.nat(255), fc.nat(), (claim, bit, at) => {
        const flip = (bytes: Bytes): Bytes =>
          bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (0x80 >> (bit & 7)) : byte));
        const { key, valueHash, root, proof } = claim;
        const { siblings, otherEntry } = proof;
        const position = siblings.length === 0 ? 0 : at % siblings.length;
        const sibling = siblings[position];
        const proofs: MapProof[] = [
          { ...proof, siblings: siblings.toSpliced(position, 0, VALUE) },
          { ...proof, siblings: siblings.toSpliced(position, 0, null) },
          { ...proof, siblings: [...siblings, VALUE] },
        ];
        if (sibling !== undefined) {
          proofs.push({ ...proof, siblings: siblings.toSpliced(position, 1) });
          proofs.push({ ...proof, siblings: siblings.with(position, sibling === null ? VALUE : null) });
          proofs.push({
            ...proof,
            siblings: siblings.with(position, sibling === null ? zeroBytes(32) : flip(sibling)),
          });
          proofs.push({ ...proof, siblings: siblings.with(position, (sibling ?? VALUE).slice(1)) });
        }
        if (otherEntry !== null) {
          proofs.push({ ...proof, otherEntry: null });
          proofs.push({ ...proof, otherEntry: { ...otherEntry, valueHash: flip(otherEntry.valueHash) } });
          proofs.push({ ...proof, otherEntry: { ...otherEntry, key: flip(otherEntry.key) } });
          proofs.push({ ...proof, otherEntry: { ...otherEntry, key } });
        } else {
          proofs.push({ ...proof, otherEntry: { key: flip(key), valueHash: valueHash ?? VALUE } });
        }
        const claims: RootedClaim[] = [
          ...proofs.map((changed) => ({ ...claim, proof: changed })),
          { ...claim, root: flip(root) },
          { ...claim, root: root.slice(1) },
          { ...claim, valueHash: valueHash === null ? VALUE : flip(valueHash) },
          { ...claim, valueHash: valueHash === null ? OTHER_VALUE : null },
          // A changed key may be truly absent at the end of the same path, but never present there.
          ...(valueHash === null ? [] : [{ ...claim, key: flip(key) }]),
        ];
        for (const changed of claims) expect(verifyEntry(sha256, changed).ok).toBe(false);
      }),
    );
  });

  it("refuses forms that no honest map has, even under a root made for them", () => {
    const key = keyWithBits([0]);
    const leaf = sha256(concatBytes(Uint8Array.of(2), key, VALUE));
    const rootOf = (siblings: readonly (Bytes | null)[], end: Bytes): Bytes =>
      siblings.reduceRight<Bytes>((hash, sibling, depth) => {
        const beside = sibling ?? zeroBytes(32);
        return sha256(concatBytes(Uint8Array.of(3), ...(depth === 0 ? [beside, hash] : [hash, beside])));
      }, end);
    const refuse = (siblings: readonly (Bytes | null)[], end: Bytes, valueHash: Bytes | null): string => {
      const claim = { key, valueHash, root: rootOf(siblings, end), proof: { siblings, otherEntry: null } };
      const result = verifyEntry(sha256, claim);
      return result.ok ? "accepted" : result.error.type;
    };
    expect(refuse([VALUE], leaf, VALUE)).toBe("accepted");
    expect(refuse([null, VALUE], zeroBytes(32), null)).toBe("accepted");
    expect(refuse([null], leaf, VALUE)).toBe("MapProofNotCanonical");
    expect(refuse([VALUE, null], leaf, VALUE)).toBe("MapProofNotCanonical");
    expect(refuse([VALUE, null], zeroBytes(32), null)).toBe("MapProofNotCanonical");
    expect(refuse([zeroBytes(32), VALUE], leaf, VALUE)).toBe("MapProofNotCanonical");
    expect(refuse(Array<Bytes>(256).fill(VALUE), leaf, VALUE)).toBe("accepted");
    expect(refuse(Array<Bytes>(256).fill(VALUE), zeroBytes(32), null)).toBe("MapProofNotCanonical");
    expect(refuse(Array<Bytes>(257).fill(VALUE), leaf, VALUE)).toBe("MapProofNotCanonical");
  });

  it("refuses an entry that stands off its own path as the end of another key's", () => {
    const key = keyWithBits([]);
    for (const [bit, depth] of [
      [0, 1],
      [2, 3],
      [7, 8],
      [8, 9],
      [12, 20],
    ] as const) {
      // The root is made so that the path ends on the other entry; only where that may stand refuses it.
      const otherEntry = { key: keyWithBits([bit]), valueHash: VALUE };
      const end = sha256(concatBytes(Uint8Array.of(2), otherEntry.key, VALUE));
      const proof = { siblings: Array<Bytes>(depth).fill(VALUE), otherEntry };
      const root = proof.siblings.reduceRight(
        (hash, beside) => sha256(concatBytes(Uint8Array.of(3), hash, beside)),
        end,
      );
      expect(verifyEntry(sha256, { root, key, valueHash: null, proof })).toEqual({
        ok: false,
        error: { type: "MapProofOtherEntryMisplaced" },
      });
    }
  });

  it("never throws on garbage", () => {
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), arbitraryKey);
    const claim = fc.record({
      root: anyBytes,
      key: anyBytes,
      valueHash: fc.option(anyBytes),
      proof: fc.record({
        siblings: fc.array(fc.option(anyBytes), { maxLength: 300 }),
        otherEntry: fc.option(fc.record({ key: anyBytes, valueHash: anyBytes })),
      }),
    });
    fc.assert(fc.property(claim, (garbage) => typeof verifyEntry(sha256, garbage).ok === "boolean"));
  });
});

/** Any tree an attacker may build: entries anywhere, lone entries pushed down, empty subtrees side by side. */
type ForgedTree = null | { key: Bytes; valueHash: Bytes } | readonly [ForgedTree, ForgedTree];

const forgedTree = fc.letrec<{ tree: ForgedTree; entry: ForgedTree; node: ForgedTree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, depthSize: "large" },
    tie("entry"),
    fc.constant(null),
    tie("node"),
    tie("node"),
  ),
  entry: arbitraryEntry,
  node: fc.tuple(tie("tree"), tie("tree")),
})).tree;

describe("one root", () => {
  it("never shows a key both present and absent, or with two value hashes, whatever tree it was made from", () => {
    let verified = 0;
    fc.assert(
      fc.property(forgedTree, fc.array(arbitraryKey, { maxLength: 4 }), (tree, keys) => {
        const entries = distinct(entriesOf(tree));
        const root = forgedHash(tree);
        for (const key of [...keys, ...entries.map((entry) => entry.key)]) {
          const siblings = siblingsOf(tree, key, 0);
          const shown = new Set<string>();
          // Every way to end the path, at every depth of it.
          for (let depth = 0; depth <= siblings.length; depth++) {
            const upper = siblings.slice(0, depth);
            const absences = [null, ...entries].map((otherEntry) => ({ siblings: upper, otherEntry }));
            const claims: RootedClaim[] = [
              ...absences.map((proof) => ({ root, key, valueHash: null, proof })),
              ...entries.map(({ valueHash }) => ({
                root,
                key,
                valueHash,
                proof: { siblings: upper, otherEntry: null },
              })),
            ];
            for (const claim of claims) {
              if (verifyEntry(sha256, claim).ok) shown.add(claim.valueHash?.toString() ?? "absent");
            }
          }
          expect(shown.size).toBeLessThanOrEqual(1);
          verified += shown.size;
        }
      }),
      { numRuns: 60 },
    );
    expect(verified).toBeGreaterThan(60);
  });
});

describe("mapProofSchema", () => {
  const mapProof = codec(mapProofSchema, 16_384);

  it("reads back every proof, which has no other encoding", () => {
    fc.assert(
      fc.property(honestClaim, ({ proof }) => {
        expect(unwrap(mapProof.decode(mapProof.encode(proof)))).toEqual(proof);
      }),
    );
  });

  it("refuses any changed byte, or reads another proof", () => {
    fc.assert(
      fc.property(honestClaim, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ proof }, at, change) => {
        const encoded = mapProof.encode(proof);
        const changed = encoded.map((byte, i) => (i === at % encoded.length ? byte ^ change : byte));
        const decoded = mapProof.decode(changed);
        if (decoded.ok) expect(equalBytes(mapProof.encode(decoded.value), changed)).toBe(true);
        if (decoded.ok) expect(decoded.value).not.toEqual(proof);
      }),
    );
  });

  it("refuses 257 siblings, siblings of another length and garbage", () => {
    expect(() => mapProof.encode({ siblings: Array<Bytes>(257).fill(VALUE), otherEntry: null })).toThrow(
      RangeError,
    );
    expect(() => mapProof.encode({ siblings: [VALUE.slice(1)], otherEntry: null })).toThrow(RangeError);
    // {1: [h''], 2: null}: the empty byte string is no second way to write an empty subtree.
    expect(mapProof.decode(Uint8Array.of(0xa2, 1, 0x81, 0x40, 2, 0xf6)).ok).toBe(false);
    expect(mapProof.decode(Uint8Array.of(0xa2, 1, 0x81, 0xf6, 2, 0xf6)).ok).toBe(true);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        (bytes) => typeof mapProof.decode(bytes).ok === "boolean",
      ),
    );
  });
});

function isPair(tree: ForgedTree): tree is readonly [ForgedTree, ForgedTree] {
  return Array.isArray(tree);
}

function forgedHash(tree: ForgedTree): Bytes {
  if (tree === null) return zeroBytes(32);
  return isPair(tree)
    ? sha256(concatBytes(Uint8Array.of(3), forgedHash(tree[0]), forgedHash(tree[1])))
    : sha256(concatBytes(Uint8Array.of(2), tree.key, tree.valueHash));
}

function entriesOf(tree: ForgedTree): { key: Bytes; valueHash: Bytes }[] {
  if (tree === null) return [];
  return isPair(tree) ? [...entriesOf(tree[0]), ...entriesOf(tree[1])] : [tree];
}

function siblingsOf(tree: ForgedTree, key: Bytes, depth: number): (Bytes | null)[] {
  if (!isPair(tree)) return [];
  const right = (((key[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1) === 1;
  const [along, beside] = right ? [tree[1], tree[0]] : [tree[0], tree[1]];
  return [beside === null ? null : forgedHash(beside), ...siblingsOf(along, key, depth + 1)];
}

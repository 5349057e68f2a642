import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bytes, concatBytes, zeroBytes } from "../bytes/bytes.ts";
import { proveEntry, verifyEntry } from "./map-proof.ts";
import { type KeyClaim, proveKeys, verifyKeys } from "./multi-proof.ts";
import { emptyPrefixMap, getValueHash, type PrefixMap, rootHash, setEntries } from "./prefix-map.ts";
import { arbitraryEntries, arbitraryKey, keyWithBits } from "./testing/arbitrary-entry.ts";

const VALUE = new Uint8Array(32).fill(0xaa);

interface Exchange {
  readonly map: PrefixMap;
  readonly root: Bytes;
  readonly claims: readonly KeyClaim[];
  readonly proof: Bytes;
}

/** Honest claims about keys with and without an entry, some of which share an end. */
const honest = fc
  .tuple(arbitraryEntries, fc.array(arbitraryKey, { maxLength: 8 }), fc.nat())
  .map(([entries, others, choice]): Exchange => {
    const map = setEntries(sha256, emptyPrefixMap, entries);
    const named = [
      ...others,
      ...entries.filter((_, at) => ((choice >> (at % 24)) & 1) === 1).map(({ key }) => key),
    ];
    const keys = [...new Map(named.map((key) => [key.toString(), key])).values()];
    const claims = keys.map((key) => ({ key, valueHash: getValueHash(map, key) ?? null }));
    return { map, root: rootHash(map), claims, proof: proveKeys(map, keys) };
  });

const accepts = (exchange: Pick<Exchange, "root" | "claims" | "proof">): boolean =>
  verifyKeys(sha256, exchange).ok;

describe("a proof for many keys", () => {
  it("is accepted for present and absent keys in any order", () => {
    fc.assert(
      fc.property(honest, (exchange) => {
        expect(verifyKeys(sha256, exchange)).toEqual({ ok: true, value: null });
        expect(accepts({ ...exchange, claims: exchange.claims.toReversed() })).toBe(true);
      }),
    );
  });

  it("says of one key what the proof for one key says", () => {
    fc.assert(
      fc.property(honest, arbitraryKey, fc.boolean(), ({ map, root }, key, isLie) => {
        const truth = getValueHash(map, key) ?? null;
        const valueHash = isLie ? (truth === null ? VALUE : null) : truth;
        const single = verifyEntry(sha256, { root, key, valueHash, proof: proveEntry(map, key) });
        expect(accepts({ root, claims: [{ key, valueHash }], proof: proveKeys(map, [key]) })).toBe(single.ok);
        expect(single.ok).toBe(!isLie);
      }),
    );
  });

  it("is refused after any change to it, to the root or to a claim", () => {
    fc.assert(
      fc.property(honest, fc.nat(), fc.integer({ min: 1, max: 255 }), (exchange, at, change) => {
        const { proof, root, claims } = exchange;
        const flip = (bytes: Bytes): Bytes =>
          bytes.map((byte, place) => (place === at % bytes.length ? byte ^ change : byte));
        if (claims.length > 0) {
          expect(accepts({ ...exchange, proof: flip(proof) })).toBe(false);
          expect(
            accepts({ ...exchange, proof: proof.filter((_, place) => place !== at % proof.length) }),
          ).toBe(false);
          expect(accepts({ ...exchange, root: flip(root) })).toBe(false);
          const changed = claims.map((claim, place) => {
            if (place !== at % claims.length) return claim;
            return {
              ...claim,
              valueHash: claim.valueHash === null ? VALUE : at % 2 === 0 ? null : flip(claim.valueHash),
            };
          });
          expect(accepts({ ...exchange, claims: changed })).toBe(false);
        }
        expect(accepts({ ...exchange, proof: concatBytes(proof, Uint8Array.of(change & 7)) })).toBe(false);
      }),
    );
  });

  it("never throws and never lies, whatever the bytes are", () => {
    const step = fc.oneof(
      fc.integer({ min: 0, max: 6 }).map((node) => Uint8Array.of(node)),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      arbitraryKey,
    );
    fc.assert(
      fc.property(honest, fc.array(step, { maxLength: 12 }), ({ root, claims, proof }, steps) => {
        const forged = concatBytes(...steps);
        if (accepts({ root, claims, proof: forged })) expect(forged).toEqual(proof);
      }),
      { numRuns: 500 },
    );
  });

  it("names each key once", () => {
    const map = setEntries(sha256, emptyPrefixMap, [{ key: keyWithBits([0]), valueHash: VALUE }]);
    const claim = { key: keyWithBits([0]), valueHash: VALUE };
    const proof = proveKeys(map, [claim.key, claim.key]);
    expect(accepts({ root: rootHash(map), claims: [claim], proof })).toBe(true);
    expect(accepts({ root: rootHash(map), claims: [claim, claim], proof })).toBe(false);
  });

  it("holds what paths share once", () => {
    const keys = Array.from({ length: 512 }, (_, at) => sha256(Uint8Array.of(at >> 8, at & 255)));
    const others = Array.from({ length: 4096 }, (_, at) => sha256(Uint8Array.of(1, at >> 8, at & 255)));
    const entries = [...keys, ...others].map((key) => ({ key, valueHash: VALUE }));
    const map = setEntries(sha256, emptyPrefixMap, entries);
    const single = keys.reduce((sum, key) => sum + proveEntry(map, key).siblings.length * 32, 0);
    expect(proveKeys(map, keys).length).toBeLessThan(single / 3);
  });
});

describe("forms that no honest map has", () => {
  const [key, near] = [keyWithBits([0]), keyWithBits([0, 255])];
  const leaf = sha256(concatBytes(Uint8Array.of(2), key, VALUE));
  const inner = (left: Bytes, right: Bytes): Bytes => sha256(concatBytes(Uint8Array.of(3), left, right));
  const refusal = (root: Bytes, claims: readonly KeyClaim[], ...parts: readonly Bytes[]): string => {
    const result = verifyKeys(sha256, { root, claims, proof: concatBytes(...parts) });
    return result.ok ? "accepted" : result.error.type;
  };
  const node = (kind: number): Bytes => Uint8Array.of(kind);
  const present = [{ key, valueHash: VALUE }];
  const absent = [{ key, valueHash: null }];

  it("are refused even under a root made for them", () => {
    expect(refusal(inner(VALUE, leaf), present, node(4), VALUE, node(1))).toBe("accepted");
    expect(refusal(inner(zeroBytes(32), leaf), present, node(5), node(1))).toBe("MapProofNotCanonical");
    expect(refusal(inner(zeroBytes(32), leaf), present, node(4), zeroBytes(32), node(1))).toBe(
      "MapProofNotCanonical",
    );
    expect(refusal(inner(VALUE, zeroBytes(32)), absent, node(4), VALUE, node(0))).toBe("accepted");
    expect(refusal(inner(zeroBytes(32), zeroBytes(32)), absent, node(5), node(0))).toBe(
      "MapProofNotCanonical",
    );
  });

  it("do not hide an entry behind another one", () => {
    const claims = [...present, { key: near, valueHash: VALUE }];
    expect(refusal(leaf, claims, node(1))).toBe("MapProofNotCanonical");
    expect(refusal(leaf, [...present, { key: near, valueHash: null }], node(1))).toBe("accepted");
    expect(refusal(leaf, absent, node(2), key, VALUE)).toBe("MapProofOtherEntryMisplaced");
    expect(refusal(leaf, [{ key: near, valueHash: null }], node(2), key, VALUE)).toBe("accepted");
    const off = keyWithBits([1]);
    const leafOff = sha256(concatBytes(Uint8Array.of(2), off, VALUE));
    expect(refusal(inner(VALUE, leafOff), absent, node(4), VALUE, node(2), off, VALUE)).toBe(
      "MapProofOtherEntryMisplaced",
    );
  });

  it("do not go deeper than keys are long", () => {
    const steps = Array.from({ length: 257 }, () => [node(4), VALUE]).flat();
    expect(refusal(VALUE, present, ...steps, node(1))).toBe("MapProofNotCanonical");
    const toTheEnd = Array.from({ length: 256 }, () => [node(4), VALUE]).flat();
    expect(refusal(VALUE, absent, ...toTheEnd, node(0))).toBe("MapProofNotCanonical");
    expect(refusal(VALUE, present, ...toTheEnd, node(1))).toBe("MapRootMismatch");
  });
});

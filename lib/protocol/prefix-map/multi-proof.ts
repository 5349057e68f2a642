import { type Bytes, compareBytes, concatBytes, equalBytes, isZero } from "../bytes/bytes.ts";
import { HASH_BYTES, type Sha256 } from "../merkle/tree-hash.ts";
import { err, ok, type Result } from "../result.ts";
import { INNER_PREFIX, LEAF_PREFIX, type MapNode } from "./map-node.ts";
import type { MapProofError } from "./map-proof.ts";
import { KEY_BITS, type PackedHash, packHash, turnsRight, unpackHash } from "./packed-hash.ts";
import type { MapEntry, PrefixMap } from "./prefix-map.ts";

/**
 * One proof for many keys of a map: the part of its tree that their paths walk through, from the root down, left
 * before right, each node one of these. What several paths share stands, and is hashed, once.
 */
const NODE = {
  /** Nothing here: all keys that lead here are absent. */
  empty: 0,
  /** The entry of one of the keys that lead here. */
  entry: 1,
  /** The entry of none of them, `key ‖ value hash`: all are absent. */
  otherEntry: 2,
  /** The node that the keys turn both ways at: its left side follows, then its right. */
  fork: 3,
  /** The hash of the side that no key turns to; then the other side. */
  beside: 4,
  /** No key turns to one side, and it is empty; the other side follows. */
  besideEmpty: 5,
} as const;

export interface KeyClaim {
  /** 32 bytes. */
  readonly key: Bytes;
  /** 32 bytes; `null` claims that the key has no entry. */
  readonly valueHash: Bytes | null;
}

/** Proof of each key's entry if it has one, else of its absence. Empty for no keys. */
export function proveKeys(map: PrefixMap, keys: readonly Bytes[]): Bytes {
  const parts: Bytes[] = [];
  const sorted = [...new Set(keys.map(packHash))].sort();
  if (sorted.length > 0) writeSubtree(parts, map.tree, sorted, 0);
  return concatBytes(...parts);
}

/**
 * That under this root each key has its value hash, or no entry; the keys are distinct. It says of each key exactly
 * what `verifyEntry` says of one: a node's hash leaves no choice of what lies below it.
 */
export function verifyKeys(
  sha256: Sha256,
  input: { readonly root: Bytes; readonly claims: readonly KeyClaim[]; readonly proof: Bytes },
): Result<null, MapProofError> {
  const { root, proof } = input;
  const claims = input.claims.toSorted((a, b) => compareBytes(a.key, b.key));
  const areHashes = claims.every(
    ({ key, valueHash }) => key.length === HASH_BYTES && (valueHash?.length ?? HASH_BYTES) === HASH_BYTES,
  );
  if (root.length !== HASH_BYTES || !areHashes) return err({ type: "MapHashNot32Bytes" });
  const isTwice = claims.some(({ key }, at) => at > 0 && equalBytes(key, claims[at - 1]?.key ?? root));
  if (isTwice) return err({ type: "MapProofNotCanonical" });
  if (claims.length === 0) return proof.length === 0 ? ok(null) : err({ type: "MapProofNotCanonical" });

  const reader = new ProofReader(sha256, claims, proof);
  const tree = reader.subtree(0, claims.length, 0);
  if (reader.error !== undefined) return err({ type: reader.error });
  if (!reader.isAtEnd) return err({ type: "MapProofNotCanonical" });
  return equalBytes(tree.hash, root) ? ok(null) : err({ type: "MapRootMismatch" });
}

function writeSubtree(
  parts: Bytes[],
  node: MapNode | null,
  keys: readonly PackedHash[],
  depth: number,
): void {
  if (node === null) {
    parts.push(Uint8Array.of(NODE.empty));
    return;
  }
  switch (node.kind) {
    case "leaf":
      if (keys.includes(node.key)) parts.push(Uint8Array.of(NODE.entry));
      else parts.push(Uint8Array.of(NODE.otherEntry), unpackHash(node.key), unpackHash(node.valueHash));
      return;
    case "inner": {
      const left = keys.filter((key) => !turnsRight(key, depth));
      const right = keys.filter((key) => turnsRight(key, depth));
      if (left.length > 0 && right.length > 0) parts.push(Uint8Array.of(NODE.fork));
      else {
        const beside = left.length > 0 ? node.right : node.left;
        if (beside === null) parts.push(Uint8Array.of(NODE.besideEmpty));
        else parts.push(Uint8Array.of(NODE.beside), unpackHash(beside.hash));
      }
      if (left.length > 0) writeSubtree(parts, node.left, left, depth + 1);
      if (right.length > 0) writeSubtree(parts, node.right, right, depth + 1);
      return;
    }
    case "unknown":
      throw new Error("a proof from a map of which only a part is known");
  }
}

/** What a walk through a proof found below one node. */
interface Subtree {
  readonly hash: Bytes;
  /** A subtree of which only the hash is given may hold any number. */
  readonly holds: "nothing" | "oneEntry" | "several" | "unknown";
}

const EMPTY: Subtree = { hash: new Uint8Array(HASH_BYTES), holds: "nothing" };

class ProofReader {
  readonly #sha256: Sha256;
  readonly #claims: readonly KeyClaim[];
  readonly #proof: Bytes;
  readonly #message = new Uint8Array(1 + 2 * HASH_BYTES);
  #offset = 0;
  #error: Exclude<MapProofError["type"], "MapRootMismatch"> | undefined;

  constructor(sha256: Sha256, claims: readonly KeyClaim[], proof: Bytes) {
    this.#sha256 = sha256;
    this.#claims = claims;
    this.#proof = proof;
  }

  /** The first thing that is wrong; all that is read after it means nothing. */
  get error() {
    return this.#error;
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#proof.length;
  }

  /** Of the claims from `first` up to `end`, one at least, whose keys agree in their first `depth` bits. */
  subtree(first: number, end: number, depth: number): Subtree {
    if (this.#error !== undefined) return EMPTY;
    const node = this.#proof[this.#offset++];
    switch (node) {
      case NODE.empty:
        return this.#present(first, end) === undefined ? EMPTY : this.#refuse();
      case NODE.entry:
        return this.#entry(first, end);
      case NODE.otherEntry:
        return this.#otherEntry(first, end, depth);
      case NODE.fork:
        return this.#fork(first, end, depth);
      case NODE.beside:
        return this.#oneSided(first, end, depth, { hash: this.#hash(), holds: "unknown" });
      case NODE.besideEmpty:
        return this.#oneSided(first, end, depth, EMPTY);
      case undefined:
      default:
        return this.#refuse();
    }
  }

  #entry(first: number, end: number): Subtree {
    const entry = this.#present(first, end);
    if (!entry) return this.#refuse();
    return { hash: this.#pair(LEAF_PREFIX, entry.key, entry.valueHash), holds: "oneEntry" };
  }

  #otherEntry(first: number, end: number, depth: number): Subtree {
    const key = this.#hash();
    const valueHash = this.#hash();
    if (this.#error !== undefined) return EMPTY;
    const isNamed = this.#claims.slice(first, end).some((claim) => equalBytes(claim.key, key));
    const isHere = sharesPath(key, this.#claims[first]?.key ?? key, depth);
    if (isNamed || !isHere || this.#present(first, end)) return this.#refuse("MapProofOtherEntryMisplaced");
    return { hash: this.#pair(LEAF_PREFIX, key, valueHash), holds: "oneEntry" };
  }

  #fork(first: number, end: number, depth: number): Subtree {
    const middle = this.#firstRight(first, end, depth);
    if (depth >= KEY_BITS || middle === first || middle === end) return this.#refuse();
    return this.#inner(this.subtree(first, middle, depth + 1), this.subtree(middle, end, depth + 1));
  }

  #oneSided(first: number, end: number, depth: number, beside: Subtree): Subtree {
    const middle = this.#firstRight(first, end, depth);
    const isZeroHash = beside.holds === "unknown" && isZero(beside.hash);
    if (depth >= KEY_BITS || isZeroHash || (middle !== first && middle !== end)) return this.#refuse();
    const side = this.subtree(first, end, depth + 1);
    // At the last bit there is room for one entry on each side.
    if (depth + 1 === KEY_BITS && side.holds === "nothing") return this.#refuse();
    return middle === first ? this.#inner(beside, side) : this.#inner(side, beside);
  }

  /** An inner node holds two entries or more: a lone one stands in its place. */
  #inner(left: Subtree, right: Subtree): Subtree {
    const isLone = (side: Subtree, beside: Subtree): boolean =>
      side.holds === "nothing" && (beside.holds === "nothing" || beside.holds === "oneEntry");
    if (isLone(left, right) || isLone(right, left)) return this.#refuse();
    return { hash: this.#pair(INNER_PREFIX, left.hash, right.hash), holds: "several" };
  }

  /** The one claim of presence among these; more than one cannot be on one path. */
  #present(first: number, end: number): MapEntry | undefined {
    let present: MapEntry | undefined;
    for (let at = first; at < end; at++) {
      const { key, valueHash = null } = this.#claims[at] ?? {};
      if (key === undefined || valueHash === null) continue;
      if (present) this.#refuse();
      present = { key, valueHash };
    }
    return present;
  }

  /** Place of the first claim whose key turns right; the claims are in the order of their keys. */
  #firstRight(first: number, end: number, depth: number): number {
    let [low, high] = [first, end];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bitOf(this.#claims[middle]?.key, depth) === 1) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #hash(): Bytes {
    const hash = this.#proof.subarray(this.#offset, this.#offset + HASH_BYTES);
    this.#offset += HASH_BYTES;
    if (hash.length !== HASH_BYTES) this.#refuse();
    return hash;
  }

  #pair(prefix: number, first: Bytes, second: Bytes): Bytes {
    if (this.#error !== undefined) return EMPTY.hash;
    this.#message[0] = prefix;
    this.#message.set(first, 1);
    this.#message.set(second, 1 + HASH_BYTES);
    return this.#sha256(this.#message);
  }

  #refuse(error: NonNullable<ProofReader["error"]> = "MapProofNotCanonical"): Subtree {
    this.#error ??= error;
    return EMPTY;
  }
}

function bitOf(key: Bytes | undefined, depth: number): number {
  return ((key?.[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
}

function sharesPath(a: Bytes, b: Bytes, depth: number): boolean {
  for (let bit = 0; bit < depth; bit++) if (bitOf(a, bit) !== bitOf(b, bit)) return false;
  return true;
}

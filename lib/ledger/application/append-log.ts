import type { Bytes } from "#protocol/bytes/bytes.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { leafHash, type Sha256 } from "#protocol/merkle/tree-hash.ts";

/**
 * The entries of an RFC 6962 log shared by successive states: a state keeps its own length and reads only
 * below it, so an older state stays true while a newer one appends. A block that was executed but never
 * committed leaves entries behind; the next `put` at their place drops them.
 */
export class AppendLog<T> {
  readonly #sha256: Sha256;
  readonly #entries: T[] = [];
  readonly #tree: MerkleTree;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
    this.#tree = new MerkleTree(sha256);
  }

  /** `length` is that of the state being extended. */
  put(length: number, entry: T, leaf: Bytes): void {
    this.#entries.length = length;
    this.#tree.truncate(length);
    this.#entries.push(entry);
    this.#tree.append(leafHash(this.#sha256, leaf));
  }

  at(index: number): T {
    const entry = this.#entries[index];
    if (entry === undefined) throw new RangeError(`no entry ${index}`);
    return entry;
  }

  slice(begin: number, end: number): readonly T[] {
    return this.#entries.slice(begin, end);
  }

  root(length: number): Bytes {
    return this.#tree.root(length);
  }

  inclusionPath(index: number, length: number): readonly Bytes[] {
    return this.#tree.inclusionPath(index, length);
  }
}

import type { Bytes } from "../bytes/bytes.ts";
import { HASH_BYTES } from "./tree-hash.ts";

const FIRST_CAPACITY = 4;

/**
 * The hashes of one level of a tree from position `first` on, side by side in one buffer: 32 bytes a node
 * where an array of byte strings would take nearly 300.
 */
export class HashColumn {
  readonly first: number;
  #end: number;
  #bytes = new Uint8Array(FIRST_CAPACITY * HASH_BYTES);

  constructor(first: number) {
    this.first = first;
    this.#end = first;
  }

  /** Position after the last hash. */
  get end(): number {
    return this.#end;
  }

  push(hash: Bytes): void {
    const offset = (this.#end - this.first) * HASH_BYTES;
    if (offset === this.#bytes.length) {
      const grown = new Uint8Array(2 * offset);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(hash, offset);
    this.#end += 1;
  }

  /** A view, valid until the next `push` or `truncate`: copy what is kept. */
  at(position: number): Bytes {
    if (position < this.first || position >= this.#end) throw new RangeError(`no hash at ${position}`);
    const offset = (position - this.first) * HASH_BYTES;
    return this.#bytes.subarray(offset, offset + HASH_BYTES);
  }

  truncate(end: number): void {
    if (end < this.first || end > this.#end) throw new RangeError(`cannot truncate to ${end}`);
    this.#end = end;
  }
}

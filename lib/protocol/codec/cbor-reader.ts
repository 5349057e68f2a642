import type { Bytes } from "../bytes/bytes.ts";
import { decodeUtf8 } from "../bytes/text.ts";

/** The input is not the one deterministic encoding of one value that Holdfast speaks. */
export class NotDeterministicCbor extends Error {}

/**
 * Reads RFC 8949 item by item, as a schema asks for them, and accepts deterministic encodings (§4.2.1) and nothing
 * else: shortest heads, definite lengths, no tags, no floats, no `undefined`. What is read therefore re-encodes to
 * the same bytes, which the tests hold against the encoder. Throws `NotDeterministicCbor`.
 *
 * Each method answers undefined, and reads nothing, where an item of another kind or a longer one than was asked for
 * follows: nothing is ever made of bytes that the schema has no place for.
 */
export class CborReader {
  /** Where in the value this is: names of fields and places in lists, kept by the schemas. */
  readonly path: (string | number)[] = [];
  readonly #bytes: Bytes;
  #offset = 0;
  #itemsRead = 0;

  constructor(input: Bytes) {
    // A plain view, since slices of other kinds of byte array are not always copies.
    this.#bytes = new Uint8Array(input.buffer, input.byteOffset, input.length);
  }

  /** Items of CBOR that were read so far, containers and keys included. */
  get itemsRead(): number {
    return this.#itemsRead;
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  /** Kind of the next item; undefined for one that Holdfast does not speak. */
  get next(): ItemKind | undefined {
    const head = this.#bytes[this.#offset];
    return head === undefined ? undefined : head === NULL ? "null" : KINDS[head >> 5];
  }

  /** True when it was there, and is read. */
  takeNull(): boolean {
    if (this.#bytes[this.#offset] !== NULL) return false;
    this.#takeHead();
    return true;
  }

  integer(): number | undefined {
    const kind = this.next;
    if (kind !== "unsigned" && kind !== "negative") return undefined;
    const argument = this.#takeArgument();
    return kind === "unsigned" ? argument : requireSafe(-1 - argument);
  }

  boolean(): boolean | undefined {
    const head = this.#bytes[this.#offset];
    if (head !== FALSE && head !== TRUE) return undefined;
    this.#takeHead();
    return head === TRUE;
  }

  /** A copy or, of a long one, a view of the input: that MUST NOT change any more. */
  byteString(maxBytes: number): Bytes | undefined {
    const view = this.#string("bytes", maxBytes);
    return view && (view.length < VIEW_FROM_BYTES ? view.slice() : view);
  }

  text(maxBytes: number): string | undefined {
    const view = this.#string("text", maxBytes);
    if (!view) return undefined;
    const text = decodeUtf8(view);
    if (!text.ok) throw new NotDeterministicCbor();
    return text.value;
  }

  /** Number of the items that follow. */
  array(maxItems: number): number | undefined {
    return this.next === "array" ? this.#count(maxItems) : undefined;
  }

  /** Number of the keys that follow, each before its value. Their order is the schema's to check. */
  map(maxKeys: number): number | undefined {
    return this.next === "map" ? this.#count(maxKeys) : undefined;
  }

  #string(kind: ItemKind, maxBytes: number): Bytes | undefined {
    if (this.next !== kind) return undefined;
    const length = this.#takeArgument();
    if (length > maxBytes) return undefined;
    const start = this.#offset;
    if (length > this.#bytes.length - start) throw new NotDeterministicCbor();
    this.#offset = start + length;
    return this.#bytes.subarray(start, this.#offset);
  }

  #count(max: number): number | undefined {
    const count = this.#takeArgument();
    if (count > max) return undefined;
    // Every item has at least a head: no announced size makes more work than was sent.
    if (count > this.#bytes.length - this.#offset) throw new NotDeterministicCbor();
    return count;
  }

  /** The number that a head carries, in its shortest form. */
  #takeArgument(): number {
    const low = this.#takeHead() & 0x1f;
    if (low < 24) return low;
    if (low > 27) throw new NotDeterministicCbor();
    const lengthBytes = 1 << (low - 24);
    let argument = 0;
    for (let i = 0; i < lengthBytes; i++) argument = argument * 256 + this.#takeByte();
    const smallest = low === 24 ? 24 : 256 ** (lengthBytes / 2);
    if (argument < smallest) throw new NotDeterministicCbor();
    return requireSafe(argument);
  }

  #takeHead(): number {
    this.#itemsRead += 1;
    return this.#takeByte();
  }

  #takeByte(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) throw new NotDeterministicCbor();
    this.#offset += 1;
    return byte;
  }
}

type ItemKind = "unsigned" | "negative" | "bytes" | "text" | "array" | "map" | "simple" | "null";

/** By major type. Tags (6) are not spoken. */
const KINDS: readonly (ItemKind | undefined)[] = [
  ...(["unsigned", "negative", "bytes", "text", "array", "map"] as const),
  undefined,
  "simple",
];

const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;

/** A view keeps the whole input in memory: a short string, which may be kept for long, must not. */
const VIEW_FROM_BYTES = 4 * 1024;

function requireSafe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new NotDeterministicCbor();
  return value;
}

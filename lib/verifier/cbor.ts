import { type Bytes, concat, fromUtf8, utf8 } from "./bytes.ts";

/** What Holdfast uses of CBOR (RFC 8949 §4.2.1, deterministic): maps have integer keys, integers end at 2^53 − 1. */
export type Cbor = number | boolean | null | string | Bytes | readonly Cbor[] | ReadonlyMap<number, Cbor>;

/** Bytes that are not what they must be. Thrown only while reading, and caught where the reading began. */
export class Malformed extends Error {}

/** Far above anything a file needs: what a hostile one may make this program build. */
const MAX_ITEMS = 1_000_000;
const MAX_DEPTH = 32;

/** One item and nothing after it, in its only deterministic spelling; else throws `Malformed`. */
export function decodeCbor(bytes: Bytes): Cbor {
  const input: Input = { bytes, offset: 0, items: 0 };
  const value = readItem(input, 0);
  if (input.offset !== bytes.length) throw new Malformed("bytes after the end");
  return value;
}

export function encodeCbor(value: Cbor): Bytes {
  if (value === null) return Uint8Array.of(0xf6);
  if (typeof value === "boolean") return Uint8Array.of(value ? 0xf5 : 0xf4);
  if (typeof value === "number") return value < 0 ? head(NEGATIVE, -1 - value) : head(UNSIGNED, value);
  if (typeof value === "string") return concat(head(TEXT, utf8(value).length), utf8(value));
  if (value instanceof Uint8Array) return concat(head(BYTES, value.length), value);
  if (isList(value)) return concat(head(ARRAY, value.length), ...value.map(encodeCbor));
  const entries = [...value].sort(([a], [b]) => (a < b ? -1 : 1));
  return concat(
    head(MAP, entries.length),
    ...entries.flatMap(([key, item]) => [encodeCbor(key), encodeCbor(item)]),
  );
}

export function isList(value: Cbor): value is readonly Cbor[] {
  return Array.isArray(value);
}

export function isMap(value: Cbor): value is ReadonlyMap<number, Cbor> {
  return value instanceof Map;
}

interface Input {
  readonly bytes: Bytes;
  offset: number;
  items: number;
}

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const SIMPLE = 7;

function readItem(input: Input, depth: number): Cbor {
  if (depth > MAX_DEPTH) throw new Malformed("nested too deeply");
  if (++input.items > MAX_ITEMS) throw new Malformed("too many items");
  const first = nextByte(input);
  const major = first >> 5;
  if (major === SIMPLE) return readSimple(first);
  const argument = readArgument(input, first & 31);
  switch (major) {
    case UNSIGNED:
      return argument;
    case NEGATIVE:
      if (argument === Number.MAX_SAFE_INTEGER) throw new Malformed("integer beyond 2^53 − 1");
      return -1 - argument;
    case BYTES:
      return take(input, argument);
    case TEXT: {
      const text = fromUtf8(take(input, argument));
      if (text === undefined) throw new Malformed("text that is not UTF-8");
      return text;
    }
    case ARRAY:
      return readList(input, argument, depth);
    case MAP:
      return readMap(input, argument, depth);
  }
  throw new Malformed("tags are not used");
}

function readList(input: Input, length: number, depth: number): readonly Cbor[] {
  const list: Cbor[] = [];
  for (let index = 0; index < length; index++) list.push(readItem(input, depth + 1));
  return list;
}

/** Keys ascend by their encoding: zero and positive ones by value, then negative ones downwards. */
function readMap(input: Input, size: number, depth: number): ReadonlyMap<number, Cbor> {
  const map = new Map<number, Cbor>();
  let last: number | undefined;
  for (let index = 0; index < size; index++) {
    const key = readItem(input, depth + 1);
    if (typeof key !== "number") throw new Malformed("a key that is no integer");
    if (last !== undefined && rank(key) <= rank(last)) throw new Malformed("keys out of order");
    map.set(key, readItem(input, depth + 1));
    last = key;
  }
  return map;
}

function rank(key: number): bigint {
  return key >= 0 ? BigInt(key) : 2n ** 64n - BigInt(key);
}

function readSimple(first: number): boolean | null {
  if (first === 0xf4) return false;
  if (first === 0xf5) return true;
  if (first === 0xf6) return null;
  throw new Malformed("only false, true and null are used");
}

/** A length or number in its shortest form. */
function readArgument(input: Input, info: number): number {
  if (info < 24) return info;
  if (info > 27) throw new Malformed("lengths are definite");
  const width = 2 ** (info - 24);
  let value = 0n;
  for (let index = 0; index < width; index++) value = (value << 8n) | BigInt(nextByte(input));
  const smallest = width === 1 ? 24n : 2n ** BigInt(4 * width);
  if (value < smallest) throw new Malformed("a number not in its shortest form");
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed("integer beyond 2^53 − 1");
  return Number(value);
}

function nextByte(input: Input): number {
  const byte = input.bytes[input.offset];
  if (byte === undefined) throw new Malformed("ends too early");
  input.offset += 1;
  return byte;
}

function take(input: Input, length: number): Bytes {
  const end = input.offset + length;
  if (end > input.bytes.length) throw new Malformed("ends too early");
  const bytes = input.bytes.subarray(input.offset, end);
  input.offset = end;
  return bytes;
}

function head(major: number, argument: number): Bytes {
  const prefix = major << 5;
  if (argument < 24) return Uint8Array.of(prefix | argument);
  const width = argument < 2 ** 8 ? 1 : argument < 2 ** 16 ? 2 : argument < 2 ** 32 ? 4 : 8;
  const out = new Uint8Array(1 + width);
  out[0] = prefix | (24 + Math.log2(width));
  let rest = BigInt(argument);
  for (let index = width; index > 0; index--) {
    out[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}

import type { Bytes } from "../bytes/bytes.ts";
import { decodeUtf8 } from "../bytes/text.ts";
import type { CborValue } from "./cbor.ts";

/** The input is not the one deterministic encoding of one value that Holdfast speaks. */
export class NotDeterministicCbor extends Error {}

/**
 * One pass over RFC 8949 that accepts deterministic encodings (§4.2.1) and nothing else: shortest heads, definite
 * lengths, integer map keys in ascending order, no tags, no floats, no `undefined`, nothing behind the item. What it
 * accepts therefore re-encodes to the same bytes, which the tests hold against the encoder. Throws
 * `NotDeterministicCbor`. Byte strings in the value are copies, except long ones, which are views of the input: that
 * MUST NOT change any more.
 */
export function decodeDeterministicCbor(input: Bytes): CborValue {
  // A plain view, since slices of other kinds of byte array are not always copies.
  const bytes = new Uint8Array(input.buffer, input.byteOffset, input.length);
  const reader: Reader = { bytes, offset: 0 };
  const value = readItem(reader, 0);
  if (reader.offset !== bytes.length) throw new NotDeterministicCbor();
  return value;
}

interface Reader {
  readonly bytes: Bytes;
  offset: number;
}

/** Far more than any format nests, far less than the stack holds. */
const MAX_DEPTH = 64;

function readItem(reader: Reader, depth: number): CborValue {
  const head = readByte(reader);
  const low = head & 0x1f;
  switch (head >> 5) {
    case 0:
      return readArgument(reader, low);
    case 1:
      return requireSafe(-1 - readArgument(reader, low));
    case 2:
      return copyUnlessLong(readBytes(reader, low));
    case 3:
      return readText(reader, low);
    case 4:
      return readArray(reader, low, depth + 1);
    case 5:
      return readMap(reader, low, depth + 1);
    case 7:
      if (low === 20) return false;
      if (low === 21) return true;
      if (low === 22) return null;
      throw new NotDeterministicCbor();
    default:
      throw new NotDeterministicCbor();
  }
}

/** The number that a head carries, in its shortest form. */
function readArgument(reader: Reader, low: number): number {
  if (low < 24) return low;
  if (low > 27) throw new NotDeterministicCbor();
  const lengthBytes = 1 << (low - 24);
  let argument = 0;
  for (let i = 0; i < lengthBytes; i++) argument = argument * 256 + readByte(reader);
  const smallest = low === 24 ? 24 : 256 ** (lengthBytes / 2);
  if (argument < smallest) throw new NotDeterministicCbor();
  return requireSafe(argument);
}

/** A view keeps the whole input in memory: a short string, which may be kept for long, must not. */
const VIEW_FROM_BYTES = 4 * 1024;

function copyUnlessLong(view: Bytes): Bytes {
  return view.length < VIEW_FROM_BYTES ? view.slice() : view;
}

/** A view of the next bytes. */
function readBytes(reader: Reader, low: number): Bytes {
  const length = readArgument(reader, low);
  const start = reader.offset;
  if (length > reader.bytes.length - start) throw new NotDeterministicCbor();
  reader.offset = start + length;
  return reader.bytes.subarray(start, reader.offset);
}

function readText(reader: Reader, low: number): string {
  const text = decodeUtf8(readBytes(reader, low));
  if (!text.ok) throw new NotDeterministicCbor();
  return text.value;
}

function readArray(reader: Reader, low: number, depth: number): readonly CborValue[] {
  const length = readCount(reader, low, depth);
  const items: CborValue[] = [];
  for (let i = 0; i < length; i++) items.push(readItem(reader, depth));
  return items;
}

function readMap(reader: Reader, low: number, depth: number): ReadonlyMap<number, CborValue> {
  const length = readCount(reader, low, depth);
  const entries = new Map<number, CborValue>();
  let previous: number | undefined;
  for (let i = 0; i < length; i++) {
    const key = readItem(reader, depth);
    if (typeof key !== "number" || (previous !== undefined && !standsBefore(previous, key)))
      throw new NotDeterministicCbor();
    entries.set(key, readItem(reader, depth));
    previous = key;
  }
  return entries;
}

function readCount(reader: Reader, low: number, depth: number): number {
  const count = readArgument(reader, low);
  // Every item has at least a head: no announced size makes more work than was sent.
  if (depth > MAX_DEPTH || count > reader.bytes.length - reader.offset) throw new NotDeterministicCbor();
  return count;
}

/** Bytewise order of encoded keys: 0, 1, 2, … before -1, -2, … */
function standsBefore(a: number, b: number): boolean {
  return a < 0 === b < 0 ? Math.abs(a) < Math.abs(b) : b < 0;
}

function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.offset];
  if (byte === undefined) throw new NotDeterministicCbor();
  reader.offset += 1;
  return byte;
}

function requireSafe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new NotDeterministicCbor();
  return value;
}

import type { Bytes } from "../../bytes/bytes.ts";
import type { Result } from "../../result.ts";
import type { CborValue, FormatError } from "../cbor.ts";
import { type CborReader, NotDeterministicCbor } from "../cbor-reader.ts";
import { codec, type Schema } from "../schema.ts";

/**
 * Any value that Holdfast speaks, whatever it means: what tests hold the reader against other decoders with. Nothing
 * else may read like this, since it builds whatever a stranger's bytes describe.
 */
export function decodeCbor(bytes: Bytes, maxBytes: number): Result<CborValue, FormatError> {
  return codec(anyValue, maxBytes).decode(bytes);
}

const anyValue: Schema<CborValue> = {
  toCbor: (value) => value,
  read: (reader) => readAny(reader, 0),
  maxItems: Number.POSITIVE_INFINITY,
};

const MAX_DEPTH = 64;

function readAny(reader: CborReader, depth: number): CborValue {
  if (depth > MAX_DEPTH) throw new NotDeterministicCbor();
  switch (reader.next) {
    case "unsigned":
    case "negative":
      return known(reader.integer());
    case "bytes":
      return known(reader.byteString(Infinity));
    case "text":
      return known(reader.text(Infinity));
    case "array": {
      const length = known(reader.array(Infinity));
      return Array.from({ length }, () => readAny(reader, depth + 1));
    }
    case "map":
      return readMap(reader, depth);
    case "simple":
      return known(reader.boolean());
    case "null":
      reader.takeNull();
      return null;
    case undefined:
      throw new NotDeterministicCbor();
  }
}

function readMap(reader: CborReader, depth: number): CborValue {
  const entries = new Map<number, CborValue>();
  let previous: number | undefined;
  for (let left = known(reader.map(Infinity)); left > 0; left--) {
    const key = known(reader.integer());
    if (previous !== undefined && !standsBefore(previous, key)) throw new NotDeterministicCbor();
    entries.set(key, readAny(reader, depth + 1));
    previous = key;
  }
  return entries;
}

function standsBefore(a: number, b: number): boolean {
  return a < 0 === b < 0 ? Math.abs(a) < Math.abs(b) : b < 0;
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new NotDeterministicCbor();
  return value;
}

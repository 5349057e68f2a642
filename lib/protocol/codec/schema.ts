import type { Bytes } from "../bytes/bytes.ts";
import { encodeUtf8 } from "../bytes/text.ts";
import { err, ok, type Result } from "../result.ts";
import { type CborValue, encodeCbor, type FormatError } from "./cbor.ts";
import { CborReader, NotDeterministicCbor } from "./cbor-reader.ts";

/**
 * A description of one value's shape, read in both directions. Schemas are closed: an unknown field, a wrong
 * length or a value out of range is a `FormatError`, never a default. Reading follows the schema from the first byte:
 * what it has no place for is refused where it begins, before anything is made of it.
 */
export interface Schema<T> {
  readonly toCbor: (value: T) => CborValue;
  /** Throws `ShapeMismatch` or `NotDeterministicCbor`, which only `codec` catches. */
  readonly read: (reader: CborReader) => T;
  /** Items of CBOR that any input makes it read at most: how much work and memory a stranger's bytes may cost. */
  readonly maxItems: number;
}

export type Infer<S> = S extends Schema<infer T> ? T : never;

export interface Codec<T> {
  readonly encode: (value: T) => Bytes;
  readonly decode: (bytes: Bytes) => Result<T, FormatError>;
}

class ShapeMismatch extends Error {
  readonly path: string;
  readonly expected: string;
  constructor(at: CborReader["path"], expected: string) {
    const path = at.reduce<string>(
      (text, part) => text + (typeof part === "number" ? `[${part}]` : `.${part}`),
      "$",
    );
    super(`${path}: expected ${expected}`);
    this.path = path;
    this.expected = expected;
  }
}

export function codec<T>(schema: Schema<T>, maxBytes: number): Codec<T> {
  return {
    encode: (value) => encodeCbor(schema.toCbor(value)),
    decode: (bytes) => {
      if (bytes.length > maxBytes) return err({ type: "TooLarge", sizeBytes: bytes.length, maxBytes });
      try {
        return ok(readWhole(schema, new CborReader(bytes)));
      } catch (error) {
        if (error instanceof NotDeterministicCbor) return err({ type: "NotDeterministicCbor" });
        if (!(error instanceof ShapeMismatch)) throw error;
        return err({ type: "UnexpectedShape", path: error.path, expected: error.expected });
      }
    },
  };
}

/** One item with nothing behind it. */
function readWhole<T>(schema: Schema<T>, reader: CborReader): T {
  const value = schema.read(reader);
  if (!reader.isAtEnd) throw new NotDeterministicCbor();
  return value;
}

export function integer(min: number, max: number): Schema<number> {
  return {
    toCbor: (value) => {
      if (!Number.isSafeInteger(value) || value < min || value > max)
        throw new RangeError(`integer ${value}`);
      return value;
    },
    read: (reader) => {
      const value = reader.integer();
      if (value !== undefined && value >= min && value <= max) return value;
      throw new ShapeMismatch(reader.path, `integer in ${min}…${max}`);
    },
    maxItems: 1,
  };
}

/** Sizes, indices and times fit 53 bits: a log of 2^53 leaves is out of any host's reach. */
export const uint = integer(0, Number.MAX_SAFE_INTEGER);

/** Unix time in milliseconds. */
export const timeMs = integer(0, Number.MAX_SAFE_INTEGER);

export function bytes(length: number): Schema<Bytes> {
  return bytesBetween(length, length);
}

export function bytesUpTo(maxLength: number): Schema<Bytes> {
  return bytesBetween(0, maxLength);
}

function bytesBetween(min: number, max: number): Schema<Bytes> {
  return {
    toCbor: (value) => {
      if (value.length < min || value.length > max) throw new RangeError(`byte string of ${value.length}`);
      return value;
    },
    read: (reader) => {
      const value = reader.byteString(max);
      if (value && value.length >= min) return value;
      throw new ShapeMismatch(reader.path, `byte string of ${min}…${max}`);
    },
    maxItems: 1,
  };
}

/** `maxBytes` counts UTF-8 bytes. */
export function text(maxBytes: number): Schema<string> {
  return {
    toCbor: (value) => {
      if (encodeUtf8(value).length > maxBytes) throw new RangeError("text too long");
      return value;
    },
    read: (reader) => {
      const value = reader.text(maxBytes);
      if (value !== undefined) return value;
      throw new ShapeMismatch(reader.path, `text of at most ${maxBytes} bytes`);
    },
    maxItems: 1,
  };
}

export const boolean: Schema<boolean> = {
  toCbor: (value) => value,
  read: (reader) => {
    const value = reader.boolean();
    if (value !== undefined) return value;
    throw new ShapeMismatch(reader.path, "boolean");
  },
  maxItems: 1,
};

export function literal<const L extends number | string>(expected: L): Schema<L> {
  return {
    toCbor: () => expected,
    read: (reader) => {
      const value =
        typeof expected === "string" ? reader.text(encodeUtf8(expected).length) : reader.integer();
      if (value === expected) return expected;
      throw new ShapeMismatch(reader.path, JSON.stringify(expected));
    },
    maxItems: 1,
  };
}

/** A closed list of words, each with its number on the wire. */
export function enumeration<const M extends Readonly<Record<string, number>>>(
  members: M,
): Schema<keyof M & string> {
  const words = new Map(Object.entries(members).map(([word, number]) => [number, word]));
  return {
    toCbor: (value) => {
      const number = members[value];
      if (number === undefined) throw new RangeError(`unknown word ${value}`);
      return number;
    },
    read: (reader) => {
      const number = reader.integer();
      const word = number === undefined ? undefined : words.get(number);
      if (word !== undefined) return word;
      throw new ShapeMismatch(reader.path, `one of ${Object.keys(members).join(", ")}`);
    },
    maxItems: 1,
  };
}

export function nullable<T>(inner: Schema<T>): Schema<T | null> {
  return {
    toCbor: (value) => (value === null ? null : inner.toCbor(value)),
    read: (reader) => (reader.takeNull() ? null : inner.read(reader)),
    maxItems: inner.maxItems,
  };
}

export function array<T>(inner: Schema<T>, maxItems: number): Schema<readonly T[]> {
  return {
    toCbor: (value) => {
      if (value.length > maxItems) throw new RangeError(`array of ${value.length}`);
      return value.map((item) => inner.toCbor(item));
    },
    read: (reader) => {
      const length = reader.array(maxItems);
      if (length === undefined) throw new ShapeMismatch(reader.path, `array of at most ${maxItems}`);
      const items: T[] = [];
      for (let index = 0; index < length; index++) items.push(readAt(inner, reader, index));
      return items;
    },
    maxItems: 1 + maxItems * inner.maxItems,
  };
}

export function tuple<T extends readonly unknown[]>(
  ...items: { readonly [K in keyof T]: Schema<T[K]> }
): Schema<NoInfer<Readonly<T>>> {
  return {
    toCbor: (value) => items.map((item, index) => item.toCbor(value[index])),
    read: (reader) => {
      if (reader.array(items.length) !== items.length) {
        throw new ShapeMismatch(reader.path, `array of exactly ${items.length}`);
      }
      const parsed: unknown = items.map((item, index) => readAt(item, reader, index));
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- `map` forgets that position k came from schema k.
      return parsed as Readonly<T>;
    },
    maxItems: items.reduce((sum, item) => sum + item.maxItems, 1),
  };
}

/** A map with integer keys; every field is required (absence is written as null by `nullable`). */
export function struct<T extends object>(
  fields: {
    readonly [K in keyof T]: readonly [key: number, schema: Schema<T[K]>];
  },
): Schema<Readonly<T>> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- `Object.keys` forgets that the names are those of T.
  const names = Object.keys(fields) as (keyof T & string)[];
  const inOrder = names.toSorted((a, b) => compareKeys(fields[a][0], fields[b][0]));
  return {
    toCbor: (value) => new Map(names.map((name) => [fields[name][0], fields[name][1].toCbor(value[name])])),
    read: (reader) => {
      if (reader.map(names.length) !== names.length) {
        throw new ShapeMismatch(reader.path, `map of exactly ${names.length} fields`);
      }
      const out: { [K in keyof T]?: T[K] } = {};
      for (const name of inOrder) {
        const [key, schema] = fields[name];
        if (reader.integer() !== key) throw new ShapeMismatch([...reader.path, name], `field ${key}`);
        out[name] = readAt(schema, reader, name);
      }
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- every name of T was assigned in the loop.
      return out as Readonly<T>;
    },
    maxItems: names.reduce((sum, name) => sum + 1 + fields[name][1].maxItems, 1),
  };
}

/** A schema with one more condition on what it reads; what is written MUST meet it already. */
export function refined<T>(inner: Schema<T>, isValid: (value: T) => boolean, expected: string): Schema<T> {
  return {
    toCbor: inner.toCbor,
    read: (reader) => {
      const parsed = inner.read(reader);
      if (isValid(parsed)) return parsed;
      throw new ShapeMismatch(reader.path, expected);
    },
    maxItems: inner.maxItems,
  };
}

type Variant<T> = { readonly [K in keyof T & string]: { readonly kind: K; readonly body: T[K] } }[keyof T &
  string];

/** A discriminated union: `[tag, body]` on the wire, `{ kind, body }` in the program. */
export function variant<T extends object>(
  members: {
    readonly [K in keyof T]: readonly [tag: number, schema: Schema<T[K]>];
  },
): Schema<Variant<T>> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- `Object.keys` forgets that the names are those of T.
  const kinds = Object.keys(members) as (keyof T & string)[];
  const byTag = new Map(kinds.map((kind) => [members[kind][0], kind]));
  return {
    toCbor: ({ kind, body }) => [members[kind][0], members[kind][1].toCbor(body)],
    read: (reader) => {
      if (reader.array(2) !== 2) throw new ShapeMismatch(reader.path, "[kind, body]");
      const tag = reader.integer();
      const kind = tag === undefined ? undefined : byTag.get(tag);
      if (kind === undefined) throw new ShapeMismatch(reader.path, `kind among ${kinds.join(", ")}`);
      return { kind, body: readAt(members[kind][1], reader, kind) };
    },
    maxItems: 2 + Math.max(...kinds.map((kind) => members[kind][1].maxItems)),
  };
}

/** One part of a value. Where it is refused, the path stays as it is: the error has named it. */
function readAt<T>(schema: Schema<T>, reader: CborReader, part: string | number): T {
  reader.path.push(part);
  const value = schema.read(reader);
  reader.path.pop();
  return value;
}

/** Bytewise order of encoded keys: 0, 1, 2, … before -1, -2, … */
function compareKeys(a: number, b: number): number {
  return a < 0 === b < 0 ? Math.abs(a) - Math.abs(b) : b - a;
}

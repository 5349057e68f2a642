import type { Bytes } from "../bytes/bytes.ts";
import { encodeUtf8 } from "../bytes/text.ts";
import { err, ok, type Result } from "../result.ts";
import { type CborValue, decodeCbor, encodeCbor, type FormatError } from "./cbor.ts";

/**
 * A description of one value's shape, read in both directions. Schemas are closed: an unknown field, a wrong
 * length or a value out of range is a `FormatError`, never a default.
 */
export interface Schema<T> {
  readonly toCbor: (value: T) => CborValue;
  /** Throws `ShapeMismatch`, which only `codec` catches. */
  readonly fromCbor: (value: CborValue, path: string) => T;
}

export type Infer<S> = S extends Schema<infer T> ? T : never;

export interface Codec<T> {
  readonly encode: (value: T) => Bytes;
  readonly decode: (bytes: Bytes) => Result<T, FormatError>;
}

class ShapeMismatch extends Error {
  readonly path: string;
  readonly expected: string;
  constructor(path: string, expected: string) {
    super(`${path}: expected ${expected}`);
    this.path = path;
    this.expected = expected;
  }
}

export function codec<T>(schema: Schema<T>, maxBytes: number): Codec<T> {
  return {
    encode: (value) => encodeCbor(schema.toCbor(value)),
    decode: (bytes) => {
      const parsed = decodeCbor(bytes, maxBytes);
      if (!parsed.ok) return parsed;
      try {
        return ok(schema.fromCbor(parsed.value, "$"));
      } catch (error) {
        if (!(error instanceof ShapeMismatch)) throw error;
        return err({ type: "UnexpectedShape", path: error.path, expected: error.expected });
      }
    },
  };
}

export function integer(min: number, max: number): Schema<number> {
  return {
    toCbor: (value) => {
      if (!Number.isSafeInteger(value) || value < min || value > max)
        throw new RangeError(`integer ${value}`);
      return value;
    },
    fromCbor: (value, path) => {
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max)
        return value;
      throw new ShapeMismatch(path, `integer in ${min}…${max}`);
    },
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
    fromCbor: (value, path) => {
      if (value instanceof Uint8Array && value.length >= min && value.length <= max) return value;
      throw new ShapeMismatch(path, `byte string of ${min}…${max}`);
    },
  };
}

/** `maxBytes` counts UTF-8 bytes. */
export function text(maxBytes: number): Schema<string> {
  return {
    toCbor: (value) => {
      if (encodeUtf8(value).length > maxBytes) throw new RangeError("text too long");
      return value;
    },
    fromCbor: (value, path) => {
      if (typeof value === "string" && encodeUtf8(value).length <= maxBytes) return value;
      throw new ShapeMismatch(path, `text of at most ${maxBytes} bytes`);
    },
  };
}

export const boolean: Schema<boolean> = {
  toCbor: (value) => value,
  fromCbor: (value, path) => {
    if (typeof value === "boolean") return value;
    throw new ShapeMismatch(path, "boolean");
  },
};

export function literal<const L extends number | string>(expected: L): Schema<L> {
  return {
    toCbor: () => expected,
    fromCbor: (value, path) => {
      if (value === expected) return expected;
      throw new ShapeMismatch(path, JSON.stringify(expected));
    },
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
    fromCbor: (value, path) => {
      const word = typeof value === "number" ? words.get(value) : undefined;
      if (word !== undefined) return word;
      throw new ShapeMismatch(path, `one of ${Object.keys(members).join(", ")}`);
    },
  };
}

export function nullable<T>(inner: Schema<T>): Schema<T | null> {
  return {
    toCbor: (value) => (value === null ? null : inner.toCbor(value)),
    fromCbor: (value, path) => (value === null ? null : inner.fromCbor(value, path)),
  };
}

export function array<T>(inner: Schema<T>, maxItems: number): Schema<readonly T[]> {
  return {
    toCbor: (value) => {
      if (value.length > maxItems) throw new RangeError(`array of ${value.length}`);
      return value.map((item) => inner.toCbor(item));
    },
    fromCbor: (value, path) => {
      if (!isArray(value) || value.length > maxItems) {
        throw new ShapeMismatch(path, `array of at most ${maxItems}`);
      }
      return value.map((item, index) => inner.fromCbor(item, `${path}[${index}]`));
    },
  };
}

export function tuple<T extends readonly unknown[]>(
  ...items: { readonly [K in keyof T]: Schema<T[K]> }
): Schema<NoInfer<Readonly<T>>> {
  return {
    toCbor: (value) => items.map((item, index) => item.toCbor(value[index])),
    fromCbor: (value, path) => {
      if (!isArray(value) || value.length !== items.length) {
        throw new ShapeMismatch(path, `array of exactly ${items.length}`);
      }
      const parsed: unknown = items.map((item, index) =>
        item.fromCbor(value[index] ?? null, `${path}[${index}]`),
      );
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- `map` forgets that position k came from schema k.
      return parsed as Readonly<T>;
    },
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
  return {
    toCbor: (value) => new Map(names.map((name) => [fields[name][0], fields[name][1].toCbor(value[name])])),
    fromCbor: (value, path) => {
      if (!isMap(value) || value.size !== names.length) {
        throw new ShapeMismatch(path, `map of exactly ${names.length} fields`);
      }
      const out: { [K in keyof T]?: T[K] } = {};
      for (const name of names) {
        const [key, schema] = fields[name];
        const item = value.get(key);
        if (item === undefined) throw new ShapeMismatch(`${path}.${name}`, `field ${key}`);
        out[name] = schema.fromCbor(item, `${path}.${name}`);
      }
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- every name of T was assigned in the loop.
      return out as Readonly<T>;
    },
  };
}

/** A schema with one more condition on what it reads; what is written MUST meet it already. */
export function refined<T>(inner: Schema<T>, isValid: (value: T) => boolean, expected: string): Schema<T> {
  return {
    toCbor: inner.toCbor,
    fromCbor: (value, path) => {
      const parsed = inner.fromCbor(value, path);
      if (isValid(parsed)) return parsed;
      throw new ShapeMismatch(path, expected);
    },
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
    fromCbor: (value, path) => {
      if (!isArray(value) || value.length !== 2) throw new ShapeMismatch(path, "[kind, body]");
      const kind = typeof value[0] === "number" ? byTag.get(value[0]) : undefined;
      if (kind === undefined) throw new ShapeMismatch(path, `kind among ${kinds.join(", ")}`);
      return { kind, body: members[kind][1].fromCbor(value[1] ?? null, `${path}.${kind}`) };
    },
  };
}

function isMap(value: CborValue): value is ReadonlyMap<number, CborValue> {
  return value instanceof Map;
}

function isArray(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}

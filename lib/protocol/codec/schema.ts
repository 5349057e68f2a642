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
      if (!Number.isSafeInteger(value) || value < min || value > max) throw new RangeError(`integer ${value}`);
      return value;
    },
    fromCbor: (value, path) => {
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
      throw new ShapeMismatch(path, `integer in ${min}…${max}`);
    },
  };
}

/** Sizes, indices and times fit 53 bits: a log of 2^53 leaves is out of any host's reach. */
export const uint = integer(0, Number.MAX_SAFE_INTEGER);

/** Unix time in milliseconds. */
export const timeMs = uint;

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
export function enumeration<const M extends Readonly<Record<string, number>>>(members: M): Schema<keyof M & string> {
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

export function tuple<const S extends readonly Schema<unknown>[]>(
  ...items: S
): Schema<{ readonly [K in keyof S]: Infer<S[K]> }> {
  type Tuple = { readonly [K in keyof S]: Infer<S[K]> };
  return {
    toCbor: (value) => items.map((item, index) => item.toCbor(value[index])),
    fromCbor: (value, path) => {
      if (!isArray(value) || value.length !== items.length) {
        throw new ShapeMismatch(path, `array of exactly ${items.length}`);
      }
      // The mapped tuple type cannot be inferred through `map`.
      return items.map((item, index) => item.fromCbor(value[index] ?? null, `${path}[${index}]`)) as unknown as Tuple;
    },
  };
}

/** A map with integer keys; every field is required (absence is written as null by `nullable`). */
export function struct<const F extends Readonly<Record<string, readonly [number, Schema<any>]>>>(
  fields: F,
): Schema<{ readonly [K in keyof F]: Infer<F[K][1]> }> {
  type T = { readonly [K in keyof F]: Infer<F[K][1]> };
  const entries = Object.entries(fields);
  return {
    toCbor: (value) => new Map(entries.map(([name, [key, schema]]) => [key, schema.toCbor(value[name])])),
    fromCbor: (value, path) => {
      if (!(value instanceof Map) || value.size !== entries.length) {
        throw new ShapeMismatch(path, `map of exactly ${entries.length} fields`);
      }
      const out: Record<string, unknown> = {};
      for (const [name, [key, schema]] of entries) {
        const item = value.get(key);
        if (item === undefined) throw new ShapeMismatch(`${path}.${name}`, `field ${key}`);
        out[name] = schema.fromCbor(item, `${path}.${name}`);
      }
      return out as T;
    },
  };
}

/** A discriminated union: `[tag, value]` on the wire, `{ <tag name>: word, … }` in the program. */
export function variant<const M extends Readonly<Record<string, readonly [tag: number, schema: Schema<any>]>>>(
  members: M,
): Schema<{ readonly [K in keyof M & string]: { readonly kind: K; readonly body: Infer<M[K][1]> } }[keyof M & string]> {
  type V = { readonly [K in keyof M & string]: { readonly kind: K; readonly body: Infer<M[K][1]> } }[keyof M & string];
  const byTag = new Map(Object.entries(members).map(([kind, [tag, schema]]) => [tag, { kind, schema }]));
  return {
    toCbor: (value) => {
      const member = members[value.kind];
      if (!member) throw new RangeError(`unknown kind ${value.kind}`);
      return [member[0], member[1].toCbor(value.body)];
    },
    fromCbor: (value, path) => {
      if (!isArray(value) || value.length !== 2) throw new ShapeMismatch(path, "[kind, body]");
      const member = typeof value[0] === "number" ? byTag.get(value[0]) : undefined;
      if (!member) throw new ShapeMismatch(path, `kind among ${Object.keys(members).join(", ")}`);
      return { kind: member.kind, body: member.schema.fromCbor(value[1] ?? null, `${path}.${member.kind}`) } as V;
    },
  };
}

function isArray(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}

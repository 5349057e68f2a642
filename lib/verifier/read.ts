import type { Bytes } from "./bytes.ts";
import { type Cbor, decodeCbor, isList, isMap, Malformed } from "./cbor.ts";

/** Turns an item into a value of one shape, or throws `Malformed`. Nothing is optional, nothing is ignored. */
export type Read<T> = (value: Cbor) => T;

/** Bytes of at most `maxBytes` as one item of the shape. */
export function readBytes<T>(encoded: Bytes, maxBytes: number, read: Read<T>): T {
  if (encoded.length > maxBytes)
    throw new Malformed(`${encoded.length} bytes where at most ${maxBytes} may be`);
  return read(decodeCbor(encoded));
}

/** The value, or undefined where the reading throws `Malformed`. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** Fields of a map that has exactly `count` of them. Take each one once, and all are accounted for. */
export interface Fields {
  readonly take: <T>(key: number, read: Read<T>) => T;
}

export function fields(value: Cbor, count: number): Fields {
  if (!isMap(value) || value.size !== count) throw new Malformed(`not a map of ${count} fields`);
  return {
    take: (key, read) => {
      const field = value.get(key);
      if (field === undefined) throw new Malformed(`field ${key} is missing`);
      return read(field);
    },
  };
}

/** `[tag, body]`. */
export function tagged<T>(readBody: (tag: number, body: Cbor) => T): Read<T> {
  return (value) => {
    const [tag, body] = items(value, 2);
    if (typeof tag !== "number" || body === undefined) throw new Malformed("not [tag, body]");
    return readBody(tag, body);
  };
}

export function unknownTag(tag: number): never {
  throw new Malformed(`tag ${tag} is unknown`);
}

/** An array of exactly `count` items. */
export function items(value: Cbor, count: number): readonly Cbor[] {
  if (!isList(value) || value.length !== count) throw new Malformed(`not an array of ${count}`);
  return value;
}

export function list<T>(read: Read<T>, max: number): Read<readonly T[]> {
  return (value) => {
    if (!isList(value) || value.length > max) throw new Malformed(`not an array of at most ${max}`);
    return value.map(read);
  };
}

export function orNull<T>(read: Read<T>): Read<T | null> {
  return (value) => (value === null ? null : read(value));
}

export function integer(min: number, max: number): Read<number> {
  return (value) => {
    if (typeof value !== "number" || value < min || value > max) {
      throw new Malformed(`not an integer in ${min}…${max}`);
    }
    return value;
  };
}

export const uint = integer(0, Number.MAX_SAFE_INTEGER);

export function bytesOf(length: number): Read<Bytes> {
  return (value) => {
    if (!(value instanceof Uint8Array) || value.length !== length) throw new Malformed(`not ${length} bytes`);
    return value;
  };
}

export function bytesUpTo(max: number): Read<Bytes> {
  return (value) => {
    if (!(value instanceof Uint8Array) || value.length > max) throw new Malformed(`not at most ${max} bytes`);
    return value;
  };
}

export const id = bytesOf(16);
export const hash = bytesOf(32);
export const signature = bytesOf(64);

export function text(maxBytes: number): Read<string> {
  return (value) => {
    if (typeof value !== "string" || new TextEncoder().encode(value).length > maxBytes) {
      throw new Malformed(`not text of at most ${maxBytes} bytes`);
    }
    return value;
  };
}

export const boolean: Read<boolean> = (value) => {
  if (typeof value !== "boolean") throw new Malformed("not a boolean");
  return value;
};

export function exactly(expected: number): Read<number> {
  return integer(expected, expected);
}

/** A number that stands for a word: 1 for the first, 2 for the second, and so on. */
export function word<const W extends string>(...words: readonly W[]): Read<W> {
  return (value) => {
    const found = typeof value === "number" ? words[value - 1] : undefined;
    if (found === undefined) throw new Malformed(`not one of ${words.join(", ")}`);
    return found;
  };
}

import type { Bytes } from "../bytes/bytes.ts";
import { encodeUtf8, fromBase64, fromHex } from "../bytes/text.ts";
import type { FormatError } from "../codec/cbor.ts";
import { err, ok, type Result } from "../result.ts";
import { parseCometTime } from "./comet-time.ts";
import type { CometTime } from "./types.ts";

/**
 * Reads one JSON value of unknown origin into a `T`, or throws the mismatch that only `readJson` catches.
 * Unknown extra fields are let through, because CometBFT adds some from version to version.
 */
export type JsonReader<T> = (value: unknown, path: string) => T;

type JsonObject = Readonly<Record<string, unknown>>;

class JsonMismatch extends Error {
  readonly path: string;
  readonly expected: string;
  constructor(path: string, expected: string) {
    super(`${path}: expected ${expected}`);
    this.path = path;
    this.expected = expected;
  }
}

const DECIMAL = /^(0|[1-9][0-9]*)$/;
/** Digits of 2^64 - 1: longer texts are refused before `BigInt` spends time on them. */
const MAX_DECIMAL_DIGITS = 20;
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

export function readJson<T>(reader: JsonReader<T>, value: unknown): Result<T, FormatError> {
  try {
    return ok(reader(value, "$"));
  } catch (error) {
    if (!(error instanceof JsonMismatch)) throw error;
    return err({ type: "UnexpectedShape", path: error.path, expected: error.expected });
  }
}

/** For a reader that finds a rule broken which no single field shows. */
export function refuse(path: string, expected: string): never {
  throw new JsonMismatch(path, expected);
}

export const readObject: JsonReader<JsonObject> = (value, path) =>
  isObject(value) ? value : refuse(path, "object");

export function readField<T>(object: JsonObject, name: string, path: string, reader: JsonReader<T>): T {
  return reader(Object.hasOwn(object, name) ? object[name] : undefined, `${path}.${name}`);
}

/** Go writes a nil slice as `null`. */
export function readArray<T>(reader: JsonReader<T>, maxItems: number): JsonReader<readonly T[]> {
  return (value, path) => {
    if (value === null) return [];
    if (!Array.isArray(value) || value.length > maxItems) refuse(path, `array of at most ${maxItems}`);
    return value.map((item: unknown, index) => reader(item, `${path}[${index}]`));
  };
}

/** A non-negative int64 as a decimal string. */
export const readInt64: JsonReader<bigint> = (value, path) => readDecimal(value, path, MAX_INT64);

/** A uint64 as a decimal string. */
export const readUint64: JsonReader<bigint> = (value, path) => readDecimal(value, path, MAX_UINT64);

/** A JSON number, as CometBFT writes 32-bit integers. */
export function readNumber(max: number): JsonReader<number> {
  return (value, path) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= max
      ? value
      : refuse(path, `integer in 0…${max}`);
}

export function readText(maxBytes: number): JsonReader<string> {
  return (value, path) =>
    typeof value === "string" && value.length <= maxBytes && encodeUtf8(value).length <= maxBytes
      ? value
      : refuse(path, `text of at most ${maxBytes} bytes`);
}

export function readHex(...lengths: readonly number[]): JsonReader<Bytes> {
  return (value, path) => {
    const expected = `hex of ${lengths.join(" or ")} bytes`;
    if (typeof value !== "string" || !lengths.includes(value.length / 2)) refuse(path, expected);
    const bytes = fromHex(value);
    return bytes.ok ? bytes.value : refuse(path, expected);
  };
}

export function readHexUpTo(maxBytes: number): JsonReader<Bytes> {
  return (value, path) => {
    const expected = `hex of at most ${maxBytes} bytes`;
    if (typeof value !== "string" || value.length > 2 * maxBytes) refuse(path, expected);
    const bytes = fromHex(value);
    return bytes.ok ? bytes.value : refuse(path, expected);
  };
}

export function readBase64(length: number): JsonReader<Bytes> {
  return (value, path) => {
    const expected = `base64 of ${length} bytes`;
    if (typeof value !== "string" || value.length !== Math.ceil(length / 3) * 4) refuse(path, expected);
    const bytes = fromBase64(value);
    return bytes.ok && bytes.value.length === length ? bytes.value : refuse(path, expected);
  };
}

export const readTime: JsonReader<CometTime> = (value, path) => {
  const time = typeof value === "string" ? parseCometTime(value) : undefined;
  return time?.ok === true ? time.value : refuse(path, "RFC 3339 time in UTC");
};

function readDecimal(value: unknown, path: string, max: bigint): bigint {
  const expected = `decimal string in 0…${max}`;
  if (typeof value !== "string" || value.length > MAX_DECIMAL_DIGITS || !DECIMAL.test(value)) {
    refuse(path, expected);
  }
  const number = BigInt(value);
  return number <= max ? number : refuse(path, expected);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

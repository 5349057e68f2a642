import { decode, encode } from "cborg";
import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { err, ok, type Result } from "../result.ts";

/** The part of CBOR that Holdfast speaks: RFC 8949 §4.2.1 deterministic encoding, integer map keys. */
export type CborValue =
  | number
  | boolean
  | null
  | string
  | Bytes
  | readonly CborValue[]
  | ReadonlyMap<number, CborValue>;

export type FormatError =
  | { readonly type: "TooLarge"; readonly sizeBytes: number; readonly maxBytes: number }
  | { readonly type: "NotDeterministicCbor" }
  | { readonly type: "UnexpectedShape"; readonly path: string; readonly expected: string };

const DECODE_OPTIONS = {
  useMaps: true,
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
};

export function encodeCbor(value: CborValue): Bytes {
  return encode(value);
}

/** Strict: one item, no trailing bytes, and its re-encoding is the input to the byte. */
export function decodeCbor(bytes: Bytes, maxBytes: number): Result<CborValue, FormatError> {
  if (bytes.length > maxBytes) return err({ type: "TooLarge", sizeBytes: bytes.length, maxBytes });
  try {
    const value: unknown = decode(bytes, DECODE_OPTIONS);
    if (isCborValue(value) && equalBytes(encodeCbor(value), bytes)) return ok(value);
  } catch {
    // cborg throws on malformed input, and deep nesting exhausts the stack: both are the sender's doing.
  }
  return err({ type: "NotDeterministicCbor" });
}

function isCborValue(value: unknown): value is CborValue {
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (typeof value === "boolean" || typeof value === "string") return true;
  if (value === null || value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return value.every(isCborValue);
  return (
    value instanceof Map && [...value].every(([key, item]) => Number.isSafeInteger(key) && isCborValue(item))
  );
}

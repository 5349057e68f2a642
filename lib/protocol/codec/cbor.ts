import { encode } from "cborg";
import type { Bytes } from "../bytes/bytes.ts";
import { err, ok, type Result } from "../result.ts";
import { decodeDeterministicCbor, NotDeterministicCbor } from "./decode-cbor.ts";

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

export function encodeCbor(value: CborValue): Bytes {
  return encode(value);
}

/** Strict: one item, no trailing bytes, and its re-encoding is the input to the byte. */
export function decodeCbor(bytes: Bytes, maxBytes: number): Result<CborValue, FormatError> {
  if (bytes.length > maxBytes) return err({ type: "TooLarge", sizeBytes: bytes.length, maxBytes });
  try {
    return ok(decodeDeterministicCbor(bytes));
  } catch (error) {
    if (!(error instanceof NotDeterministicCbor)) throw error;
    return err({ type: "NotDeterministicCbor" });
  }
}

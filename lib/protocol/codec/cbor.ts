import { encode } from "cborg";
import type { Bytes } from "../bytes/bytes.ts";

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

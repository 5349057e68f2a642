import { type Bytes, concatBytes, EMPTY_BYTES } from "../bytes/bytes.ts";
import { encodeUtf8 } from "../bytes/text.ts";

/**
 * The few proto3 field writers that CometBFT's hashes and signatures need. As proto3 asks, a zero number and an
 * empty byte string are not written; an embedded message is always written, as gogoproto does for
 * non-nullable fields. Field numbers stay below 16, so a tag is one byte.
 */

const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
const WIRE_LENGTH_DELIMITED = 2;

/** Base-128, least significant group first; a negative int64 takes its ten-byte two's complement. */
export function encodeVarint(value: bigint): Bytes {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}

export function varintField(field: number, value: bigint): Bytes {
  return value === 0n ? EMPTY_BYTES : concatBytes(tag(field, WIRE_VARINT), encodeVarint(value));
}

/** sfixed64: eight bytes, little-endian. */
export function sfixed64Field(field: number, value: bigint): Bytes {
  if (value === 0n) return EMPTY_BYTES;
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigInt64(0, value, true);
  return concatBytes(tag(field, WIRE_FIXED64), out);
}

export function bytesField(field: number, value: Bytes): Bytes {
  return value.length === 0 ? EMPTY_BYTES : messageField(field, value);
}

export function textField(field: number, value: string): Bytes {
  return bytesField(field, encodeUtf8(value));
}

/** An embedded message, written even when it is empty. */
export function messageField(field: number, message: Bytes): Bytes {
  return concatBytes(tag(field, WIRE_LENGTH_DELIMITED), encodeVarint(BigInt(message.length)), message);
}

function tag(field: number, wireType: number): Bytes {
  return Uint8Array.of((field << 3) | wireType);
}

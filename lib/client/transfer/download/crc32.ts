import type { Bytes } from "#protocol/bytes/bytes.ts";

/** Bytes that one step takes in, each by a table of its own. */
const STRIDE = 8;
const POLYNOMIAL = 0xedb88320;
/** Of byte value b at place p from the end of a step: TABLES[p * 256 + b]. */
const TABLES = createTables();

/**
 * CRC-32 of ISO 3309, as archives carry it; continues from the `crc` of what came before. Eight bytes a step ("slicing
 * by 8") is four times as fast as one, and as fast as WebAssembly, whose memory the bytes would be copied into.
 */
export function crc32(bytes: Bytes, crc = 0): number {
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const lastStep = length - STRIDE;
  let state = ~crc;
  let at = 0;
  for (; at <= lastStep; at += STRIDE) {
    const low = state ^ view.getUint32(at, true);
    const high = view.getUint32(at + 4, true);
    state =
      entry(7, low) ^
      entry(6, low >>> 8) ^
      entry(5, low >>> 16) ^
      entry(4, low >>> 24) ^
      entry(3, high) ^
      entry(2, high >>> 8) ^
      entry(1, high >>> 16) ^
      entry(0, high >>> 24);
  }
  for (; at < length; at++) state = (state >>> 8) ^ entry(0, state ^ view.getUint8(at));
  return ~state >>> 0;
}

/** By the lowest byte of `bits`. */
function entry(place: number, bits: number): number {
  return TABLES[place * 256 + (bits & 0xff)] ?? 0;
}

function createTables(): Int32Array {
  const tables = new Int32Array(STRIDE * 256);
  for (let at = 0; at < tables.length; at++) {
    let crc = at < 256 ? at : (tables[at - 256] ?? 0);
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[at] = crc;
  }
  return tables;
}

import { toHex } from "#protocol/bytes/text.ts";

/** Byte strings as hex, 64-bit integers as decimal text, everything else as it is; two spaces of indentation. */
export function readableJson(value: unknown): string {
  return `${JSON.stringify(value, replace, 2)}\n`;
}

function replace(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  return typeof value === "bigint" ? value.toString() : value;
}

export type Bytes = Uint8Array;

export const ZERO_HASH: Bytes = new Uint8Array(32);
export const ZERO_ID: Bytes = new Uint8Array(16);

export function concat(...parts: readonly Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

export function equal(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

export function isZero(bytes: Bytes): boolean {
  return bytes.every((byte) => byte === 0);
}

export function hex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Unsigned, big-endian, eight bytes. */
export function uint64(value: number): Bytes {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value));
  return out;
}

/** Unsigned, big-endian, four bytes. */
export function uint32(value: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** Undefined where the bytes are not UTF-8. A byte order mark is kept like any other character. */
export function fromUtf8(bytes: Bytes): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** RFC 4648 §4 with padding, or §5 without; one spelling only. Undefined for any other. */
export function fromBase64(text: string, variant: "base64" | "base64url"): Bytes | undefined {
  const standard = variant === "base64" ? text : text.replaceAll("-", "+").replaceAll("_", "/");
  try {
    const bytes = Uint8Array.from(atob(standard), (character) => character.charCodeAt(0));
    return toBase64(bytes, variant) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

export function toBase64(bytes: Bytes, variant: "base64" | "base64url"): string {
  const standard = btoa(String.fromCharCode(...bytes));
  return variant === "base64"
    ? standard
    : standard.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

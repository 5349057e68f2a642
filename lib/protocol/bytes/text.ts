import { err, ok, type Result } from "../result.ts";
import type { Bytes } from "./bytes.ts";

export type TextEncodingError = {
  readonly type: "TextNotCanonical";
  readonly encoding: "hex" | "base64" | "base64url" | "utf8";
};

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export function toHex(bytes: Bytes): string {
  let out = "";
  for (const byte of bytes) out += HEX_PAIRS[byte] ?? "";
  return out;
}

/** Accepts either case (CometBFT prints upper case), an even number of digits, nothing else. */
export function fromHex(text: string): Result<Bytes, TextEncodingError> {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text))
    return err({ type: "TextNotCanonical", encoding: "hex" });
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return ok(out);
}

/** RFC 4648 §4, padded. */
export function toBase64(bytes: Bytes): string {
  const unpadded = encodeSextets(bytes, BASE64);
  return unpadded + "=".repeat((4 - (unpadded.length % 4)) % 4);
}

/** RFC 4648 §4: padding required, no white space, unused bits zero. */
export function fromBase64(text: string): Result<Bytes, TextEncodingError> {
  const failed = err({ type: "TextNotCanonical", encoding: "base64" } as const);
  if (text.length % 4 !== 0) return failed;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const decoded = decodeSextets(text.slice(0, text.length - padding), BASE64);
  return decoded ? ok(decoded) : failed;
}

/** RFC 4648 §5, without padding. */
export function toBase64Url(bytes: Bytes): string {
  return encodeSextets(bytes, BASE64URL);
}

export function fromBase64Url(text: string): Result<Bytes, TextEncodingError> {
  const decoded = decodeSextets(text, BASE64URL);
  return decoded ? ok(decoded) : err({ type: "TextNotCanonical", encoding: "base64url" });
}

function encodeSextets(bytes: Bytes, alphabet: string): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
    if (left > 1) out += alphabet.charAt((group >> 6) & 63);
    if (left > 2) out += alphabet.charAt(group & 63);
  }
  return out;
}

function decodeSextets(text: string, alphabet: string): Bytes | undefined {
  if (text.length % 4 === 1) return undefined;
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let accumulator = 0;
  let bits = 0;
  let offset = 0;
  for (const character of text) {
    const sextet = alphabet.indexOf(character);
    if (sextet < 0) return undefined;
    accumulator = ((accumulator << 6) | sextet) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[offset++] = (accumulator >> bits) & 0xff;
    }
  }
  return (accumulator & ((1 << bits) - 1)) === 0 ? out : undefined;
}

/** UTF-8 by hand: the core is built without the DOM's TextEncoder. Lone surrogates become U+FFFD, as there. */
export function encodeUtf8(text: string): Bytes {
  const out: number[] = [];
  for (const character of text) {
    let point = character.codePointAt(0) ?? 0;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) out.push(point);
    else if (point < 0x800) out.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) out.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else {
      out.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      );
    }
  }
  return Uint8Array.from(out);
}

/** Strict: no overlong forms, no surrogates, nothing past U+10FFFF (RFC 3629). */
export function decodeUtf8(bytes: Bytes): Result<string, TextEncodingError> {
  const failed = err({ type: "TextNotCanonical", encoding: "utf8" } as const);
  let out = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] ?? 0;
    const length =
      first < 0x80 ? 1 : first >> 5 === 6 ? 2 : first >> 4 === 14 ? 3 : first >> 3 === 30 ? 4 : 0;
    if (length === 0 || i + length > bytes.length) return failed;
    let point = length === 1 ? first : first & (0x7f >> length);
    for (let j = 1; j < length; j++) {
      const next = bytes[i + j] ?? 0;
      if (next >> 6 !== 2) return failed;
      point = (point << 6) | (next & 63);
    }
    const smallest = length === 1 ? 0 : length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
    if (point < smallest || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return failed;
    out += String.fromCodePoint(point);
    i += length;
  }
  return ok(out);
}

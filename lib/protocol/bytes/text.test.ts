import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeUtf8,
  encodeUtf8,
  fromBase64,
  fromBase64Url,
  fromHex,
  toBase64,
  toBase64Url,
  toHex,
} from "./text.ts";

const encodings = [
  ["hex", toHex, fromHex],
  ["base64", toBase64, fromBase64],
  ["base64url", toBase64Url, fromBase64Url],
] as const;

describe.each(encodings)("%s", (_name, encode, decode) => {
  it("round-trips any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decode(encode(bytes))).toEqual({ ok: true, value: bytes });
      }),
    );
  });

  it("has one spelling: what it accepts re-encodes to the same text, lower case for hex", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 12 }), (text) => {
        const decoded = decode(text);
        if (decoded.ok) expect(encode(decoded.value).toLowerCase()).toBe(text.toLowerCase());
      }),
    );
  });
});

describe("base64", () => {
  it.each(["Zg=", "Zg", "Zh==", "Zm9=", " Zg==", "Zg==\n", "Z===", "===="])("refuses %j", (text) => {
    expect(fromBase64(text).ok).toBe(false);
  });
});

describe("UTF-8", () => {
  it("agrees with the platform's encoder on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const encoded = encodeUtf8(text);
        expect(encoded).toEqual(new TextEncoder().encode(text));
        expect(decodeUtf8(encoded)).toEqual({
          ok: true,
          value: new TextDecoder("utf-8", { ignoreBOM: true }).decode(encoded),
        });
      }),
    );
  });

  it("agrees with the platform's strict decoder on any bytes", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
        const decoded = decodeUtf8(bytes);
        try {
          expect(decoded).toEqual({ ok: true, value: strict.decode(bytes) });
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
          expect(decoded.ok).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

import { decode } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes } from "../bytes/bytes.ts";
import { fromHex, toHex } from "../bytes/text.ts";
import { unwrap } from "../result.ts";
import { type CborValue, encodeCbor } from "./cbor.ts";
import { decodeCbor } from "./testing/decode-cbor.ts";

const NOT_DETERMINISTIC = { ok: false, error: { type: "NotDeterministicCbor" } };

const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(),
    fc.integer({ min: -70_000, max: 70_000 }),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: "binary" }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie("value"), { maxLength: 30 }),
    fc
      .array(fc.tuple(fc.oneof(fc.integer({ min: -30, max: 30 }), fc.maxSafeInteger()), tie("value")))
      .map((entries) => new Map(entries)),
  ),
}));

/** What another decoder reads from the bytes, if the encoder writes it back to the same bytes. */
function readByReference(bytes: Uint8Array): CborValue | undefined {
  try {
    const read: unknown = decode(bytes, {
      useMaps: true,
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    });
    return isCborValue(read) && equalBytes(encodeCbor(read), bytes) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isCborValue(read: unknown): read is CborValue {
  if (typeof read === "number") return Number.isSafeInteger(read);
  if (typeof read === "boolean" || typeof read === "string") return true;
  if (read === null || read instanceof Uint8Array) return true;
  if (Array.isArray(read)) return read.every(isCborValue);
  return (
    read instanceof Map && [...read].every(([key, item]) => Number.isSafeInteger(key) && isCborValue(item))
  );
}

describe("decodeCbor", () => {
  it("reads back whatever was encoded", () => {
    fc.assert(
      fc.property(value, (original) => {
        expect(unwrap(decodeCbor(encodeCbor(original), 1e6))).toEqual(original);
      }),
    );
  });

  it("accepts and reads exactly what another decoder does whose value re-encodes to the same bytes", () => {
    const mutated = fc
      .tuple(value, fc.nat(), fc.nat(255))
      .map(([original, at, byte]) =>
        encodeCbor(original).map((b, i, all) => (i === at % all.length ? byte : b)),
      );
    const cut = fc.tuple(value, fc.nat()).map(([original, at]) => {
      const bytes = encodeCbor(original);
      return bytes.slice(0, at % bytes.length);
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 12 }), mutated, cut), (bytes) => {
        const expected = readByReference(bytes);
        expect(decodeCbor(bytes, 1e6)).toEqual(
          expected === undefined ? NOT_DETERMINISTIC : { ok: true, value: expected },
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("agrees with it on every first byte, whatever kind of item follows", () => {
    const disagreeing: string[] = [];
    for (let first = 0; first < 256; first++) {
      for (const second of [0x00, 0x17, 0x18, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0, 0xf6, 0xff]) {
        const bytes = Uint8Array.of(first, second);
        if (decodeCbor(bytes, 2).ok !== (readByReference(bytes) !== undefined))
          disagreeing.push(toHex(bytes));
      }
    }
    expect(disagreeing).toEqual([]);
  });

  it.each([
    ["nothing", ""],
    ["a second item", "0000"],
    ["a longer head than needed, of one byte", "1817"],
    ["of two", "1900ff"],
    ["of four", "1a0000ffff"],
    ["of eight", "1b00000000ffffffff"],
    ["an integer beyond 53 bits", "1b0020000000000000"],
    ["a negative integer beyond 53 bits", "3b001fffffffffffff"],
    ["an indefinite byte string", "5f4100ff"],
    ["an indefinite array", "9fff"],
    ["an indefinite map", "bfff"],
    ["a byte string longer than the input", "5affffffff00"],
    ["an array longer than the input", "9affffffff00"],
    ["a map longer than the input", "baffffffff00"],
    ["overlong UTF-8", "62c080"],
    ["a lone surrogate", "63eda080"],
    ["keys out of order", "a201000000"],
    ["a negative key before others", "a220000000"],
    ["a key twice", "a200000000"],
    ["a key that is text", "a1616100"],
    ["a tag", "c000"],
    ["undefined", "f7"],
    ["a simple value in a byte", "f814"],
    ["a half float of an integer", "f93c00"],
    ["a double of an integer", "fb3ff0000000000000"],
    ["a break", "ff"],
  ])("refuses %s", (_what, hex) => {
    expect(decodeCbor(unwrap(fromHex(hex)), 100)).toEqual(NOT_DETERMINISTIC);
  });

  it("refuses nesting that would exhaust the stack", () => {
    expect(decodeCbor(new Uint8Array(1_000_000).fill(0x81), 1e6)).toEqual(NOT_DETERMINISTIC);
  });

  it("hands out copies, whatever kind of byte array it reads", () => {
    class Sliced extends Uint8Array {
      override slice(start?: number, end?: number) {
        return this.subarray(start, end);
      }
    }
    for (const input of [Uint8Array.of(0x41, 7), Sliced.of(0x41, 7)]) {
      const read = unwrap(decodeCbor(input, 2));
      input.fill(0);
      expect(read).toEqual(Uint8Array.of(7));
    }
  });

  it("reads long byte strings without a copy", () => {
    const long = new Uint8Array(300_000).fill(7);
    const input = new Uint8Array(encodeCbor([long, long.subarray(0, 1000)]));
    const read = unwrap(decodeCbor(input, 1e6));
    expect(read).toEqual([long, long.subarray(0, 1000)]);
    const buffers = Array.isArray(read) ? read.map((bytes: Uint8Array) => bytes.buffer === input.buffer) : [];
    expect(buffers).toEqual([true, false]);
  });
});

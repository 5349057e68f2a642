import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unwrap } from "../result.ts";
import { encodeCbor } from "./cbor.ts";
import {
  array,
  boolean,
  bytes,
  codec,
  enumeration,
  integer,
  literal,
  nullable,
  struct,
  text,
  tuple,
  uint,
  variant,
} from "./schema.ts";
import { decodeCbor } from "./testing/decode-cbor.ts";

const everything = codec(
  struct({
    v: [1, literal(1)],
    id: [2, bytes(4)],
    when: [3, nullable(uint)],
    label: [4, text(8)],
    flags: [5, array(boolean, 3)],
    pair: [6, tuple(integer(-1, 9), bytes(1))],
    word: [7, enumeration({ low: 1, high: 2 })],
    choice: [8, variant({ a: [1, struct({ n: [1, uint] })], b: [2, struct({})] })],
  }),
  4096,
);

const value = {
  v: 1,
  id: Uint8Array.of(1, 2, 3, 4),
  when: null,
  label: "né",
  flags: [true, false],
  pair: [-1, Uint8Array.of(9)],
  word: "high",
  choice: { kind: "a", body: { n: 3 } },
} as const;

describe("schemas", () => {
  it("round-trip", () => {
    expect(unwrap(everything.decode(everything.encode(value)))).toEqual(value);
  });

  it("never throw on garbage, and what they accept re-encodes to the same bytes", () => {
    const encoded = everything.encode(value);
    const mutated = fc
      .tuple(fc.nat(encoded.length - 1), fc.nat(255))
      .map(([at, byte]) => encoded.with(at, byte));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (garbage) => {
        const decoded = everything.decode(garbage);
        if (decoded.ok) expect(everything.encode(decoded.value)).toEqual(garbage);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [
      "an unknown field",
      new Map<number, number>([
        [1, 1],
        [9, 1],
      ]),
    ],
    ["no map", [1]],
  ])("refuse %s", (_what, item) => {
    const one = codec(struct({ v: [1, literal(1)] }), 100);
    expect(one.decode(encodeCbor(item)).ok).toBe(false);
  });

  it("say where and what was expected", () => {
    const one = codec(struct({ id: [1, bytes(2)] }), 100);
    expect(one.decode(encodeCbor(new Map([[1, Uint8Array.of(1)]])))).toEqual({
      ok: false,
      error: { type: "UnexpectedShape", path: "$.id", expected: "byte string of 2…2" },
    });
  });
});

describe("deterministic CBOR", () => {
  it.each([
    ["a longer integer than needed", [0x18, 0x01]],
    ["an indefinite array", [0x9f, 0xff]],
    ["keys out of order", [0xa2, 0x02, 0x01, 0x01, 0x01]],
    ["a repeated key", [0xa2, 0x01, 0x01, 0x01, 0x01]],
    ["trailing bytes", [0x01, 0x01]],
    ["a float", [0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]],
    ["an integer beyond 2^53", [0x1b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ["a tag", [0xc0, 0x01]],
    ["undefined", [0xf7]],
    ["text keys", [0xa1, 0x61, 0x61, 0x01]],
    ["text that is not UTF-8", [0x61, 0xff]],
    ["a length beyond the input", [0x5a, 0xff, 0xff, 0xff, 0xff]],
    ["nothing", []],
  ])("refuses %s", (_what, input) => {
    expect(decodeCbor(Uint8Array.from(input), 100)).toEqual({
      ok: false,
      error: { type: "NotDeterministicCbor" },
    });
  });

  it("refuses nesting that would exhaust the stack, and more than the cap", () => {
    expect(decodeCbor(new Uint8Array(60_000).fill(0x81), 65_536).ok).toBe(false);
    expect(decodeCbor(new Uint8Array(11), 10)).toEqual({
      ok: false,
      error: { type: "TooLarge", sizeBytes: 11, maxBytes: 10 },
    });
  });
});

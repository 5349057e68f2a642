import { describe, expect, it } from "vitest";
import { encodeCbor } from "../codec/cbor.ts";
import { CborReader } from "../codec/cbor-reader.ts";
import type { Schema } from "../codec/schema.ts";
import * as appending from "./append.ts";
import { append } from "./append.ts";
import * as audit from "./audit.ts";
import * as blocks from "./blocks.ts";
import { putBlocks } from "./blocks.ts";
import * as organization from "./create-organization.ts";
import * as workspace from "./create-workspace.ts";
import * as directory from "./directory.ts";
import * as reading from "./log-reading.ts";
import { readHead } from "./log-reading.ts";
import * as session from "./session.ts";

/** What a stranger's bytes may cost before they are known to be wrong: counted in items, never in time. */

type Reading = Pick<Schema<unknown>, "read" | "maxItems">;

interface Side {
  readonly what: string;
  readonly schema: Reading;
}

const sides: readonly Side[] = [
  appending,
  audit,
  blocks,
  organization,
  workspace,
  directory,
  reading,
  session,
].flatMap((module) =>
  Object.values(module).flatMap((value): readonly Side[] =>
    typeof value === "object" && "requestSchema" in value
      ? [
          { what: `${value.name} request`, schema: value.requestSchema },
          { what: `${value.name} reply`, schema: value.replySchema },
        ]
      : [],
  ),
);

const LENGTH = 1_000_000;

function repeated(head: readonly number[], item: readonly number[], count = LENGTH): Uint8Array {
  const out = new Uint8Array(head.length + item.length * count);
  out.set(head);
  for (let at = head.length; at < out.length; at += item.length) out.set(item, at);
  return out;
}

const four = (count: number): readonly number[] => [
  count >>> 24,
  (count >>> 16) & 255,
  (count >>> 8) & 255,
  count & 255,
];
const list = [0x9a, ...four(LENGTH)];

const bombs: Readonly<Record<string, Uint8Array>> = {
  "a list of numbers": repeated(list, [0x00]),
  "a list of nulls": repeated(list, [0xf6]),
  "a list of empty byte strings": repeated(list, [0x40]),
  "a list of empty texts": repeated(list, [0x60]),
  "a list of empty lists": repeated(list, [0x80]),
  "a list of empty maps": repeated(list, [0xa0]),
  "a list of hashes": repeated([0x9a, ...four(20_000)], [0x58, 32, ...new Array<number>(32).fill(7)], 20_000),
  "lists in lists": repeated([], [0x81]),
  "maps in maps": repeated([], [0xa1, 0x01]),
  "tags in tags": repeated([], [0xc1]),
  "a wide map": repeated([0xba, ...four(LENGTH)], [0x01, 0x00]),
  "a list without an end": repeated([0x9f], [0x00]),
  "a byte string without an end": repeated([0x5f], [0x40]),
  "a text without an end": repeated([0x7f], [0x60]),
  "a list as long as a byte string may be": new Uint8Array([0x9b, 0, 31, 255, 255, 255, 255, 255, 255]),
  "a byte string of 4 GiB": new Uint8Array([0x5a, 255, 255, 255, 255]),
  "a text of 2^53": new Uint8Array([0x7b, 0, 31, 255, 255, 255, 255, 255, 255]),
  "a map of 4 GiB": new Uint8Array([0xba, 255, 255, 255, 255]),
  "a long text": repeated([0x7a, ...four(LENGTH)], [0x61]),
  nothing: new Uint8Array(0),
};

/** Items that were read until the bytes were refused; undefined when they were not. */
function itemsUntilRefused(schema: Reading, body: Uint8Array): number | undefined {
  const reader = new CborReader(body);
  try {
    schema.read(reader);
    return undefined;
  } catch {
    return reader.itemsRead;
  }
}

describe("a body that a stranger chose", () => {
  it("covers every command", () => {
    expect(sides.map(({ what }) => what)).toHaveLength(2 * 18);
  });

  it.each(sides)("of $what may make a bounded number of items, whatever its size", ({ what, schema }) => {
    expect(schema.maxItems).toBeLessThanOrEqual(what.endsWith("request") ? 5_000 : 300_000);
  });

  it.each(sides)("of $what is refused at its first item, as a whole bomb and as a field", ({ schema }) => {
    for (const [name, bomb] of Object.entries(bombs)) {
      const atOnce = itemsUntilRefused(schema, bomb);
      expect(atOnce, name).toBeLessThanOrEqual(2);
      for (const head of [
        [0xa1, 0x01],
        [0xa3, 0x01],
        [0x82, 0x01, 0xa1, 0x01],
        [0x82, 0x02, 0xa1, 0x01],
      ]) {
        const inside = new Uint8Array([...head, ...bomb.subarray(0, 50_000)]);
        expect(itemsUntilRefused(schema, inside) ?? 0, name).toBeLessThanOrEqual(
          Math.min(2_100, schema.maxItems),
        );
      }
    }
  });
});

const hash = new Uint8Array(32);
const record = new Map([
  [1, new Uint8Array(0)],
  [2, new Uint8Array(64)],
]);

/** An `append` with this in place of its contents, or of its rings. */
function appendWith(key: 4 | 5, items: readonly Uint8Array[] | readonly ReadonlyMap<number, Uint8Array>[]) {
  const body = new Map<number, Parameters<typeof encodeCbor>[0]>([
    [1, hash],
    [2, record],
    [3, null],
    [4, []],
    [5, []],
    [6, []],
  ]);
  return encodeCbor(body.set(key, items));
}

describe("a list at a place that has one", () => {
  it("is read up to its own cap, and refused before anything is made of a longer one", () => {
    const empty = new Uint8Array(0);
    const atCap = appendWith(4, new Array<Uint8Array>(256).fill(empty));
    expect(append.parseRequest(atCap).ok).toBe(true);
    const beyond = appendWith(4, new Array<Uint8Array>(257).fill(empty));
    expect(itemsUntilRefused(append.requestSchema, beyond)).toBeLessThan(15);
    const far = appendWith(4, new Array<Uint8Array>(LENGTH).fill(empty));
    expect(itemsUntilRefused(append.requestSchema, far)).toBeLessThan(15);
  });

  it("has a cap of bytes for each item", () => {
    const body = encodeCbor(new Map([[1, [new Uint8Array(blocks.MAX_BLOCK_BYTES + 1)]]]));
    expect(itemsUntilRefused(putBlocks.requestSchema, body)).toBe(4);
    expect(putBlocks.parseRequest(body)).toMatchObject({
      ok: false,
      error: { type: "UnexpectedShape", path: "$.blocks[0]" },
    });
  });

  it("of a reply is as bounded on the device", () => {
    const path = new Array<Uint8Array>(200_000).fill(hash);
    const reply = encodeCbor([
      1,
      new Map<number, Parameters<typeof encodeCbor>[0]>([
        [1, new Uint8Array(0)],
        [2, path],
      ]),
    ]);
    expect(itemsUntilRefused(readHead.replySchema, reply)).toBeLessThan(10);
  });

  it("stands in one order: fields out of it or twice are refused where they stand", () => {
    for (const bytes of [
      [0xa2, 0x02, 0x00, 0x01, 0x00],
      [0xa2, 0x01, 0x58, 32, ...hash, 0x01, 0x00],
    ])
      expect(readHead.parseRequest(new Uint8Array(bytes)).ok).toBe(false);
  });
});

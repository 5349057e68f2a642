import type { Bytes } from "#protocol/bytes/bytes.ts";
import { type CborValue, encodeCbor } from "#protocol/codec/cbor.ts";
import { decodeCbor } from "#protocol/codec/testing/decode-cbor.ts";
import { MAX_EVIDENCE_FILE_BYTES } from "#protocol/evidence/evidence.ts";
import { unwrap } from "#protocol/result.ts";

/** A number in [0, below). */
export type Random = (below: number) => number;

/** mulberry32: the same numbers for the same seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[random(from.length)];
  if (picked === undefined) throw new RangeError("nothing to pick from");
  return picked;
}

/**
 * Evidence with one thing changed: a bit anywhere, a number, a part put in place of another of the same form (its own
 * or the donor's), an item of a list taken away or doubled.
 */
export function mutate(file: Bytes, donor: Bytes, random: Random): Bytes {
  if (random(4) === 0) return flip(file, random);
  const root = parse(file);
  const nodes = nodesOf(root);
  const target = pick(random, nodes);
  switch (random(4)) {
    case 0:
      return encodeCbor(replace(root, target, tweak(target.value, random)));
    case 1:
      return encodeCbor(replace(root, target, resize(target.value, random)));
    default: {
      const form = formOf(target.value);
      const same = [...nodes, ...nodesOf(parse(donor))].filter(({ value }) => formOf(value) === form);
      return encodeCbor(replace(root, target, pick(random, same).value));
    }
  }
}

interface Node {
  readonly path: readonly number[];
  readonly value: CborValue;
}

function parse(file: Bytes): CborValue {
  return unwrap(decodeCbor(file, MAX_EVIDENCE_FILE_BYTES));
}

function flip(bytes: Bytes, random: Random): Bytes {
  const out = Uint8Array.from(bytes);
  const at = random(out.length);
  out[at] = (out[at] ?? 0) ^ (1 << random(8));
  return out;
}

function tweak(value: CborValue, random: Random): CborValue {
  if (value instanceof Uint8Array && value.length > 0) return flip(value, random);
  if (typeof value === "number") return Math.max(0, value + pick(random, [-1, 1, 7, -value]));
  if (typeof value === "boolean") return !value;
  return null;
}

function resize(value: CborValue, random: Random): CborValue {
  if (!isList(value) || value.length === 0) return tweak(value, random);
  const at = random(value.length);
  const item = value[at] ?? null;
  return random(2) === 0 ? value.toSpliced(at, 1) : value.toSpliced(at, 0, item);
}

function nodesOf(value: CborValue, path: readonly number[] = []): Node[] {
  const children = isList(value) ? [...value.entries()] : value instanceof Map ? [...value] : [];
  return [
    { path, value },
    ...(children as [number, CborValue][]).flatMap(([key, child]) => nodesOf(child, [...path, key])),
  ];
}

function replace(root: CborValue, target: Node, value: CborValue, depth = 0): CborValue {
  const key = target.path[depth];
  if (key === undefined) return value;
  if (isList(root)) {
    return root.map((item, index) => (index === key ? replace(item, target, value, depth + 1) : item));
  }
  const map = root as ReadonlyMap<number, CborValue>;
  return new Map(
    [...map].map(([at, item]) => [at, at === key ? replace(item, target, value, depth + 1) : item]),
  );
}

/** Parts of one form can stand for each other without the file becoming unreadable. */
function formOf(value: CborValue): string {
  if (value instanceof Uint8Array) return value.length < 100 ? `bytes ${value.length}` : "long bytes";
  if (isList(value)) return typeof value[0] === "number" ? `tag ${value.length}` : "list";
  if (value instanceof Map) return `map ${[...(value as ReadonlyMap<number, CborValue>).keys()].join()}`;
  return typeof value;
}

function isList(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value);
}

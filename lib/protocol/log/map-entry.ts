import { type Bytes, encodeUint64 } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import { boolean, type Codec, codec, enumeration, nullable, tuple, uint } from "../codec/schema.ts";
import { hashInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { Result } from "../result.ts";
import { hashSchema, idSchema, keySchema } from "./identifiers.ts";
import { profileSchema, roleSchema } from "./record.ts";

/**
 * The state of a log as a map whose root every stamp carries. Nothing in it contains a leaf hash, a head or a
 * checkpoint hash: the leaf that holds the root would then contain its own hash.
 */
export type MapEntryName =
  | { readonly kind: "device"; readonly id: Bytes }
  | { readonly kind: "manifest"; readonly id: Bytes }
  | { readonly kind: "manifestVersion"; readonly id: Bytes; readonly version: number }
  | { readonly kind: "member"; readonly id: Bytes }
  | { readonly kind: "key" }
  | { readonly kind: "authority" }
  | { readonly kind: "epoch" }
  | { readonly kind: "registeredDevice"; readonly id: Bytes }
  | { readonly kind: "registeredUser"; readonly id: Bytes }
  | { readonly kind: "workspace"; readonly id: Bytes };

export type MapEntryKind = MapEntryName["kind"];

const statusSchema = enumeration({ active: 1, revoked: 2 });

export const MAX_MAP_VALUE_BYTES = 256;

const VALUE_CODECS = {
  /** (incarnation, seq, recordHash, index) of the author's newest record in this log. */
  device: codec(tuple(idSchema, uint, hashSchema, uint), MAX_MAP_VALUE_BYTES),
  /** (newest version, tombstone). */
  manifest: codec(tuple(uint, boolean), MAX_MAP_VALUE_BYTES),
  /** (writeIndex, recordHash, contentHash), written once. */
  manifestVersion: codec(tuple(uint, hashSchema, hashSchema), MAX_MAP_VALUE_BYTES),
  /** (role, index); the role is null once the member has left. */
  member: codec(tuple(nullable(roleSchema), uint), MAX_MAP_VALUE_BYTES),
  /** (newest keyIndex, index). */
  key: codec(tuple(uint, uint), MAX_MAP_VALUE_BYTES),
  /** (count, hash chain) over the log's authority records, which proves their list complete, and the number of members. */
  authority: codec(tuple(uint, hashSchema, uint), MAX_MAP_VALUE_BYTES),
  /** (number, index) of the newest epoch leaf. */
  epoch: codec(tuple(uint, uint), MAX_MAP_VALUE_BYTES),
  /** Organization's log: (user, verify key, status, index); the root key has a user of zeros. */
  registeredDevice: codec(tuple(idSchema, keySchema, statusSchema, uint), MAX_MAP_VALUE_BYTES),
  /** Organization's log: (profile, box key, status, index). */
  registeredUser: codec(tuple(profileSchema, keySchema, statusSchema, uint), MAX_MAP_VALUE_BYTES),
  /** Organization's log: (index). */
  workspace: codec(tuple(uint), MAX_MAP_VALUE_BYTES),
};

type ValueCodecs = typeof VALUE_CODECS;
export type MapValueOf<K extends MapEntryKind> = ValueCodecs[K] extends Codec<infer T> ? T : never;
export type NameOf<K extends MapEntryKind> = Extract<MapEntryName, { readonly kind: K }>;

/** One entry of a map before hashing: its 32-byte key, and the value whose SHA-256 the leaf carries. */
export interface MapChange {
  readonly key: Bytes;
  readonly value: Bytes;
}

/** Reads the value at a 32-byte map key; undefined where the map has no such entry. */
export type EntryReader = (key: Bytes) => Bytes | undefined;

type Hasher = Pick<CryptoSuite, "sha256">;

/** SHA-256(ctx of the kind ‖ id…), 32 bytes. */
export function mapKeyOf(suite: Hasher, name: MapEntryName): Bytes {
  switch (name.kind) {
    case "manifestVersion":
      return hashInContext(suite, "map/manifestVersion", name.id, encodeUint64(BigInt(name.version)));
    case "key":
    case "authority":
    case "epoch":
      return hashInContext(suite, `map/${name.kind}`);
    case "device":
    case "manifest":
    case "member":
    case "registeredDevice":
    case "registeredUser":
    case "workspace":
      return hashInContext(suite, `map/${name.kind}`, name.id);
  }
}

export function encodeMapValue<K extends MapEntryKind>(kind: K, value: MapValueOf<K>): Bytes {
  return codecOf(kind).encode(value);
}

export function parseMapValue<K extends MapEntryKind>(
  kind: K,
  value: Bytes,
): Result<MapValueOf<K>, FormatError> {
  return codecOf(kind).decode(value);
}

export function createMapChange<K extends MapEntryKind>(
  suite: Hasher,
  name: NameOf<K>,
  kind: K,
  value: MapValueOf<K>,
): MapChange {
  return { key: mapKeyOf(suite, name), value: encodeMapValue(kind, value) };
}

/** Typed look-up. The reader MUST hold values that were written by `applyRecord` or proven under a map root. */
export function readMapEntry<K extends MapEntryKind>(
  suite: Hasher,
  entries: EntryReader,
  name: NameOf<K> & { readonly kind: K },
): MapValueOf<K> | undefined {
  const value = entries(mapKeyOf(suite, name));
  if (value === undefined) return undefined;
  const parsed = parseMapValue<K>(name.kind, value);
  return parsed.ok ? parsed.value : undefined;
}

function codecOf<K extends MapEntryKind>(kind: K): Codec<MapValueOf<K>> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- an indexed access is not related to its own inference; the table above is the proof.
  return VALUE_CODECS[kind] as unknown as Codec<MapValueOf<K>>;
}

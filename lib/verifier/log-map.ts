import { type Bytes, concat, uint64 } from "./bytes.ts";
import { encodeCbor, Malformed } from "./cbor.ts";
import { attempt, boolean, hash, id, items, orNull, type Read, readBytes, uint, word } from "./read.ts";
import type { Profile, Role } from "./record.ts";
import { hashInContext } from "./sha256.ts";

/** The entries of a log's map: their keys, and their values in both directions. */

export const mapKey = {
  device: (device: Bytes) => hashInContext("map/device", device),
  manifest: (manifest: Bytes) => hashInContext("map/manifest", manifest),
  manifestVersion: (manifest: Bytes, version: number) =>
    hashInContext("map/manifestVersion", concat(manifest, uint64(version))),
  member: (user: Bytes) => hashInContext("map/member", user),
  newestKey: () => hashInContext("map/key"),
  authority: () => hashInContext("map/authority"),
  epoch: () => hashInContext("map/epoch"),
  registeredDevice: (device: Bytes) => hashInContext("map/registeredDevice", device),
  registeredUser: (user: Bytes) => hashInContext("map/registeredUser", user),
  workspace: (log: Bytes) => hashInContext("map/workspace", log),
  epochSlot: (log: Bytes) => hashInContext("map/epochSlot", log),
} as const;

export interface DeviceEntry {
  readonly seq: number;
  readonly recordHash: Bytes;
  readonly index: number;
}

export const mapValue = {
  device: (incarnation: Bytes, seq: number, recordHash: Bytes, index: number) =>
    encodeCbor([incarnation, seq, recordHash, index]),
  manifest: (version: number, tombstone: boolean) => encodeCbor([version, tombstone]),
  manifestVersion: (index: number, recordHash: Bytes, contentHash: Bytes) =>
    encodeCbor([index, recordHash, contentHash]),
  member: (role: Role | null, index: number) =>
    encodeCbor([role === null ? null : ROLES.indexOf(role) + 1, index]),
  newestKey: (keyIndex: number, index: number) => encodeCbor([keyIndex, index]),
  authority: (count: number, chain: Bytes, members: number) => encodeCbor([count, chain, members]),
  epoch: (epoch: number, index: number) => encodeCbor([epoch, index]),
  registeredDevice: (user: Bytes, key: Bytes, index: number) => encodeCbor([user, key, ACTIVE, index]),
  registeredUser: (profile: Profile, boxKey: Bytes, index: number) =>
    encodeCbor([PROFILES.indexOf(profile) + 1, boxKey, ACTIVE, index]),
  workspace: (index: number) => encodeCbor([index]),
} as const;

/** Values that evidence rests on; undefined for bytes that are no such value. */
export const parseValue = {
  device: reader((take): DeviceEntry => {
    take(id);
    return { seq: take(uint), recordHash: take(hash), index: take(uint) };
  }, 4),
  manifest: reader((take) => {
    const version = take(uint);
    take(boolean);
    return { version };
  }, 2),
  manifestVersion: reader((take) => {
    const version = { writeIndex: take(uint), recordHash: take(hash) };
    take(hash);
    return version;
  }, 3),
  member: reader((take) => {
    const role = take(orNull(word<Role>("reader", "contributor", "manager", "owner")));
    take(uint);
    return { role };
  }, 2),
  newestKey: reader((take) => {
    const keyIndex = take(uint);
    take(uint);
    return { keyIndex };
  }, 2),
  authority: reader((take) => ({ count: take(uint), chain: take(hash), members: take(uint) }), 3),
  registeredDevice: reader((take) => {
    const user = take(id);
    const key = take(hash);
    const status = take(word("active", "revoked"));
    take(uint);
    return { user, key, status };
  }, 4),
} as const;

function reader<T>(
  read: (take: <F>(field: Read<F>) => F) => T,
  count: number,
): (encoded: Bytes) => T | undefined {
  return (encoded) =>
    attempt(() =>
      readBytes(encoded, 256, (value) => {
        const rest = [...items(value, count)];
        return read((field) => {
          const item = rest.shift();
          if (item === undefined) throw new Malformed("a value with too few parts");
          return field(item);
        });
      }),
    );
}

const ROLES: readonly Role[] = ["reader", "contributor", "manager", "owner"];
const PROFILES: readonly Profile[] = ["administrator", "standard", "outsider"];
const ACTIVE = 1;

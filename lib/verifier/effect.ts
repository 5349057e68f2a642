import { type Bytes, ZERO_HASH, ZERO_ID } from "./bytes.ts";
import type { Entries } from "./case.ts";
import type { Leaf } from "./leaf.ts";
import { mapKey, mapValue, parseValue } from "./log-map.ts";
import type { Content } from "./record.ts";
import { hashInContext } from "./sha256.ts";

interface Change {
  readonly key: Bytes;
  readonly value: Bytes;
}

/**
 * What a leaf at `index` changes in the map, if its outcome is what the stamp says (docs/spec/log.md, "What a record
 * does", 6 and "Always"). Undefined where that depends on an entry which is not among the proven ones.
 */
export function effectOf(leaf: Leaf, index: number, before: Entries): readonly Change[] | undefined {
  if (leaf.kind === "epoch") return [{ key: mapKey.epoch(), value: mapValue.epoch(leaf.epoch, index) }];
  const { record, recordHash, stamp } = leaf;
  const own = {
    key: mapKey.device(record.device),
    value: mapValue.device(record.incarnation, record.seq, recordHash, index),
  };
  if (stamp.outcome !== "applied") return [own];
  const changes = contentEffect(record.content, record.device, recordHash, index);
  if (!isAuthority(record.content)) return [own, ...changes];
  const authority = authorityAfter(record.content, recordHash, before);
  return authority && [own, ...changes, authority];
}

function contentEffect(content: Content, device: Bytes, recordHash: Bytes, index: number): readonly Change[] {
  switch (content.kind) {
    case "organizationGenesis":
      return [
        {
          key: mapKey.registeredDevice(device),
          value: mapValue.registeredDevice(ZERO_ID, content.rootKey, index),
        },
      ];
    case "user":
      return [
        {
          key: mapKey.registeredUser(content.user),
          value: mapValue.registeredUser(content.profile, content.boxKey, index),
        },
      ];
    case "device":
      return [newDevice(content.user, content.verifyKey, index)];
    case "recover":
      return [
        {
          key: mapKey.registeredUser(content.user),
          value: mapValue.registeredUser("administrator", content.boxKey, index),
        },
        newDevice(content.user, content.verifyKey, index),
      ];
    case "workspace":
      return [{ key: mapKey.workspace(content.workspace), value: mapValue.workspace(index) }];
    case "workspaceGenesis":
      return [
        { key: mapKey.member(content.owner), value: mapValue.member("owner", index) },
        { key: mapKey.newestKey(), value: mapValue.newestKey(0, index) },
      ];
    case "write":
      return content.items.flatMap(({ manifest, baseVersion, tombstone, contentHash }) => {
        const version = baseVersion + 1;
        return [
          { key: mapKey.manifest(manifest), value: mapValue.manifest(version, tombstone) },
          {
            key: mapKey.manifestVersion(manifest, version),
            value: mapValue.manifestVersion(index, recordHash, contentHash),
          },
        ];
      });
    case "role":
      return [{ key: mapKey.member(content.user), value: mapValue.member(content.role, index) }];
    case "rotation":
      return [{ key: mapKey.newestKey(), value: mapValue.newestKey(content.keyIndex, index) }];
    case "profile":
    case "anchor":
    case "read":
    case "name":
    case "ack":
    case "audit":
    case "resolve":
      return [];
  }
}

function newDevice(user: Bytes, key: Bytes, index: number): Change {
  const device = hashInContext("device-id", key).subarray(0, 16);
  return { key: mapKey.registeredDevice(device), value: mapValue.registeredDevice(user, key, index) };
}

/** The kinds that say who may do what, and that the `authority` entry counts and chains. */
function isAuthority({ kind }: Content): boolean {
  return AUTHORITY.has(kind);
}

function authorityAfter(content: Content, recordHash: Bytes, before: Entries): Change | undefined {
  const found = before.read(mapKey.authority(), parseValue.authority);
  if (found === undefined) return undefined;
  const { count, chain, members } = found ?? { count: 0, chain: ZERO_HASH, members: 0 };
  const membersAfter = membersWith(content, members, before);
  if (membersAfter === undefined) return undefined;
  const link = hashInContext("authority", chain, recordHash);
  return { key: mapKey.authority(), value: mapValue.authority(count + 1, link, membersAfter) };
}

function membersWith(content: Content, members: number, before: Entries): number | undefined {
  if (content.kind === "workspaceGenesis") return 1;
  if (content.kind !== "role") return members;
  const member = before.read(mapKey.member(content.user), parseValue.member);
  if (member === undefined) return undefined;
  const wasMember = member !== null && member.role !== null;
  if (content.role === null) return members - 1;
  return wasMember ? members : members + 1;
}

const AUTHORITY: ReadonlySet<Content["kind"]> = new Set([
  "organizationGenesis",
  "user",
  "device",
  "workspace",
  "recover",
  "workspaceGenesis",
  "role",
  "rotation",
] as const);

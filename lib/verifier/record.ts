import { type Bytes, equal, isZero } from "./bytes.ts";
import { type Cbor, Malformed } from "./cbor.ts";
import {
  attempt,
  boolean,
  bytesUpTo,
  exactly,
  type Fields,
  fields,
  hash,
  id,
  integer,
  items,
  list,
  orNull,
  type Read,
  readBytes,
  tagged,
  text,
  uint,
  unknownTag,
  word,
} from "./read.ts";
import { hashInContext } from "./sha256.ts";

/** Records of devices, as docs/spec/log.md lays them out. */

export const MAX_RECORD_BYTES = 65_536;

export type Role = "reader" | "contributor" | "manager" | "owner";
export type Profile = "administrator" | "standard" | "outsider";

export interface Record {
  readonly log: Bytes;
  readonly device: Bytes;
  readonly incarnation: Bytes;
  readonly seq: number;
  readonly prev: Bytes;
  readonly seenSize: number;
  readonly seenRoot: Bytes;
  readonly seenOrganization: { readonly size: number; readonly root: Bytes };
  readonly sealedEpoch: number;
  readonly content: Content;
}

export type Content = ReturnType<typeof organizationContent> | ReturnType<typeof workspaceContent>;
type ContentOf<K extends Content["kind"]> = Extract<Content, { readonly kind: K }>;
export type Write = ContentOf<"write">;

/** A record in its form, which says nothing of its signature; undefined for anything else. */
export function parseRecord(encoded: Bytes): Record | undefined {
  return attempt(() => readBytes(encoded, MAX_RECORD_BYTES, record));
}

/** The log id that a genesis with this signature has. */
export function logIdOf(genesis: Bytes, signature: Bytes): Bytes {
  return hashInContext("log-id", genesis, signature);
}

export function recordHashOf(record: Bytes, signature: Bytes): Bytes {
  return hashInContext("record-hash", record, signature);
}

/** Whether the id that signs records is this key's: a device's, or an organization's root's. */
export function isIdOf(device: Bytes, key: Bytes, kind: "device-id" | "root-id"): boolean {
  return equal(hashInContext(kind, key).subarray(0, 16), device);
}

export function isGenesis(content: Content): boolean {
  return content.kind === "organizationGenesis" || content.kind === "workspaceGenesis";
}

const record: Read<Record> = (value) => {
  const { take } = fields(value, 13);
  take(1, exactly(1));
  take(11, hash);
  take(12, uint);
  return {
    log: take(2, hash),
    device: take(3, id),
    incarnation: take(4, id),
    seq: take(5, uint),
    prev: take(6, hash),
    seenSize: take(7, uint),
    seenRoot: take(8, hash),
    seenOrganization: take(9, sizeAndRoot),
    sealedEpoch: take(10, integer(-1, Number.MAX_SAFE_INTEGER)),
    content: take(
      13,
      tagged((tag, body) => (tag < 20 ? organizationContent(tag, body) : workspaceContent(tag, body))),
    ),
  };
};

export const sizeAndRoot: Read<{ readonly size: number; readonly root: Bytes }> = (value) => {
  const [size, root] = items(value, 2);
  if (size === undefined || root === undefined) throw new Malformed("not [size, root]");
  return { size: uint(size), root: hash(root) };
};

/** Those that stand in an organization's log. Fields without consequence here are read and left out. */
function organizationContent(tag: number, body: Cbor) {
  switch (tag) {
    case 1: {
      const { take } = checked(body, 3, [2, hash], [3, hash]);
      return { kind: "organizationGenesis", rootKey: take(1, hash) } as const;
    }
    case 2: {
      const { take } = checked(body, 4, [4, hash]);
      const profile = take(3, word<Profile>("administrator", "standard", "outsider"));
      return { kind: "user", user: take(1, id), boxKey: take(2, hash), profile } as const;
    }
    case 3: {
      const { take } = checked(body, 3, [3, hash]);
      return { kind: "device", user: take(1, id), verifyKey: take(2, hash) } as const;
    }
    case 4:
      checked(body, 2, [1, id], [2, hash]);
      return { kind: "profile" } as const;
    case 5:
      return { kind: "workspace", workspace: checked(body, 1).take(1, hash) } as const;
    case 6:
      checked(body, 3, [1, text(50)], [2, uint], [3, hash]);
      return { kind: "anchor" } as const;
    case 7: {
      const { take } = checked(body, 4, [4, hash]);
      return { kind: "recover", user: take(1, id), verifyKey: take(2, hash), boxKey: take(3, hash) } as const;
    }
    default:
      return unknownTag(tag);
  }
}

/** Those that stand in a workspace's log. */
function workspaceContent(tag: number, body: Cbor) {
  switch (tag) {
    case 20: {
      const { take } = checked(body, 5, [3, id], [4, hash], [5, hash]);
      return { kind: "workspaceGenesis", organization: take(1, hash), owner: take(2, id) } as const;
    }
    case 21: {
      const { take } = checked(body, 2);
      return {
        kind: "write",
        items: take(1, list(writeItem, 256)),
        guards: take(2, list(guard, 256)),
      } as const;
    }
    case 22: {
      const { take } = checked(body, 2);
      return { kind: "read", count: take(1, integer(1, 256)), request: take(2, hash) } as const;
    }
    case 23:
      checked(body, 2, [1, uint], [2, bytesUpTo(1024)]);
      return { kind: "name" } as const;
    case 24: {
      const { take } = checked(body, 3);
      const role = take(2, orNull(word<Role>("reader", "contributor", "manager", "owner")));
      return { kind: "role", user: take(1, id), role, ringHash: take(3, orNull(hash)) } as const;
    }
    case 25: {
      const { take } = checked(body, 3, [2, hash]);
      return { kind: "rotation", keyIndex: take(1, uint), rings: take(3, list(ring, 512)) } as const;
    }
    case 26:
      checked(body, 0);
      return { kind: "ack" } as const;
    case 27:
      checked(body, 2, [1, uint], [2, uint]);
      return { kind: "audit" } as const;
    case 28:
      checked(body, 2, [1, hash], [2, hash]);
      return { kind: "resolve" } as const;
    default:
      return unknownTag(tag);
  }
}

/** The body's fields, of which the listed ones are only required to be there in their form. */
function checked(
  body: Cbor,
  count: number,
  ...unused: readonly (readonly [key: number, read: Read<unknown>])[]
): Fields {
  const all = fields(body, count);
  for (const [key, read] of unused) all.take(key, read);
  return all;
}

function writeItem(value: Cbor) {
  const { take } = checked(value, 7);
  return {
    manifest: take(1, id),
    baseVersion: take(2, uint),
    baseRecord: take(3, hash),
    contentHash: take(4, hash),
    sizeBytes: take(5, uint),
    keyIndex: take(6, uint),
    tombstone: take(7, boolean),
  };
}

function guard(value: Cbor) {
  const { take } = checked(value, 2);
  return { manifest: take(1, id), version: take(2, uint) };
}

function ring(value: Cbor): Bytes {
  return checked(value, 2, [2, hash]).take(1, id);
}

/** Rules that a record breaks by itself, wherever it stands; no honest server appends such a one. */
export function isInconsistent(content: Content): boolean {
  switch (content.kind) {
    case "write":
      return (
        content.items.length === 0 ||
        hasTwice(content.items.map(({ manifest }) => manifest)) ||
        hasTwice(content.guards.map(({ manifest }) => manifest)) ||
        content.items.some(
          (item) =>
            item.tombstone !== isZero(item.contentHash) ||
            (item.tombstone && item.sizeBytes !== 0) ||
            (item.baseVersion === 0) !== isZero(item.baseRecord),
        )
      );
    case "role":
      return (content.role === null) !== (content.ringHash === null);
    case "rotation":
      return hasTwice(content.rings);
    case "organizationGenesis":
    case "user":
    case "device":
    case "profile":
    case "workspace":
    case "anchor":
    case "recover":
    case "workspaceGenesis":
    case "read":
    case "name":
    case "ack":
    case "audit":
    case "resolve":
      return false;
  }
}

function hasTwice(ids: readonly Bytes[]): boolean {
  return new Set(ids.map((bytes) => bytes.join())).size !== ids.length;
}

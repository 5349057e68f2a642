import { type Bytes, equalBytes, isZero } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import type { Decision, LogState, RecordFault } from "./apply-record.ts";
import type { Signer } from "./authenticate.ts";
import { createMapChange, type MapChange, readMapEntry } from "./map-entry.ts";
import type { BodyOf, Record, Role } from "./record.ts";

/** What the rules of a workspace's log look at. */
export type WorkspaceState = Pick<LogState, "log" | "size" | "entries" | "organization">;

/** Rules of a workspace's log. Everybody who may sign in it is a member; what they may do is their role's. */
export function decideWorkspaceRecord(
  suite: CryptoSuite,
  state: WorkspaceState,
  record: Record,
  author: Signer,
  recordHash: Bytes,
): Result<Decision, RecordFault> {
  const { content } = record;
  if (content.kind === "workspaceGenesis") return decideGenesis(suite, state, content.body, author);
  const role = readMapEntry(suite, state.entries, { kind: "member", id: author.user })?.[0];
  if (role === undefined || role === null) return err({ type: "NotMember" });

  switch (content.kind) {
    case "write":
      return decideWrite(suite, state, content.body, role, recordHash);
    case "read":
    case "ack":
    case "audit":
      return ok(APPLIED);
    case "name":
      if (RANK[role] < RANK.manager) return ok(DENIED);
      return ok(isCurrentKey(suite, state, content.body.keyIndex) ? APPLIED : STALE_KEY);
    case "role":
      return decideRole(suite, state, content.body, role, author);
    case "rotation":
      return decideRotation(suite, state, content.body, role);
    case "resolve":
      return ok(author.profile === "administrator" ? APPLIED : DENIED);
    case "organizationGenesis":
    case "user":
    case "device":
    case "profile":
    case "workspace":
    case "anchor":
    case "recover":
      return err({ type: "Malformed" });
  }
}

export function mayWrite(role: Role): boolean {
  return RANK[role] >= RANK.contributor;
}

function decideGenesis(
  suite: CryptoSuite,
  state: WorkspaceState,
  body: BodyOf<"workspaceGenesis">,
  author: Signer,
): Result<Decision, RecordFault> {
  if (!equalBytes(body.organization, state.log.organization)) return err({ type: "ForeignLog" });
  if (!equalBytes(body.owner, author.user)) return err({ type: "NotMember" });
  return ok({
    outcome: "applied",
    changes: [
      createMapChange(suite, { kind: "member", id: body.owner }, "member", ["owner", state.size]),
      createMapChange(suite, { kind: "key" }, "key", [0, state.size]),
    ],
    memberCount: 1,
  });
}

function decideWrite(
  suite: CryptoSuite,
  state: WorkspaceState,
  body: BodyOf<"write">,
  role: Role,
  recordHash: Bytes,
): Result<Decision, RecordFault> {
  if (body.items.length === 0 || hasDuplicates(body.items) || hasDuplicates(body.guards))
    return err({ type: "Malformed" });
  for (const item of body.items) {
    if (item.tombstone !== isZero(item.contentHash) || (item.tombstone && item.sizeBytes !== 0)) {
      return err({ type: "Malformed" });
    }
    if ((item.baseVersion === 0) !== isZero(item.baseRecord)) return err({ type: "Malformed" });
  }
  if (!mayWrite(role)) return ok(DENIED);
  if (!body.items.every((item) => isCurrentKey(suite, state, item.keyIndex))) return ok(STALE_KEY);
  const versionOf = (id: Bytes) => readMapEntry(suite, state.entries, { kind: "manifest", id })?.[0] ?? 0;
  if (!body.guards.every((guard) => versionOf(guard.manifest) === guard.version)) return ok(CONFLICT);
  const changes: MapChange[] = [];
  for (const { manifest, baseVersion, baseRecord, contentHash, tombstone } of body.items) {
    if (versionOf(manifest) !== baseVersion) return ok(CONFLICT);
    if (baseVersion > 0) {
      const base = readMapEntry(suite, state.entries, {
        kind: "manifestVersion",
        id: manifest,
        version: baseVersion,
      });
      if (!base || !equalBytes(base[1], baseRecord)) return ok(CONFLICT);
    }
    const version = baseVersion + 1;
    changes.push(
      createMapChange(suite, { kind: "manifest", id: manifest }, "manifest", [version, tombstone]),
      createMapChange(suite, { kind: "manifestVersion", id: manifest, version }, "manifestVersion", [
        state.size,
        recordHash,
        contentHash,
      ]),
    );
  }
  return ok({ outcome: "applied", changes });
}

function decideRole(
  suite: CryptoSuite,
  state: WorkspaceState,
  body: BodyOf<"role">,
  role: Role,
  author: Signer,
): Result<Decision, RecordFault> {
  if ((body.role === null) !== (body.ringHash === null)) return err({ type: "Malformed" });
  const target = readMapEntry(suite, state.entries, { kind: "member", id: body.user })?.[0] ?? null;
  const isLeaving = body.role === null && equalBytes(body.user, author.user);
  // A manager deals with readers and contributors; owners with everybody. Anyone may leave, but not the last owner's
  // device by accident: an owner leaves only after another owner has changed its role.
  const reach = role === "owner" ? RANK.owner : role === "manager" ? RANK.contributor : 0;
  const touched = Math.max(target === null ? 0 : RANK[target], body.role === null ? 0 : RANK[body.role]);
  if (!(isLeaving && role !== "owner") && (touched > reach || equalBytes(body.user, author.user)))
    return ok(DENIED);
  if (target === body.role) return ok(CONFLICT);
  if (body.role !== null) {
    const registered = readMapEntry(suite, state.organization, { kind: "registeredUser", id: body.user });
    if (registered?.[2] !== "active") return ok(DENIED);
  }
  const members = readMapEntry(suite, state.entries, { kind: "authority" })?.[2] ?? 0;
  return ok({
    outcome: "applied",
    changes: [createMapChange(suite, { kind: "member", id: body.user }, "member", [body.role, state.size])],
    memberCount: members + (body.role === null ? -1 : target === null ? 1 : 0),
  });
}

function decideRotation(
  suite: CryptoSuite,
  state: WorkspaceState,
  body: BodyOf<"rotation">,
  role: Role,
): Result<Decision, RecordFault> {
  const users = body.rings.map((ring) => ({ manifest: ring.user }));
  if (hasDuplicates(users)) return err({ type: "Malformed" });
  if (role !== "owner") return ok(DENIED);
  const current = readMapEntry(suite, state.entries, { kind: "key" })?.[0] ?? 0;
  if (body.keyIndex !== current + 1) return ok(STALE_KEY);
  const members = readMapEntry(suite, state.entries, { kind: "authority" })?.[2] ?? 0;
  const isExact =
    body.rings.length === members &&
    body.rings.every(
      ({ user }) => (readMapEntry(suite, state.entries, { kind: "member", id: user })?.[0] ?? null) !== null,
    );
  if (!isExact) return ok(CONFLICT);
  return ok({
    outcome: "applied",
    changes: [createMapChange(suite, { kind: "key" }, "key", [body.keyIndex, state.size])],
  });
}

function isCurrentKey(suite: CryptoSuite, state: WorkspaceState, keyIndex: number): boolean {
  return readMapEntry(suite, state.entries, { kind: "key" })?.[0] === keyIndex;
}

function hasDuplicates(items: readonly { readonly manifest: Bytes }[]): boolean {
  return new Set(items.map((item) => toHex(item.manifest))).size !== items.length;
}

const RANK: Readonly<{ [R in Role]: number }> = { reader: 1, contributor: 2, manager: 3, owner: 4 };
const APPLIED: Decision = { outcome: "applied", changes: [] };
const DENIED: Decision = { outcome: "denied", changes: [] };
const CONFLICT: Decision = { outcome: "conflict", changes: [] };
const STALE_KEY: Decision = { outcome: "staleKey", changes: [] };

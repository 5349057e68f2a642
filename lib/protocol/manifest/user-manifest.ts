import { type Bytes, compareBytes } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import { array, bytes, bytesUpTo, type Infer, struct, text } from "../codec/schema.ts";
import { keysSchema } from "../identity/key-ring.ts";
import { MAX_NOTE_BYTES } from "../log/head.ts";
import { hashSchema, ID_BYTES, KEY_BYTES } from "../log/identifiers.ts";

/** What a user's own devices tell each other, in the user's personal workspace. */
const knownWorkspaceSchema = struct({
  log: [1, hashSchema],
  name: [2, text(255)],
  /** Workspace keys by index. */
  keys: [3, keysSchema],
  /** Newest head of the log that a device of this user had verified, as a signed note; empty before the first. */
  head: [4, bytesUpTo(MAX_NOTE_BYTES)],
});
type KnownWorkspace = Infer<typeof knownWorkspaceSchema>;

export const userManifestSchema = struct({
  /** Encrypts people's names and device labels; outsiders and the server do not have it. */
  organizationKey: [1, bytes(KEY_BYTES)],
  organizationName: [2, text(255)],
  userName: [3, text(255)],
  workspaces: [4, array(knownWorkspaceSchema, 10_000)],
});
export type UserManifest = Infer<typeof userManifestSchema>;

/** The personal workspace holds this one manifest, under an id that needs no announcement. */
export const USER_MANIFEST_ID: Bytes = new Uint8Array(ID_BYTES).fill(0xff);

/**
 * Both devices' knowledge: a workspace that either knows, the longer ring (rings only grow), the name that
 * changed, the local head where both are known (heads are compared by whoever reads them, not here).
 */
export function mergeUserManifests(
  base: UserManifest | null,
  local: UserManifest,
  remote: UserManifest,
): UserManifest {
  const merged = new Map(remote.workspaces.map((workspace) => [toHex(workspace.log), workspace]));
  for (const mine of local.workspaces) {
    const id = toHex(mine.log);
    const theirs = merged.get(id);
    const before = base?.workspaces.find((workspace) => toHex(workspace.log) === id);
    merged.set(id, theirs ? mergeWorkspaces(before, mine, theirs) : mine);
  }
  return {
    organizationKey: remote.organizationKey,
    organizationName: newer(base?.organizationName, local.organizationName, remote.organizationName),
    userName: newer(base?.userName, local.userName, remote.userName),
    workspaces: [...merged.values()].sort((a, b) => compareBytes(a.log, b.log)),
  };
}

function mergeWorkspaces(
  base: KnownWorkspace | undefined,
  local: KnownWorkspace,
  remote: KnownWorkspace,
): KnownWorkspace {
  return {
    log: local.log,
    name: newer(base?.name, local.name, remote.name),
    keys: local.keys.length >= remote.keys.length ? local.keys : remote.keys,
    head: local.head.length > 0 ? local.head : remote.head,
  };
}

/** The side that changed it; the recorded one where both did. */
function newer(base: string | undefined, local: string, remote: string): string {
  return remote === base ? local : remote;
}

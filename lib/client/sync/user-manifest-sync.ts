import { type Bytes, isZero } from "#protocol/bytes/bytes.ts";
import { codec, type Infer, literal, struct, uint } from "#protocol/codec/schema.ts";
import { hashSchema } from "#protocol/log/identifiers.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import { encryptManifest } from "#protocol/manifest/manifest-cipher.ts";
import {
  mergeUserManifests,
  USER_MANIFEST_ID,
  type UserManifest,
  userManifestSchema,
} from "#protocol/manifest/user-manifest.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import { putRow, type RowTable, type SealedRows } from "../storage/sealed-rows.ts";
import type { LockedLog } from "./log-access.ts";
import { keysOf, openManifest } from "./open-manifest.ts";
import { readManifests } from "./read-manifests.ts";
import type { SyncHost } from "./sync-host.ts";

const cachedSchema = struct({
  v: [0, literal(1)],
  version: [1, uint],
  recordHash: [2, hashSchema],
  manifest: [3, userManifestSchema],
});
type CachedUserManifest = Infer<typeof cachedSchema>;

/** [] */
const USER_MANIFEST: RowTable<CachedUserManifest> = {
  name: "user-manifest",
  codec: codec(cachedSchema, 16 * 1024 * 1024),
};

export interface UserManifestSync {
  /** Both ways between this device's workspaces and the user's other devices. */
  readonly sync: () => Promise<Result<null, EngineError>>;
}

/** What a person calls things, and the key that encrypts people's names. */
export type Profile = Pick<UserManifest, "organizationKey" | "organizationName" | "userName">;

const MAX_ATTEMPTS = 5;

export function createUserManifestSync(host: SyncHost, rows: SealedRows, profile: Profile): UserManifestSync {
  const { personalWorkspace } = host.identity;
  return {
    sync: async () => {
      // Not born yet, for want of a server: nothing can be told to the other devices so far.
      if (isZero(personalWorkspace)) return err({ type: "ServerUnreachable" });
      return host.logs.run(personalWorkspace, async (log) => {
        for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
          const newest = await fetchNewest(host, log, rows);
          if (!newest.ok) return newest;
          const base = newest.value;
          const local = await localManifest(host, profile);
          const merged = base ? mergeUserManifests(base.before, local, base.now.manifest) : local;
          await takeOver(host, merged);
          const isPublished = (await host.workspaces.list()).every(
            (row) => row.isPublished || row.pendingRing !== null,
          );
          if (base && isPublished) return ok(null);
          const written = await writeManifest(host, log, rows, base?.now, merged);
          if (!written.ok) return written;
          if (written.value) return ok(null);
        }
        return err({ type: "ServerUnreachable" });
      });
    },
  };
}

interface Newest {
  /** As this device knew it before; null where it knew nothing. */
  readonly before: UserManifest | null;
  readonly now: CachedUserManifest;
}

async function fetchNewest(
  host: SyncHost,
  log: LockedLog,
  rows: SealedRows,
): Promise<Result<Newest | null, EngineError>> {
  const cached = await rows.get(USER_MANIFEST);
  const name = { kind: "manifest", id: USER_MANIFEST_ID } as const;
  const proven = await log.prove([name]);
  if (!proven.ok) return proven;
  const version = readMapEntry(host.suite, proven.value.entries, name)?.[0] ?? 0;
  if (cached && cached.version >= version) return ok({ before: cached.manifest, now: cached });
  if (version === 0) return ok(null);
  const reads = await readManifests(host, log, [{ manifest: USER_MANIFEST_ID, version: null }]);
  if (!reads.ok) return reads;
  const [read] = reads.value;
  const opened = read ? openManifest(host.suite, log.id, read, await keysOf(host, log.id)) : ok(null);
  if (!opened.ok) return opened;
  if (opened.value?.manifest.kind !== "user")
    return err({ type: "Unexpected", detail: "UserManifestMissing" });
  const { manifest, recordHash } = opened.value;
  const now = { v: 1, version: opened.value.version, recordHash, manifest: manifest.body } as const;
  await rows.write([putRow(USER_MANIFEST, [], now)]);
  return ok({ before: cached?.manifest ?? null, now });
}

async function localManifest(host: SyncHost, profile: Profile): Promise<UserManifest> {
  const rows = await host.workspaces.list();
  const shared = rows.filter(({ isPersonal, pendingRing }) => !isPersonal && pendingRing === null);
  const workspaces = await Promise.all(
    shared.map(async ({ log, name, keys }) => {
      const { head } = await host.journal.log(log);
      return { log, name, keys, head: head?.note ?? new Uint8Array(0) };
    }),
  );
  return { ...profile, workspaces };
}

/** What the user's other devices know and this one does not. */
async function takeOver(host: SyncHost, { workspaces }: UserManifest): Promise<void> {
  for (const { log, name, keys } of workspaces) {
    const row = await host.workspaces.get(log);
    if (!row) {
      await host.workspaces.put({
        v: 1,
        log,
        name,
        keys,
        // Shown until the log's own members are looked at; it grants nothing.
        role: "reader",
        isPersonal: false,
        pendingRing: null,
        isPublished: true,
      });
    } else if (row.name !== name || row.keys.length < keys.length) {
      await host.workspaces.put({ ...row, name, keys: row.keys.length < keys.length ? keys : row.keys });
    }
  }
}

/** False where another device was faster. */
async function writeManifest(
  host: SyncHost,
  log: LockedLog,
  rows: SealedRows,
  base: CachedUserManifest | undefined,
  manifest: UserManifest,
): Promise<Result<boolean, EngineError>> {
  const keys = (await host.workspaces.get(log.id))?.keys ?? [];
  const keyIndex = keys.length - 1;
  const key = keys[keyIndex];
  if (!key) return err({ type: "Unexpected", detail: "PersonalKeyMissing" });
  const baseVersion = base?.version ?? 0;
  const place = { log: log.id, manifest: USER_MANIFEST_ID, version: baseVersion + 1, keyIndex };
  const sealed = encryptManifest(host.suite, host.randomBytes, { kind: "user", body: manifest }, place, key);
  if (!sealed.ok) return err({ type: "Unexpected", detail: sealed.error.type });
  const item = {
    manifest: USER_MANIFEST_ID,
    baseVersion,
    baseRecord: base?.recordHash ?? ZERO_HASH,
    contentHash: host.suite.sha256(sealed.value),
    sizeBytes: sealed.value.length,
    keyIndex,
    tombstone: false,
  };
  const content = { kind: "write", body: { items: [item], guards: [] } } as const;
  const appended = await log.append({ content }, { contents: [sealed.value] });
  if (!appended.ok) return appended;
  if (appended.value.receipt.stamp.outcome !== "applied") return ok(false);
  const { recordHash } = appended.value.prepared;
  await rows.write([putRow(USER_MANIFEST, [], { v: 1, version: baseVersion + 1, recordHash, manifest })]);
  for (const row of await host.workspaces.list()) {
    if (!row.isPublished && row.pendingRing === null)
      await host.workspaces.put({ ...row, isPublished: true });
  }
  return ok(true);
}

const ZERO_HASH: Bytes = new Uint8Array(32);

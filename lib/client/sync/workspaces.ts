import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { parseEntryName } from "#protocol/manifest/entry-name.ts";
import { encryptWorkspaceName } from "#protocol/manifest/workspace-name.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import { isPassing, nameErrorOf } from "./engine-errors.ts";
import { parseLogId } from "./hex-id.ts";
import { UNWRITTEN_ROOT } from "./manifest-cache.ts";
import type { SyncHost } from "./sync-host.ts";
import type { UserManifestSync } from "./user-manifest-sync.ts";
import { type BirthHost, giveBirth } from "./workspace-birth.ts";
import type { WorkspaceRow } from "./workspace-table.ts";

export interface Workspaces {
  /** Shared ones that are ready for use, by name. */
  readonly list: () => Promise<readonly WorkspaceRow[]>;
  readonly create: (name: string) => Promise<Result<WorkspaceRow, EngineError>>;
  readonly rename: (workspace: string, name: string) => Promise<Result<null, EngineError>>;
  /** What could not be told to the log or the user's other devices before. */
  readonly publish: () => Promise<Result<null, EngineError>>;
}

export function createWorkspaces(host: SyncHost & BirthHost, userManifest: UserManifestSync): Workspaces {
  const lock = `holdfast/publish/${toHex(host.identity.device)}`;
  // Asked for by the person and by events alike: whoever comes second finds it done.
  const publish = (): Promise<Result<null, EngineError>> => host.locks.run(lock, publishAll);
  const publishAll = async (): Promise<Result<null, EngineError>> => {
    for (const row of await host.workspaces.list()) {
      if (row.isPersonal || row.isPublished || row.pendingRing !== null) continue;
      const named = await appendName(host, row);
      if (!named.ok) return named;
    }
    return userManifest.sync();
  };
  /** Its keys are safe in any case: with this device, and in the sealed ring that the genesis names. */
  const publishIfPossible = async (): Promise<Result<null, EngineError>> => {
    const published = await publish();
    return published.ok || isPassing(published.error) ? ok(null) : published;
  };

  return {
    publish,
    list: async () => {
      const rows = await host.workspaces.list();
      return rows
        .filter(({ isPersonal, pendingRing }) => !isPersonal && pendingRing === null)
        .sort((a, b) => a.name.localeCompare(b.name));
    },
    create: async (text) => {
      const name = parseEntryName(text);
      if (!name.ok) return err(nameErrorOf(name.error));
      const { organization } = host.identity;
      const born = await host.logs.run(organization, () => giveBirth(host, name.value, false));
      if (!born.ok) return born;
      // No lock: nobody else has seen this log yet.
      await host.cache.put(born.value, [UNWRITTEN_ROOT]);
      const published = await publishIfPossible();
      if (!published.ok) return published;
      host.emit({ type: "workspaces" });
      return requireRow(host, born.value);
    },
    rename: async (workspace, text) => {
      const name = parseEntryName(text);
      if (!name.ok) return err(nameErrorOf(name.error));
      const log = parseLogId(workspace);
      if (!log.ok) return log;
      const row = await requireRow(host, log.value);
      if (!row.ok) return row;
      const renamed: WorkspaceRow = { ...row.value, name: name.value, isPublished: false };
      const appended = await appendName(host, renamed);
      if (!appended.ok) return appended;
      await host.workspaces.put(renamed);
      host.emit({ type: "workspaces" });
      const published = await userManifest.sync();
      return published.ok || isPassing(published.error) ? ok(null) : published;
    },
  };
}

async function requireRow(host: SyncHost, log: Bytes): Promise<Result<WorkspaceRow, EngineError>> {
  const row = await host.workspaces.get(log);
  return row?.pendingRing === null ? ok(row) : err({ type: "NotFound" });
}

/** Members who are not this user learn the name from the workspace's own log. */
async function appendName(host: SyncHost, row: WorkspaceRow): Promise<Result<null, EngineError>> {
  const keyIndex = row.keys.length - 1;
  const key = row.keys[keyIndex];
  if (!key) return err({ type: "NotAllowed" });
  const ciphertext = encryptWorkspaceName(host.suite, host.randomBytes, row.name, row.log, keyIndex, key);
  return host.logs.run(row.log, async (log) => {
    const content = { kind: "name", body: { keyIndex, ciphertext } } as const;
    const appended = await log.append({ content, subjects: [row.name] });
    if (!appended.ok) return appended;
    return appended.value.receipt.stamp.outcome === "applied" ? ok(null) : err({ type: "NotAllowed" });
  });
}

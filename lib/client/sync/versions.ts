import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import { MAX_READ_ITEMS } from "#protocol/log/record.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError, FileVersion } from "../engine.ts";
import type { FileGateway } from "../engine-parts.ts";
import { viewWorkspace } from "./folder-view.ts";
import { parseEntryId, parseLogId } from "./hex-id.ts";
import type { SyncHost } from "./sync-host.ts";

export interface Versions {
  /** Newest first, at most 256. Reads them, since sizes are in the manifests. */
  readonly list: (workspace: string, file: string) => Promise<Result<readonly FileVersion[], EngineError>>;
  /** Writes the content of an old version as the newest one; nothing in between is lost. */
  readonly restore: (workspace: string, file: string, version: number) => Promise<Result<null, EngineError>>;
}

export function createVersions(
  host: SyncHost,
  files: FileGateway,
  authorNameOf: (device: Bytes) => Promise<string>,
): Versions {
  return {
    list: async (workspace, file) => {
      const newest = await newestVersion(host, workspace, file);
      if (!newest.ok) return newest;
      const count = Math.min(newest.value, MAX_READ_ITEMS);
      const wanted = Array.from({ length: count }, (_, index) => ({ file, version: newest.value - index }));
      const opened = await files.openFiles(workspace, wanted);
      if (!opened.ok) return opened;
      const versions = opened.value.map(async ({ version, manifest, author, at }) => ({
        version,
        at,
        author: await authorNameOf(author),
        sizeBytes: manifest.sizeBytes,
        isCurrent: version === newest.value,
      }));
      return ok(await Promise.all(versions));
    },
    restore: async (workspace, file, version) => {
      const opened = await files.openFiles(workspace, [{ file, version }]);
      if (!opened.ok) return opened;
      const [old] = opened.value;
      const log = parseLogId(workspace);
      const id = parseEntryId(file);
      if (!old || !log.ok || !id.ok) return err({ type: "NotFound" });
      const holder = (await viewWorkspace(host, log.value)).holderOf(id.value);
      if (!holder) return err({ type: "NotFound" });
      const committed = await files.commitFiles(workspace, [
        { folder: toHex(holder.folder), file, modifiedAt: host.now(), manifest: old.manifest },
      ]);
      return committed.ok ? ok(null) : committed;
    },
  };
}

async function newestVersion(
  host: SyncHost,
  workspace: string,
  file: string,
): Promise<Result<number, EngineError>> {
  const log = parseLogId(workspace);
  if (!log.ok) return log;
  const id = parseEntryId(file);
  if (!id.ok) return id;
  const name = { kind: "manifest", id: id.value } as const;
  const proven = await host.logs.run(log.value, (locked) => locked.prove([name]));
  if (!proven.ok) return proven;
  const version = readMapEntry(host.suite, proven.value.entries, name)?.[0] ?? 0;
  return version === 0 ? err({ type: "NotFound" }) : ok(version);
}

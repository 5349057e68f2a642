import type { Bytes } from "#protocol/bytes/bytes.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError, Entry } from "../engine.ts";
import type { SealedSizes } from "../engine-parts.ts";
import { isKept } from "./engine-errors.ts";
import { viewWorkspace } from "./folder-view.ts";
import { parseEntryId, parseLogId } from "./hex-id.ts";
import { refreshFolders } from "./load-folders.ts";
import type { SyncHost } from "./sync-host.ts";

/**
 * Children of many folders at once: what changed is asked in one question and read with one record, where a tree
 * walked folder by folder would leave a record for each. Out of reach of the server, as this device knows them.
 */
export async function listFolders(
  host: SyncHost,
  sizesOf: (log: Bytes) => Promise<SealedSizes>,
  workspace: string,
  folders: readonly string[],
): Promise<Result<readonly (readonly Entry[])[], EngineError>> {
  const log = parseLogId(workspace);
  if (!log.ok) return log;
  const ids: Bytes[] = [];
  for (const folder of folders) {
    const id = parseEntryId(folder);
    if (!id.ok) return id;
    ids.push(id.value);
  }
  const refreshed = await host.logs.run(log.value, (locked) => refreshFolders(host, locked, ids));
  if (!refreshed.ok && !isKept(refreshed.error) && refreshed.error.type !== "ServerAnswerInvalid") {
    return refreshed;
  }
  const view = await viewWorkspace(host, log.value);
  if (!ids.every((id) => view.folderOf(id))) return err({ type: "NotFound" });
  const sizes = await sizesOf(log.value);
  return ok(ids.map((id) => view.entriesOf(id, sizes)));
}

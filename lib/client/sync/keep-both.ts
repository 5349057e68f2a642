import { toHex } from "#protocol/bytes/text.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { FileGateway } from "../engine-parts.ts";
import { viewWorkspace } from "./folder-view.ts";
import { parseEntryId, parseLogId } from "./hex-id.ts";
import type { SyncHost } from "./sync-host.ts";

/** The newest version of a file becomes one of its own beside it, and the file gets its version `replaced` back. */
export async function keepBoth(
  host: SyncHost,
  files: FileGateway,
  workspace: string,
  file: string,
  replaced: number,
): Promise<Result<null, EngineError>> {
  const log = parseLogId(workspace);
  const id = parseEntryId(file);
  if (!log.ok || !id.ok) return err({ type: "NotFound" });
  const holder = (await viewWorkspace(host, log.value)).holderOf(id.value);
  if (!holder) return err({ type: "NotFound" });
  const { name, modifiedAt } = holder.child;
  const opened = await files.openFiles(workspace, [
    { file, version: null, name },
    { file, version: replaced, name },
  ]);
  if (!opened.ok) return opened;
  const [newest, older] = opened.value;
  if (!newest || !older) return err({ type: "NotFound" });
  const folder = toHex(holder.folder);
  const committed = await files.commitFiles(workspace, [
    { folder, file: null, modifiedAt, manifest: { ...newest.manifest, name } },
    { folder, file, modifiedAt: host.now(), manifest: { ...older.manifest, name } },
  ]);
  return committed.ok ? ok(null) : committed;
}

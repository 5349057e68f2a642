import type { Bytes } from "#protocol/bytes/bytes.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { FileManifest } from "#protocol/manifest/file-manifest.ts";
import { ROOT_FOLDER_ID } from "#protocol/manifest/folder-manifest.ts";
import { parseManifest } from "#protocol/manifest/manifest-cipher.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError, SetAsideEdit } from "../engine.ts";
import type { SetAsideFile } from "../engine-parts.ts";
import type { HeldIntent, IntendedChange } from "../journal/intent.ts";
import { parseLogId } from "./hex-id.ts";
import { errorOf, nameOfChange, nameOfFolder } from "./hold-edits.ts";
import { logLockName } from "./log-host.ts";
import type { SyncHost } from "./sync-host.ts";

/** Edits that left the queue undone, oldest first. */
export async function listSetAside(
  host: SyncHost,
  workspace: string,
): Promise<Result<readonly SetAsideEdit[], EngineError>> {
  const log = parseLogId(workspace);
  if (!log.ok) return log;
  const edits: SetAsideEdit[] = [];
  for (const { intent, obstacle, heldAt } of await host.intents.held(log.value)) {
    const [first] = intent.changes;
    if (!first) continue;
    const folder = folderOf(first);
    const files = filesOf(intent);
    edits.push({
      id: String(intent.order),
      name: nameOfChange(first),
      change: kindOf(first),
      folder: equalBytes(folder, ROOT_FOLDER_ID) ? null : await nameOfFolder(host, log.value, folder),
      changes: intent.changes.length,
      files: files.length,
      sizeBytes: files.reduce((sum, { manifest }) => sum + manifest.sizeBytes, 0),
      reason: errorOf(log.value, obstacle),
      since: heldAt,
    });
  }
  return ok(edits);
}

/** The contents that one of them holds, each as it would be called. */
export async function openSetAside(
  host: SyncHost,
  workspace: string,
  edit: string,
): Promise<Result<readonly SetAsideFile[], EngineError>> {
  const log = parseLogId(workspace);
  if (!log.ok) return log;
  const held = await findHeld(host, log.value, edit);
  return held ? ok(filesOf(held.intent)) : err({ type: "NotFound" });
}

/** Takes back what nobody wants any more; content that was not saved before is gone from this device. */
export async function giveUpSetAside(
  host: SyncHost,
  workspace: string,
  edit: string,
): Promise<Result<null, EngineError>> {
  const log = parseLogId(workspace);
  if (!log.ok) return log;
  const isThere = await host.locks.run(`${logLockName(host.identity.device, log.value)}/queue`, async () => {
    const held = await findHeld(host, log.value, edit);
    if (held) await host.intents.release(log.value, [held.intent.order]);
    return held !== undefined;
  });
  host.emit({ type: "workspaces" });
  return isThere ? ok(null) : err({ type: "NotFound" });
}

async function findHeld(host: SyncHost, log: Bytes, edit: string): Promise<HeldIntent | undefined> {
  return (await host.intents.held(log)).find(({ intent }) => String(intent.order) === edit);
}

function filesOf({ changes, contents }: HeldIntent["intent"]): readonly SetAsideFile[] {
  const modified = new Map(
    changes.map((change) => {
      const { id, modifiedAt } = childOf(change);
      return [toHex(id), modifiedAt] as const;
    }),
  );
  return contents.flatMap(({ manifest: id, encoded }): readonly SetAsideFile[] => {
    const manifest = parseManifest(encoded);
    if (!manifest.ok || manifest.value.kind !== "file") return [];
    const file: FileManifest = manifest.value.body;
    return [{ manifest: file, modifiedAt: modified.get(toHex(id)) ?? 0 }];
  });
}

function childOf({ kind, body }: IntendedChange) {
  return kind === "put" || kind === "move" ? body.after : body.before;
}

/** Where it was to be, or where it is. */
function folderOf({ kind, body }: IntendedChange): Bytes {
  return kind === "move" ? body.to : body.folder;
}

function kindOf({ kind, body }: IntendedChange): SetAsideEdit["change"] {
  if (kind === "move") return "move";
  if (kind !== "put") return "removal";
  if (body.before === null) return "new";
  return body.before.name === body.after.name ? "content" : "rename";
}

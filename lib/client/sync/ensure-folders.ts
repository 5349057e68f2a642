import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { parseEntryName } from "#protocol/manifest/entry-name.ts";
import { EMPTY_ROOT, type FolderChild } from "#protocol/manifest/folder-manifest.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { IntendedChange, IntendedContent } from "../journal/intent.ts";
import { childrenByName, newChild, openTargets } from "./edit-target.ts";
import type { Edits } from "./edits.ts";
import { nameErrorOf } from "./engine-errors.ts";
import { parseLogId } from "./hex-id.ts";
import { inIntents } from "./in-intents.ts";
import { logLockName } from "./log-host.ts";
import { newFolderContent } from "./new-folder.ts";
import type { SyncHost } from "./sync-host.ts";

/**
 * The folders of all paths below `parent`, made where they are missing, each after the one that holds it. One at a time
 * in all tabs: two uploads into one new folder would each make it otherwise.
 */
export async function ensureFolders(
  host: SyncHost,
  edits: Edits,
  workspace: string,
  parent: string | null,
  paths: readonly (readonly string[])[],
): Promise<Result<ReadonlyMap<string, string>, EngineError>> {
  const log = parseLogId(workspace);
  if (!log.ok) return log;
  const lock = `${logLockName(host.identity.device, log.value)}/folders`;
  return host.locks.run(lock, () => makeMissing(host, edits, log.value, parent, paths));
}

async function makeMissing(
  host: SyncHost,
  edits: Edits,
  log: Bytes,
  parent: string | null,
  paths: readonly (readonly string[])[],
): Promise<Result<ReadonlyMap<string, string>, EngineError>> {
  const opened = await openTargets(host, log, [parent]);
  if (!opened.ok) return opened;
  const { view, targets } = opened.value;
  const top = targets[0]?.id;
  if (!top) return err({ type: "NotFound" });
  const children = new Map<string, ReadonlyMap<string, FolderChild>>();
  const folderNamed = (folder: Bytes, name: string): Bytes | undefined => {
    const manifest = view.folderOf(folder);
    const known = children.get(toHex(folder)) ?? childrenByName(manifest ?? EMPTY_ROOT);
    children.set(toHex(folder), known);
    const child = known.get(name);
    return child?.kind === "folder" ? child.id : undefined;
  };
  const ids = new Map<string, Bytes>([["", top]]);
  const changes: IntendedChange[] = [];
  const contents: IntendedContent[] = [];
  for (const path of paths) {
    let folder = top;
    let key = "";
    for (const [depth, text] of path.entries()) {
      key = depth === 0 ? text : `${key}/${text}`;
      const known = ids.get(key);
      if (known) {
        folder = known;
        continue;
      }
      const name = parseEntryName(text);
      if (!name.ok) return err(nameErrorOf(name.error));
      let next = folderNamed(folder, name.value);
      if (!next) {
        next = host.randomBytes(16);
        const after = newChild(next, name.value, "folder", host.now());
        changes.push({ kind: "put", body: { folder, before: null, after } });
        contents.push(newFolderContent(next, folder));
        children.set(toHex(next), new Map());
      }
      ids.set(key, next);
      folder = next;
    }
  }
  const submitted = await edits.submit(log, inIntents(changes, contents));
  if (!submitted.ok) return submitted;
  return ok(new Map([...ids].map(([key, folder]) => [key, toHex(folder)])));
}

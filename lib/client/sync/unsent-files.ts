import { equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { ROOT_FOLDER_ID } from "#protocol/manifest/folder-manifest.ts";
import { parseManifest } from "#protocol/manifest/manifest-cipher.ts";
import type { EngineError } from "../engine.ts";
import type { UnsentFile, UnsentFiles } from "../engine-parts.ts";
import type { HeldIntent, NewIntent } from "../journal/intent.ts";
import type { Edits } from "./edits.ts";
import { parseLogId } from "./hex-id.ts";
import { errorOf } from "./hold-edits.ts";
import type { SyncHost } from "./sync-host.ts";

/** Contents that no receipt names yet: those on their way, and those set aside until something makes them possible. */
export async function findUnsent(host: SyncHost, edits: Edits, workspace: string): Promise<UnsentFiles> {
  const parsed = parseLogId(workspace);
  if (!parsed.ok) return NOTHING;
  const log = parsed.value;
  // What is set aside goes back into the queue, and the other way round: seen before and after, none is missed.
  const before = await host.intents.held(log);
  const { intents, because } = await edits.unsent(log);
  const after = await host.intents.held(log);
  const aside = ({ intent, obstacle }: HeldIntent) => contentsOf(intent, errorOf(log, obstacle));
  const waiting = [
    ...before.map(aside),
    ...after.map(aside),
    ...intents.map((intent) => contentsOf(intent, because)),
  ];
  return {
    files: waiting.flatMap(({ files }) => files),
    folders: new Set(waiting.flatMap(({ folders }) => folders)),
    because: because ?? waiting.find((one) => one.because !== null)?.because ?? null,
  };
}

function contentsOf({ changes, contents }: NewIntent, because: EngineError | null) {
  const places = new Map<string, string | null>();
  for (const { kind, body } of changes) {
    if (kind !== "put") continue;
    const { folder, after } = body;
    places.set(toHex(after.id), equalBytes(folder, ROOT_FOLDER_ID) ? null : toHex(folder));
  }
  const files: UnsentFile[] = [];
  const folders: string[] = [];
  for (const { manifest: id, encoded } of contents) {
    const manifest = parseManifest(encoded);
    if (!manifest.ok) continue;
    if (manifest.value.kind === "folder") folders.push(toHex(id));
    else if (manifest.value.kind === "file")
      files.push({ folder: places.get(toHex(id)) ?? null, manifest: manifest.value.body, because });
  }
  return { files, folders, because };
}

const NOTHING: UnsentFiles = { files: [], folders: new Set(), because: null };

import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { childById, MAX_CHILDREN } from "#protocol/manifest/folder-manifest.ts";
import type { EngineError } from "../engine.ts";
import type { IntendedChange, Intent, Obstacle } from "../journal/intent.ts";
import type { StoppedChange, StopReason } from "./compose-edits.ts";
import { splitIntent } from "./cut-intents.ts";
import { MAX_DEPTH } from "./folder-ways.ts";
import type { SyncHost } from "./sync-host.ts";

/** What left the queue undone, for people. */
export interface HeldEdit {
  /** Of what it was about. */
  readonly name: string;
  readonly obstacle: Obstacle;
}

/** All of these leave the queue for one reason. */
export async function holdIntents(
  host: SyncHost,
  log: Bytes,
  intents: readonly Intent[],
  obstacle: Obstacle,
): Promise<readonly HeldEdit[]> {
  for (const intent of intents) {
    const [all, none] = splitIntent(intent, () => true);
    await host.intents.hold(log, all, none, { obstacle, heldAt: host.now() });
  }
  return intents.map(({ changes }) => ({ name: nameOfChange(changes[0]), obstacle }));
}

/** The stopped changes leave the queue with their contents; the rest of their intents stays in it. */
export async function holdStopped(
  host: SyncHost,
  log: Bytes,
  batch: readonly Intent[],
  stopped: readonly StoppedChange[],
): Promise<readonly HeldEdit[]> {
  const held: HeldEdit[] = [];
  const groups = groupByReason(stopped);
  for (const intent of batch) {
    let rest = intent;
    for (const { reason, changes } of groups) {
      const [taken, others] = splitIntent(rest, (change) => changes.has(change));
      if (taken.changes.length === 0) continue;
      const obstacle = await obstacleFor(host, log, reason);
      await host.intents.hold(log, taken, others, { obstacle, heldAt: host.now() });
      rest = others;
      held.push({ name: nameOfChange(taken.changes[0]), obstacle });
    }
  }
  return held;
}

/** In the words of the engine's face. */
export function errorOf(log: Bytes, { kind, body }: Obstacle): EngineError {
  switch (kind) {
    case "folderInTrash":
      return {
        type: "FolderInTrash",
        workspace: toHex(log),
        folder: toHex(body.folder),
        name: body.name,
      };
    case "folderFull":
      return { type: "FolderFull", folder: toHex(body.folder), name: body.name, maxEntries: MAX_CHILDREN };
    case "tooDeep":
      return { type: "TooDeep", folder: toHex(body.folder), maxDepth: MAX_DEPTH };
    case "notAllowed":
      return { type: "NotAllowed" };
    case "tooLarge":
      return { type: "TooLarge", maxBytes: body };
    case "refused":
      return { type: "ServerRefused", reason: body };
    case "requestTooLarge":
      return { type: "RequestTooLarge", sizeBytes: body };
    case "unreadable":
      return { type: "StorageCorrupt", detail: "edit" };
  }
}

/** The folder in the trash by the name it had, as far as this device has seen it. */
export async function folderInTrash(host: SyncHost, log: Bytes, folder: Bytes): Promise<EngineError> {
  return errorOf(log, await obstacleFor(host, log, { type: "FolderInTrash", folder }));
}

export function nameOfChange(change: IntendedChange | undefined): string {
  if (!change) return "";
  return change.kind === "put" || change.kind === "move" ? change.body.after.name : change.body.before.name;
}

async function obstacleFor(host: SyncHost, log: Bytes, reason: StopReason): Promise<Obstacle> {
  if (reason.type === "Unreadable") return { kind: "unreadable", body: {} };
  const { folder } = reason;
  const place = { folder, name: await nameOfFolder(host, log, folder) };
  switch (reason.type) {
    case "FolderInTrash":
      return { kind: "folderInTrash", body: place };
    case "FolderFull":
      return { kind: "folderFull", body: place };
    case "TooDeep":
      return { kind: "tooDeep", body: place };
  }
}

/** Empty for one that this device never saw in its place, and for the top folder. */
export async function nameOfFolder(host: SyncHost, log: Bytes, folder: Bytes): Promise<string> {
  const known = await host.cache.folders(log);
  const parent = known.get(toHex(folder))?.folder.parent;
  const holder = parent ? known.get(toHex(parent)) : undefined;
  const held = holder && childById(holder.folder, folder);
  return held?.name ?? (await host.cache.gone(log, folder))?.child.name ?? "";
}

interface StoppedGroup {
  readonly reason: StopReason;
  readonly changes: Set<IntendedChange>;
}

/** What was to go into a folder that is stopped itself is stopped for that one's reason. */
function groupByReason(stopped: readonly StoppedChange[]): readonly StoppedGroup[] {
  const groups = new Map<string, StoppedGroup>();
  const reasons = new Map<string, StopReason>();
  for (const { change, reason } of stopped) {
    const target = change.kind === "put" ? change.body.folder : undefined;
    const root = (target && reasons.get(toHex(target))) ?? reason;
    if (change.kind === "put") reasons.set(toHex(change.body.after.id), root);
    const key = root.type === "Unreadable" ? root.type : `${root.type}/${toHex(root.folder)}`;
    const group = groups.get(key) ?? { reason: root, changes: new Set() };
    group.changes.add(change);
    groups.set(key, group);
  }
  return [...groups.values()];
}

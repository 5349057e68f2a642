import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { shortenName } from "#protocol/manifest/entry-name.ts";
import { type FolderChild, ROOT_FOLDER_ID } from "#protocol/manifest/folder-manifest.ts";
import { encodeManifest, parseManifest } from "#protocol/manifest/manifest-cipher.ts";
import type { HeldIntent, IntendedChange, IntendedContent, NewIntent, Obstacle } from "../journal/intent.ts";
import { nameOfChange } from "./hold-edits.ts";
import { newFolderContent } from "./new-folder.ts";
import type { SyncHost } from "./sync-host.ts";

export interface RetriedEdits {
  /** Names of what was given up. */
  readonly abandoned: readonly string[];
  /** The first thing of each lost place, and the folder in which all of it is now. */
  readonly recovered: readonly { readonly name: string; readonly given: string }[];
}

/** A place that is gone, and everything that nobody waits for any more and that was to go there. */
interface LostPlace {
  readonly name: string;
  readonly held: readonly HeldIntent[];
}

/**
 * Held edits that nobody waits for go back into the queue. What had no place goes into a new folder at the top that
 * says which one it was meant for; changes that add nothing to it (a rename, a move) are given up, and named in the
 * answer. The caller holds the queue's lock.
 */
export async function retryHeld(
  host: SyncHost,
  log: Bytes,
  held: readonly HeldIntent[],
): Promise<RetriedEdits> {
  const placeless = new Map<string, LostPlace & { readonly held: HeldIntent[] }>();
  const again: NewIntent[] = [];
  for (const one of held) {
    const place = placeOf(one.obstacle);
    if (!place) {
      again.push(one.intent);
      continue;
    }
    const lost = placeless.get(toHex(place.folder)) ?? { name: place.name, held: [] };
    lost.held.push(one);
    placeless.set(toHex(place.folder), lost);
  }
  const lost = [...placeless.values()].map((place) => recoverInto(host, place));
  again.push(...lost.flatMap(({ intents }) => intents));
  await host.intents.release(
    log,
    held.map(({ intent }) => intent.order),
    again,
  );
  return {
    abandoned: lost.flatMap(({ abandoned }) => abandoned),
    recovered: lost.flatMap(({ intents: [folder, first], given }) =>
      folder ? [{ name: nameOfChange(first?.changes[0]), given }] : [],
    ),
  };
}

function placeOf({ kind, body }: Obstacle): { readonly folder: Bytes; readonly name: string } | undefined {
  return kind === "folderInTrash" || kind === "folderFull" || kind === "tooDeep" ? body : undefined;
}

function recoverInto(host: SyncHost, { name, held }: LostPlace) {
  const target: FolderChild = {
    id: host.randomBytes(16),
    name: shortenName(name === "" ? "Recovered" : `Recovered from ${name}`),
    kind: "folder",
    sizeBytes: 0,
    modifiedAt: host.now(),
    mimeHint: null,
  };
  const made = new Set(
    held.flatMap(({ intent }) => intent.contents.filter(isFolder).map(({ manifest }) => toHex(manifest))),
  );
  const abandoned: string[] = [];
  const moved = held.flatMap(({ intent }): readonly NewIntent[] => {
    const contents = new Map(intent.contents.map((content) => [toHex(content.manifest), content]));
    const kept: IntendedContent[] = [];
    const changes = intent.changes.flatMap((change): readonly IntendedChange[] => {
      const content = change.kind === "put" ? contents.get(toHex(change.body.after.id)) : undefined;
      if (change.kind !== "put" || (change.body.before !== null && !content)) {
        abandoned.push(nameOfChange(change));
        return [];
      }
      const { folder, before, after } = change.body;
      if (made.has(toHex(folder))) {
        if (content) kept.push(content);
        return [change];
      }
      // A new version of a file that is in the trash becomes a file of its own.
      const id = before === null ? after.id : host.randomBytes(16);
      if (content) kept.push(asNew(content, id, target.id));
      return [{ kind: "put", body: { folder: target.id, before: null, after: { ...after, id } } }];
    });
    return changes.length > 0 ? [{ ...intent, changes, contents: kept }] : [];
  });
  if (moved.length === 0) return { intents: [], abandoned, given: target.name };
  const folder: NewIntent = {
    createdAt: host.now(),
    changes: [{ kind: "put", body: { folder: ROOT_FOLDER_ID, before: null, after: target } }],
    contents: [newFolderContent(target.id, ROOT_FOLDER_ID)],
    subjects: [target.name],
  };
  return { intents: [folder, ...moved], abandoned, given: target.name };
}

function isFolder({ encoded }: IntendedContent): boolean {
  const manifest = parseManifest(encoded);
  return manifest.ok && manifest.value.kind === "folder";
}

function asNew(content: IntendedContent, id: Bytes, parent: Bytes): IntendedContent {
  const manifest = parseManifest(content.encoded);
  if (!manifest.ok || manifest.value.kind !== "folder") return { ...content, manifest: id, ...UNWRITTEN };
  const encoded = encodeManifest({ kind: "folder", body: { ...manifest.value.body, parent } });
  return { ...content, manifest: id, encoded };
}

const UNWRITTEN = { baseVersion: 0, baseRecord: new Uint8Array(32) };

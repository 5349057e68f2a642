import { MAX_READ_ITEMS } from "#protocol/log/record.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError, Entry } from "../../engine.ts";
import type { FileGateway } from "../../engine-parts.ts";
import { TransferFailure } from "../transfer-failure.ts";
import { workAhead } from "./ahead.ts";
import type { SavedEntry } from "./content-stream.ts";
import { ArchivePaths } from "./saved-name.ts";

/** The chosen entries of one folder, in the folder's order. */
export async function findChosen(
  files: FileGateway,
  workspace: string,
  parent: string | null,
  chosen: readonly string[],
): Promise<Result<readonly Entry[], EngineError>> {
  const listed = await files.listFolder(workspace, parent);
  if (!listed.ok) return listed;
  const found = listed.value.filter(({ id }) => chosen.includes(id));
  return found.length > 0 && found.length === new Set(chosen).size ? ok(found) : err({ type: "NotFound" });
}

/**
 * Everything below the entries, each file opened, and none long before the stream comes to it. Throws
 * `TransferFailure`.
 */
export async function* openEntries(
  files: FileGateway,
  workspace: string,
  entries: readonly Entry[],
  onFound: (entry: Entry) => void,
): AsyncGenerator<SavedEntry> {
  const groups = groupsOf(walk(files, workspace, entries, onFound));
  const opened = workAhead(groups, GROUPS_AHEAD, (group) => openGroup(files, workspace, group));
  for await (const group of opened) yield* group;
}

/** The next files are opened while the content of those before them arrives. */
const GROUPS_AHEAD = 2;
/** Two READ records, of which one is answered while the other is checked; the first group is there at once. */
const GROUP_SIZE = 2 * MAX_READ_ITEMS;

async function* groupsOf(found: AsyncIterable<Found>): AsyncGenerator<readonly Found[]> {
  let group: Found[] = [];
  let size = MAX_READ_ITEMS;
  for await (const item of found) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
    size = GROUP_SIZE;
  }
  if (group.length > 0) yield group;
}

interface Found {
  readonly path: string;
  readonly entry: Entry;
}

/** Folders that are listed together: few questions for a wide tree, few entries in memory for a large one. */
const MAX_LISTED = 64;

/** Folders before what they hold; without recursion, however deep they are nested. */
async function* walk(
  files: FileGateway,
  workspace: string,
  entries: readonly Entry[],
  onFound: (entry: Entry) => void,
): AsyncGenerator<Found> {
  const paths = new ArchivePaths();
  const seen = new Set<string>();
  const folders: Found[] = [];
  function* take(folder: string, children: readonly Entry[]): Generator<Found> {
    for (const entry of children) {
      // Folders that hold each other were made by somebody else's hand; each is saved once.
      if (seen.has(entry.id)) continue;
      seen.add(entry.id);
      onFound(entry);
      const found = { path: paths.pathOf(folder, entry.name), entry };
      if (entry.kind === "folder") folders.push(found);
      yield found;
    }
  }
  yield* take("", entries);
  while (folders.length > 0) {
    const some = folders.splice(0, MAX_LISTED);
    const listed = await files.listFolders(
      workspace,
      some.map(({ entry }) => entry.id),
    );
    if (!listed.ok) throw new TransferFailure(listed.error);
    for (const [index, { path }] of some.entries()) yield* take(path, listed.value[index] ?? []);
  }
}

async function openGroup(
  files: FileGateway,
  workspace: string,
  group: readonly Found[],
): Promise<readonly SavedEntry[]> {
  const asked = group.flatMap(({ entry }) =>
    entry.kind === "file" ? { file: entry.id, version: null, name: entry.name } : [],
  );
  const opened = asked.length === 0 ? ok([]) : await files.openFiles(workspace, asked);
  if (!opened.ok) throw new TransferFailure(opened.error);
  const manifests = new Map(opened.value.map(({ file, manifest }) => [file, manifest]));
  return group.map(({ path, entry }) => {
    const manifest = manifests.get(entry.id) ?? null;
    if (entry.kind === "file" && manifest === null) throw new TransferFailure({ type: "NotFound" });
    return { path, modifiedAt: entry.modifiedAt, manifest };
  });
}

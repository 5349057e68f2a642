import type { SourceProblem, UploadSource } from "#client/engine.ts";
import { isNameable, MAX_SOURCE_DEPTH, sourceProblemOf } from "#client/transfer/upload/source-problem.ts";

/**
 * Where the browser has file handles they are preferred: a handle survives a killed tab, so the upload can
 * go on; a plain file does not.
 */
declare global {
  interface Window {
    showOpenFilePicker?(options: { multiple: boolean }): Promise<readonly FileSystemHandle[]>;
    showDirectoryPicker?(): Promise<FileSystemHandle>;
  }
  interface DataTransferItem {
    getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
  }
}

/** Asks for files or for one folder. Undefined when this browser has no such picker; empty when cancelled. */
export async function pickHandles(kind: "files" | "folder"): Promise<readonly UploadSource[] | undefined> {
  try {
    if (kind === "files") {
      const handles = await window.showOpenFilePicker?.({ multiple: true });
      return handles?.map(fromHandle);
    }
    const handle = await window.showDirectoryPicker?.();
    return handle === undefined ? undefined : [fromHandle(handle)];
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return [];
    throw error;
  }
}

/** Files of an `<input type="file">`; with `webkitdirectory` each carries its path below the chosen folder. */
export function sourcesOfFiles(files: Iterable<File>): readonly UploadSource[] {
  return [...files].map((file) => ({
    kind: "file",
    file,
    path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath,
  }));
}

/** What was dropped. The second part takes as long as it takes to list every folder once. */
export interface DroppedSources {
  readonly first: Promise<readonly UploadSource[]>;
  /**
   * Chromium's folder handles leave out, without a word, every name that some other system cannot write: "CON",
   * "What now?.txt", joined emoji, a space in front. Those files are found the older way.
   */
  readonly leftOutByHandles: Promise<readonly UploadSource[]>;
}

/**
 * What was dropped on the page. Must be called within the drop event: the browser forgets the items after it.
 */
export function sourcesOfDrop(transfer: DataTransfer): DroppedSources {
  const items = [...transfer.items].filter((item) => item.kind === "file").map(takeItem);
  return {
    first: Promise.all(items.map(sourcesOfItem)).then((sources) => sources.flat()),
    leftOutByHandles: Promise.all(
      items.map(async ({ handle, entry }) => {
        const folder = await handle;
        return isDirectoryHandle(folder) && isDirectoryEntry(entry) ? leftOut(folder, entry) : [];
      }),
    ).then((sources) => sources.flat()),
  };
}

interface TakenItem {
  readonly handle: Promise<FileSystemHandle | null>;
  readonly entry: FileSystemEntry | null;
  readonly file: File | null;
}

function takeItem(item: DataTransferItem): TakenItem {
  const handle = item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null);
  return { handle, entry: item.webkitGetAsEntry(), file: item.getAsFile() };
}

async function sourcesOfItem({ handle, entry, file }: TakenItem): Promise<readonly UploadSource[]> {
  const found = await handle;
  if (found !== null) return [await sourceOfHandle(found, entry)];
  if (entry !== null) return walk(entry, []);
  return file === null ? [] : [{ kind: "file", file, path: file.name }];
}

/** Chromium's handles do not follow links, which its entries do; neither finds what is not there any more. */
async function sourceOfHandle(
  handle: FileSystemHandle,
  entry: FileSystemEntry | null,
): Promise<UploadSource> {
  if (!isFileHandle(handle)) return { kind: "handle", handle };
  const problem = await handle.getFile().then(() => undefined, sourceProblemOf);
  if (problem !== "SourceGone") return { kind: "handle", handle };
  return unreadable(handle.name, entry === null ? problem : "SourceLinked");
}

/** Files below the folder, with their paths from it on, that its handle does not tell of. */
async function leftOut(
  folder: FileSystemDirectoryHandle,
  entry: FileSystemDirectoryEntry,
  above: readonly string[] = [],
): Promise<readonly UploadSource[]> {
  const path = [...above, entry.name];
  // The handle's own walk says what it cannot read or name, and where it stops.
  if (path.length > MAX_SOURCE_DEPTH) return [];
  const told = new Map<string, FileSystemHandle>();
  try {
    for await (const handle of folder.values()) told.set(handle.name, handle);
  } catch {
    return [];
  }
  const sources: UploadSource[] = [];
  for await (const child of childrenOf(entry, path, sources)) {
    const handle = told.get(child.name) ?? null;
    if (handle === null) sources.push(...(await walk(child, path)));
    else if (isDirectoryHandle(handle) && isDirectoryEntry(child)) {
      sources.push(...(await leftOut(handle, child, path)));
    }
  }
  return told.has("") ? sources.filter((source) => !isUnnameable(source)) : sources;
}

/** For browsers without handles: everything below what was dropped, and what of it cannot be read. */
async function walk(entry: FileSystemEntry, above: readonly string[]): Promise<readonly UploadSource[]> {
  const names = [...above, entry.name];
  const path = names.join("/");
  if (isFileEntry(entry)) {
    return new Promise<File>((resolve, reject) => entry.file(resolve, reject)).then(
      (file) => [{ kind: "file", file, path }],
      (error: unknown) => [unreadable(path, sourceProblemOf(error))],
    );
  }
  if (!isDirectoryEntry(entry)) return [unreadable(path, "SourceUnreadable")];
  if (names.length > MAX_SOURCE_DEPTH) return [unreadable(path, "SourceTooDeep")];
  const sources: UploadSource[] = [{ kind: "folder", path }];
  for await (const child of childrenOf(entry, names, sources)) sources.push(...(await walk(child, names)));
  return sources;
}

/** Those that have a name; what hinders is added to the sources. The reader answers in portions, the last one empty. */
async function* childrenOf(
  entry: FileSystemDirectoryEntry,
  path: readonly string[],
  sources: UploadSource[],
): AsyncGenerator<FileSystemEntry> {
  const reader = entry.createReader();
  let hasUnnameable = false;
  for (;;) {
    let portion: readonly FileSystemEntry[];
    try {
      portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
    } catch (error) {
      sources.push(unreadable(path.join("/"), sourceProblemOf(error)));
      return;
    }
    if (portion.length === 0) break;
    for (const child of portion) {
      if (isNameable(child.name)) yield child;
      else hasUnnameable = true;
    }
  }
  if (hasUnnameable) sources.push(unreadable(`${path.join("/")}/`, "SourceUnnameable"));
}

function unreadable(path: string, problem: SourceProblem): UploadSource {
  return { kind: "unreadable", path, problem };
}

function isUnnameable(source: UploadSource): boolean {
  return source.kind === "unreadable" && source.problem === "SourceUnnameable";
}

/** By its mark and not by its class, which Chromium calls otherwise. */
function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFileHandle(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === "file";
}

function isDirectoryHandle(handle: FileSystemHandle | null): handle is FileSystemDirectoryHandle {
  return handle?.kind === "directory";
}

function isDirectoryEntry(entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory === true;
}

function fromHandle(handle: FileSystemHandle): UploadSource {
  return { kind: "handle", handle };
}

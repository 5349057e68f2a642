import type { UploadSource } from "#client/engine.ts";

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
  if (found !== null) return [fromHandle(found)];
  if (entry?.isDirectory === true) return walk(entry);
  return file === null ? [] : [{ kind: "file", file, path: file.name }];
}

/** Files below the folder, with their paths from it on, that its handle does not tell of. */
async function leftOut(
  folder: FileSystemDirectoryHandle,
  entry: FileSystemDirectoryEntry,
): Promise<readonly UploadSource[]> {
  const told = new Map<string, FileSystemHandle>();
  for await (const handle of folder.values()) told.set(handle.name, handle);
  const sources: UploadSource[] = [];
  for await (const child of childrenOf(entry)) {
    const handle = told.get(child.name) ?? null;
    if (handle === null) sources.push(...(await walk(child)));
    else if (isDirectoryHandle(handle) && isDirectoryEntry(child)) {
      sources.push(...(await leftOut(handle, child)));
    }
  }
  return sources;
}

/** For browsers without handles: every file below a dropped folder. Empty folders cannot be told this way. */
async function walk(entry: FileSystemEntry): Promise<readonly UploadSource[]> {
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ kind: "file", file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const sources: UploadSource[] = [];
  if (isDirectoryEntry(entry)) {
    for await (const child of childrenOf(entry)) sources.push(...(await walk(child)));
  }
  return sources;
}

/** The reader answers in portions and ends with an empty one. */
async function* childrenOf(entry: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = entry.createReader();
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0) return;
    yield* portion;
  }
}

/** By its mark and not by its class, which Chromium calls otherwise. */
function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
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

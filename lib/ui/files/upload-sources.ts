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

/**
 * What was dropped on the page. Must be called within the drop event: the browser forgets the items after it.
 */
export function sourcesOfDrop(transfer: DataTransfer): Promise<readonly UploadSource[]> {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  return Promise.all(items.map(sourceOfItem)).then((sources) => sources.flat());
}

async function sourceOfItem(item: DataTransferItem): Promise<readonly UploadSource[]> {
  // Both are asked before the first await, while the event is alive.
  const handle = item.getAsFileSystemHandle?.();
  const entry = item.webkitGetAsEntry();
  const file = item.getAsFile();
  const found = await handle;
  if (found !== undefined && found !== null) return [fromHandle(found)];
  if (entry?.isDirectory === true) return walk(entry);
  return file === null ? [] : [{ kind: "file", file, path: file.name }];
}

/** For browsers without handles: every file below a dropped folder. Empty folders cannot be told this way. */
async function walk(entry: FileSystemEntry): Promise<readonly UploadSource[]> {
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ kind: "file", file, path: entry.fullPath.replace(/^\//, "") }];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const sources: UploadSource[] = [];
  for (;;) {
    // The reader answers in portions and ends with an empty one.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0) return sources;
    for (const child of portion) sources.push(...(await walk(child)));
  }
}

function fromHandle(handle: FileSystemHandle): UploadSource {
  return { kind: "handle", handle };
}

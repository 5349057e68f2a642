import type { PagePlan, Size } from "./messages.ts";

/**
 * Random content in the browser's own file system: files on the disk with real handles, as a person's would be,
 * without anybody who presses a button in a picker.
 */
export function createFiles(size: Exclude<Size, "tree">, plan: PagePlan): Promise<FileSystemHandle> {
  return size === "large" ? createLargeFile(plan.largeBytes) : createSmallFiles(plan.smallFiles);
}

async function createLargeFile(largeBytes: number): Promise<FileSystemHandle> {
  const root = await navigator.storage.getDirectory();
  const large = await root.getFileHandle(NAMES.large, { create: true });
  const writable = await large.createWritable();
  for (let written = 0; written < largeBytes; written += MAX_CHUNK) {
    await writable.write(randomContent(Math.min(MAX_CHUNK, largeBytes - written)));
  }
  await writable.close();
  return large;
}

async function createSmallFiles(smallFiles: number): Promise<FileSystemHandle> {
  const root = await navigator.storage.getDirectory();
  const small = await root.getDirectoryHandle(NAMES.small, { create: true });
  for (let index = 0; index < smallFiles; index++) {
    const folder = await small.getDirectoryHandle(`folder-${index % 20}`, { create: true });
    const handle = await folder.getFileHandle(`file-${index}.bin`, { create: true });
    const file = await handle.createWritable();
    // 1 to 40 KiB, as documents are.
    await file.write(randomContent(1024 + ((index * 7919) % (39 * 1024))));
    await file.close();
  }
  return small;
}

/** All files of a handle, as an upload without folders would be given them. */
export async function filesOf(handle: FileSystemHandle): Promise<File[]> {
  if (handle instanceof FileSystemFileHandle) return [await handle.getFile()];
  const files: File[] = [];
  if (!(handle instanceof FileSystemDirectoryHandle)) return files;
  for await (const child of handle.values()) files.push(...(await filesOf(child)));
  return files;
}

/** The next folder of the disk that is dropped onto the page. */
export function droppedFolder(): Promise<FileSystemHandle> {
  document.documentElement.style.height = "100%";
  document.addEventListener("dragover", (event) => event.preventDefault());
  return new Promise((resolve, reject) => {
    document.addEventListener(
      "drop",
      (event) => {
        event.preventDefault();
        const [item] = event.dataTransfer?.items ?? [];
        const handle = item?.getAsFileSystemHandle?.();
        handle?.then((dropped) => (dropped ? resolve(dropped) : reject(new Error("no folder"))), reject);
      },
      { once: true },
    );
  });
}

export async function removeFiles(size: Exclude<Size, "tree">): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(NAMES[size], { recursive: true });
}

const NAMES = { large: "large.bin", small: "small" };
const MAX_CHUNK = 8 * 1024 * 1024;

function randomContent(length: number): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(content.subarray(at, at + 65_536));
  return content;
}

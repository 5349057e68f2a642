import type { PagePlan } from "./messages.ts";

/**
 * Random content in the browser's own file system: files on the disk with real handles, as a person's would be,
 * without anybody who presses a button in a picker.
 */
export async function createFiles({ largeBytes, smallFiles }: PagePlan): Promise<{
  readonly large: FileSystemFileHandle;
  readonly small: FileSystemDirectoryHandle;
}> {
  const root = await navigator.storage.getDirectory();
  const large = await root.getFileHandle("large.bin", { create: true });
  const writable = await large.createWritable();
  for (let written = 0; written < largeBytes; written += MAX_CHUNK) {
    await writable.write(randomContent(Math.min(MAX_CHUNK, largeBytes - written)));
  }
  await writable.close();

  const small = await root.getDirectoryHandle("small", { create: true });
  for (let index = 0; index < smallFiles; index++) {
    const folder = await small.getDirectoryHandle(`folder-${index % 20}`, { create: true });
    const handle = await folder.getFileHandle(`file-${index}.bin`, { create: true });
    const file = await handle.createWritable();
    // 1 to 40 KiB, as documents are.
    await file.write(randomContent(1024 + ((index * 7919) % (39 * 1024))));
    await file.close();
  }
  return { large, small };
}

/** All files of a handle, as an upload without folders would be given them. */
export async function filesOf(handle: FileSystemHandle): Promise<File[]> {
  if (handle instanceof FileSystemFileHandle) return [await handle.getFile()];
  const files: File[] = [];
  if (!(handle instanceof FileSystemDirectoryHandle)) return files;
  for await (const child of handle.values()) files.push(...(await filesOf(child)));
  return files;
}

export async function removeFiles(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry("large.bin");
  await root.removeEntry("small", { recursive: true });
}

const MAX_CHUNK = 8 * 1024 * 1024;

function randomContent(length: number): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(content.subarray(at, at + 65_536));
  return content;
}

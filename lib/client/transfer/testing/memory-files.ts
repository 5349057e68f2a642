import { concatBytes } from "#protocol/bytes/bytes.ts";
import type { UploadSource } from "../../engine.ts";

const CHUNK_BYTES = 64 * 1024;

/**
 * A disk whose files can be changed and removed while they are read, with handles as the browser gives them. Node has
 * no file system of that kind, and the DOM's types ask for writing, permissions and streams too: each cast is of the
 * part that uploads read.
 */
export class MemoryDisk {
  readonly #files = new Map<string, { content: Uint8Array<ArrayBuffer>; lastModified: number }>();
  readonly #folders = new Set<string>();
  /** Called after each chunk that is read: files are not read at once, neither here nor in a browser. */
  onRead: (path: string) => void = () => undefined;

  write(path: string, content: Uint8Array<ArrayBuffer>): void {
    const lastModified = (this.#files.get(path)?.lastModified ?? 1_600_000_000_000) + 1000;
    this.#files.set(path, { content, lastModified });
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
      this.#folders.add(path.slice(0, slash));
    }
  }

  /** Other content of any length under the same date, as a file's owner may set it: what was opened stays readable. */
  overwrite(path: string, content: Uint8Array<ArrayBuffer>): void {
    const file = this.#files.get(path);
    if (file === undefined) throw new Error("there is no such file");
    file.content = content;
  }

  makeFolder(path: string): void {
    this.#folders.add(path);
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  read(path: string): Uint8Array | undefined {
    return this.#files.get(path)?.content;
  }

  source(path: string): UploadSource {
    return { kind: "handle", handle: this.#folders.has(path) ? this.#folder(path) : this.#file(path) };
  }

  #file(path: string): FileSystemFileHandle {
    const handle = { kind: "file", name: nameOf(path), getFile: async () => this.#open(path) };
    return handle as unknown as FileSystemFileHandle;
  }

  #folder(path: string): FileSystemDirectoryHandle {
    const children = () =>
      [...this.#folders, ...this.#files.keys()].filter(
        (child) => child.startsWith(`${path}/`) && !child.slice(path.length + 1).includes("/"),
      );
    const handleOf = (child: string) => (this.#folders.has(child) ? this.#folder(child) : this.#file(child));
    const handle = {
      kind: "directory",
      name: nameOf(path),
      path,
      isSameEntry: async (other: FileSystemHandle) => "path" in other && other.path === path,
      values: async function* () {
        for (const child of children()) yield handleOf(child);
      },
    };
    return handle as unknown as FileSystemDirectoryHandle;
  }

  /** A snapshot, which cannot be read any more once the file is another. */
  #open(path: string): File {
    const opened = this.#files.get(path);
    if (opened === undefined) throw new DOMException("no such file", "NotFoundError");
    const slice = (start = 0, end = size) => ({
      arrayBuffer: async () => {
        const current = this.#files.get(path);
        if (current === undefined) throw new DOMException("no such file", "NotFoundError");
        if (current !== opened) throw new DOMException("changed", "NotReadableError");
        const read: Uint8Array[] = [];
        for (let at = start; at < end; at += CHUNK_BYTES) {
          read.push(opened.content.slice(at, Math.min(end, at + CHUNK_BYTES)));
          this.onRead(path);
        }
        return new Uint8Array(concatBytes(...read)).buffer;
      },
    });
    const {
      content: { length: size },
      lastModified,
    } = opened;
    const type = "text/plain";
    const file = { name: nameOf(path), size, lastModified, type, slice, ...slice() };
    return file as unknown as File;
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

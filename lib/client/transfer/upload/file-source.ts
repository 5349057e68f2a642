import { err, ok, type Result } from "#protocol/result.ts";
import type { UploadSource } from "../../engine.ts";

/** A file to upload, wherever it comes from. */
export interface FileSource {
  /** As it is now. */
  readonly open: () => Promise<Result<File, SourceError>>;
}

type SourceError =
  | { readonly type: "SourceGone" }
  | { readonly type: "SourceChanged" }
  /** The browser asks the person again, which only a press of theirs can start. */
  | { readonly type: "SourceNotPermitted" };

/** Names as the platform has them, from the top of what was chosen down to the entry itself. */
export type SourcePath = readonly string[];

export type SourceEntry =
  | { readonly kind: "folder"; readonly path: SourcePath }
  | { readonly kind: "file"; readonly path: SourcePath; readonly source: FileSource }
  /** A folder that could not be listed to its end. */
  | { readonly kind: "unreadable"; readonly path: SourcePath; readonly error: SourceError };

/** Everything below the given sources, one entry at a time, folders before what they hold. */
export async function* walkSources(sources: readonly UploadSource[]): AsyncGenerator<SourceEntry> {
  for (const source of sources) {
    if (source.kind === "handle") yield* walkHandle(source.handle, []);
    else yield { kind: "file", path: pathOfFile(source), source: sourceOfFile(source.file) };
  }
}

/** The name of the chosen folder that a file came from; null for a file that was chosen by itself. */
export function topFolderOf(source: UploadSource): string | null {
  if (source.kind === "handle") return source.handle.kind === "directory" ? source.handle.name : null;
  const [top, ...rest] = pathOfFile(source);
  return rest.length > 0 && top !== undefined ? top : null;
}

async function* walkHandle(handle: FileSystemHandle, above: SourcePath): AsyncGenerator<SourceEntry> {
  const path = [...above, handle.name];
  if (isFileHandle(handle)) {
    yield { kind: "file", path, source: sourceOfHandle(handle) };
    return;
  }
  if (!isDirectoryHandle(handle)) return;
  yield { kind: "folder", path };
  try {
    for await (const child of handle.values()) yield* walkHandle(child, path);
  } catch (error) {
    yield { kind: "unreadable", path, error: sourceErrorOf(error) };
  }
}

function sourceOfHandle(handle: FileSystemFileHandle): FileSource {
  return {
    open: async () => {
      try {
        return ok(await handle.getFile());
      } catch (error) {
        return err(sourceErrorOf(error));
      }
    },
  };
}

/** A chosen file is one view of the file as it was; the browser tells by one byte whether that still holds. */
function sourceOfFile(file: File): FileSource {
  return {
    open: async () => {
      try {
        await file.slice(0, 1).arrayBuffer();
        return ok(file);
      } catch (error) {
        return err(sourceErrorOf(error));
      }
    },
  };
}

function pathOfFile({ file, path }: { readonly file: File; readonly path: string }): SourcePath {
  const names = path.split("/").filter((name) => name !== "");
  return names.length > 0 ? names : [file.name];
}

function sourceErrorOf(error: unknown): SourceError {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return { type: "SourceNotPermitted" };
  return name === "NotFoundError" ? { type: "SourceGone" } : { type: "SourceChanged" };
}

/** By `kind` and not by class, which is how the browser's own types tell them apart. */
function isFileHandle(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === "file";
}

function isDirectoryHandle(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === "directory";
}

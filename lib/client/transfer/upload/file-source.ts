import { err, ok, type Result } from "#protocol/result.ts";
import type { SourceProblem, UploadSource } from "../../engine.ts";
import { isNameable, MAX_SOURCE_DEPTH, sourceProblemOf } from "./source-problem.ts";

/** A file to upload, wherever it comes from. */
export interface FileSource {
  /** As it is now. */
  readonly open: () => Promise<Result<File, SourceError>>;
}

type SourceError = { readonly type: SourceProblem };

/** Names as the platform has them, from the top of what was chosen down to the entry itself. */
export type SourcePath = readonly string[];

export type SourceEntry =
  | { readonly kind: "folder"; readonly path: SourcePath }
  | { readonly kind: "file"; readonly path: SourcePath; readonly source: FileSource }
  /** Something that cannot be sent, or a folder that could not be listed to its end. */
  | { readonly kind: "unreadable"; readonly path: SourcePath; readonly error: SourceError };

/** Everything below the given sources, one entry at a time, folders before what they hold. */
export async function* walkSources(sources: readonly UploadSource[]): AsyncGenerator<SourceEntry> {
  for (const source of sources) yield* entriesOf(source);
}

async function* entriesOf(source: UploadSource): AsyncGenerator<SourceEntry> {
  switch (source.kind) {
    case "handle":
      yield* walkHandle(source.handle, []);
      return;
    case "file":
      yield { kind: "file", path: pathOf(source.path, source.file.name), source: sourceOfFile(source.file) };
      return;
    case "folder":
      yield { kind: "folder", path: pathOf(source.path) };
      return;
    case "unreadable":
      yield { kind: "unreadable", path: pathOf(source.path), error: { type: source.problem } };
  }
}

/** The name of the chosen folder that a source is or came from; null for a file that was chosen by itself. */
export function topFolderOf(source: UploadSource): string | null {
  if (source.kind === "handle") return source.handle.kind === "directory" ? source.handle.name : null;
  const [top, ...rest] = pathOf(source.path);
  return (rest.length > 0 || source.kind === "folder") && top !== undefined ? top : null;
}

async function* walkHandle(handle: FileSystemHandle, above: SourcePath): AsyncGenerator<SourceEntry> {
  const path = [...above, handle.name];
  if (isFileHandle(handle)) {
    yield { kind: "file", path, source: sourceOfHandle(handle) };
    return;
  }
  if (!isDirectoryHandle(handle)) return;
  if (path.length > MAX_SOURCE_DEPTH) {
    yield { kind: "unreadable", path, error: { type: "SourceTooDeep" } };
    return;
  }
  yield { kind: "folder", path };
  let unnameable = 0;
  try {
    for await (const child of handle.values()) {
      if (!isNameable(child.name) || (await isItself(handle, child))) unnameable++;
      else yield* walkHandle(child, path);
    }
  } catch (error) {
    yield { kind: "unreadable", path, error: sourceErrorOf(error) };
  }
  // Without a name a browser finds the folder itself in its place, or nothing.
  if (unnameable > 0) yield { kind: "unreadable", path: [...path, ""], error: { type: "SourceUnnameable" } };
}

async function isItself(folder: FileSystemHandle, child: FileSystemHandle): Promise<boolean> {
  return child.kind === "directory" && (await child.isSameEntry(folder));
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

function pathOf(path: string, fallback = ""): SourcePath {
  const names = path.split("/").filter((name) => name !== "");
  return names.length > 0 ? names : [fallback];
}

function sourceErrorOf(error: unknown): SourceError {
  return { type: sourceProblemOf(error) };
}

/** By `kind` and not by class, which is how the browser's own types tell them apart. */
function isFileHandle(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === "file";
}

function isDirectoryHandle(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === "directory";
}

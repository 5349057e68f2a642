import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError, Entry } from "../../engine.ts";
import type { FileGateway, SetAsideFile } from "../../engine-parts.ts";
import type { SavedEntry } from "./content-stream.ts";
import { findChosen, openEntries } from "./find-entries.ts";
import { ArchivePaths, savedName } from "./saved-name.ts";

/** What a person wants on the device. */
export type SavedChoice =
  | {
      readonly kind: "entries";
      readonly workspace: string;
      readonly chosen: readonly string[];
      readonly parent: string | null;
    }
  /** Contents that the log has not taken. */
  | { readonly kind: "setAside"; readonly workspace: string; readonly edit: string };

export interface SavedContent {
  /** Of the file that is saved. */
  readonly name: string;
  /** Of one file; null for an archive. */
  readonly sizeBytes: number | null;
  /** Everything that belongs to it. `onFile` is told of each file when it is come upon. */
  readonly open: (onFile: (sizeBytes: number) => void) => AsyncIterable<SavedEntry>;
}

export async function findContent(
  files: FileGateway,
  choice: SavedChoice,
): Promise<Result<SavedContent, EngineError>> {
  const { workspace } = choice;
  if (choice.kind === "setAside") {
    const held = await files.openSetAside(workspace, choice.edit);
    if (!held.ok) return held;
    return held.value.length > 0 ? ok(contentOfFiles(held.value)) : err({ type: "NotFound" });
  }
  const found = await findChosen(files, workspace, choice.parent, choice.chosen);
  return found.ok ? ok(contentOfEntries(files, workspace, found.value)) : found;
}

const ARCHIVE_NAME = "holdfast.zip";

function contentOfEntries(files: FileGateway, workspace: string, entries: readonly Entry[]): SavedContent {
  const only = entries.length === 1 ? entries[0] : undefined;
  const name = only && savedName(only.name);
  return {
    name: only === undefined ? ARCHIVE_NAME : only.kind === "file" ? `${name}` : `${name}.zip`,
    sizeBytes: only?.kind === "file" ? only.sizeBytes : null,
    open: (onFile) =>
      openEntries(files, workspace, entries, (entry) => {
        if (entry.kind === "file") onFile(entry.sizeBytes);
      }),
  };
}

function contentOfFiles(files: readonly SetAsideFile[]): SavedContent {
  const only = files.length === 1 ? files[0]?.manifest : undefined;
  return {
    name: only === undefined ? ARCHIVE_NAME : savedName(only.name),
    sizeBytes: only?.sizeBytes ?? null,
    open: async function* (onFile) {
      const paths = new ArchivePaths();
      for (const { manifest, modifiedAt } of files) {
        onFile(manifest.sizeBytes);
        yield { path: paths.pathOf("", manifest.name), modifiedAt, manifest };
      }
    },
  };
}

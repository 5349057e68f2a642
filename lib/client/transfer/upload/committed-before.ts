import { equalBytes } from "#protocol/bytes/bytes.ts";
import { MAX_READ_ITEMS } from "#protocol/log/record.ts";
import type { FileManifest } from "#protocol/manifest/file-manifest.ts";
import { ok, type Result } from "#protocol/result.ts";
import type { EngineError, Entry } from "../../engine.ts";
import type { FileGateway } from "../../engine-parts.ts";
import { findReasons } from "./unsent-reasons.ts";
import type { UploadFile } from "./upload-file.ts";

export interface PlacedFile {
  readonly file: UploadFile;
  /** Id of its folder; null is the workspace's top folder. */
  readonly folder: string | null;
}

/**
 * A tab that was killed during a commit does not know whether the commit happened. The files in question are looked
 * up in their folders: one with the very same blocks is the one, for each block's key and id were drawn once.
 */
export async function withoutCommitted(
  gateway: FileGateway,
  workspace: string,
  files: readonly PlacedFile[],
): Promise<Result<readonly PlacedFile[], EngineError>> {
  const unsure = files.filter(({ file }) => file.mayBeCommitted);
  if (unsure.length === 0) return ok(files);
  // A commit that waits on this device happened, and the server cannot be asked for its content.
  const { files: waiting } = await gateway.unsent(workspace);
  const reasonOf = findReasons(waiting);
  const isWaiting = ({ file, folder }: PlacedFile): boolean =>
    reasonOf(file.manifest(), folder) !== undefined;
  const missing = await findMissing(
    gateway,
    workspace,
    unsure.filter((placed) => !isWaiting(placed)),
  );
  if (!missing.ok) return missing;
  const known = new Set(unsure);
  for (const placed of missing.value) known.delete(placed);
  return ok(files.filter((placed) => !known.has(placed)));
}

/** Those whose content no file of their folder has. */
export async function findMissing(
  gateway: FileGateway,
  workspace: string,
  files: readonly PlacedFile[],
): Promise<Result<readonly PlacedFile[], EngineError>> {
  const there = new Set<UploadFile>();
  for (const folder of new Set(files.map((placed) => placed.folder))) {
    const listed = await gateway.listFolder(workspace, folder);
    if (!listed.ok) return listed;
    const candidates = files
      .filter((placed) => placed.folder === folder)
      .flatMap(({ file }) =>
        listed.value.filter((entry) => mayBe(entry, file)).map((entry) => ({ file, entry })),
      );
    const ids = [...new Set(candidates.map(({ entry }) => entry.id))];
    const manifests = new Map<string, FileManifest>();
    for (let first = 0; first < ids.length; first += MAX_READ_ITEMS) {
      const some = ids.slice(first, first + MAX_READ_ITEMS).map((file) => ({ file, version: null }));
      const opened = await gateway.openFiles(workspace, some);
      if (!opened.ok) return opened;
      for (const { file, manifest } of opened.value) manifests.set(file, manifest);
    }
    for (const { file, entry } of candidates) {
      const manifest = manifests.get(entry.id);
      if (manifest && hasSameBlocks(manifest, file.manifest())) there.add(file);
    }
  }
  return ok(files.filter(({ file }) => !there.has(file)));
}

/** The name itself may have been changed to a free one. */
function mayBe(entry: Entry, { state }: UploadFile): boolean {
  return (
    entry.kind === "file" && entry.sizeBytes === state.sizeBytes && entry.modifiedAt === state.modifiedAt
  );
}

function hasSameBlocks(a: FileManifest, b: FileManifest): boolean {
  if (a.blocks.length !== b.blocks.length) return false;
  // An empty file has no block to know it by.
  if (a.blocks.length === 0) return a.name === b.name;
  return a.blocks.every((block, index) => {
    const other = b.blocks[index];
    return other !== undefined && equalBytes(block.id, other.id);
  });
}

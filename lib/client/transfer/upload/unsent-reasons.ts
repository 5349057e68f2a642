import { toHex } from "#protocol/bytes/text.ts";
import type { FileManifest } from "#protocol/manifest/file-manifest.ts";
import type { EngineError } from "../../engine.ts";
import type { UnsentFile } from "../../engine-parts.ts";

/**
 * Why a file with this content waits on this device, null while that is being found out, undefined where it does not
 * wait. Known by its first block, whose id was drawn once; a file without content by its place.
 */
export function findReasons(
  files: readonly UnsentFile[],
): (manifest: FileManifest, folder: string | null) => EngineError | null | undefined {
  const waiting = new Map(files.map((file) => [nameOf(file.manifest, file.folder), file.because]));
  return (manifest, folder) => waiting.get(nameOf(manifest, folder));
}

function nameOf({ blocks: [first], name }: FileManifest, folder: string | null): string {
  return first ? toHex(first.id) : `${folder ?? ""}/${name}`;
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface VectorFile {
  /** Relative to the folder asked for, with slashes. */
  readonly path: string;
  readonly text: string;
}

const VECTORS = fileURLToPath(new URL("../../../../shared/vectors/", import.meta.url));

/**
 * Every JSON file below a folder of the outside conformance vectors, in the order of their paths. Undefined in
 * a checkout without them: tests then report themselves as skipped.
 */
export function readVectorFiles(folder: string): readonly VectorFile[] | undefined {
  const root = `${VECTORS}${folder}/`;
  if (!existsSync(root)) return undefined;
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .map((path) => path.replaceAll("\\", "/"))
    .sort()
    .map((path) => ({ path, text: readFileSync(root + path, "utf8") }));
}

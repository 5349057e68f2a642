import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const VECTORS = fileURLToPath(new URL("../../../../../shared/vectors/", import.meta.url));

/** The outside conformance vectors are not part of this repository; tests that need them skip without them. */
export const vectorsPresent = existsSync(VECTORS);

export function readVector(path: string): unknown {
  return JSON.parse(readFileSync(VECTORS + path, "utf8"));
}

export function readVectorText(path: string): string {
  return readFileSync(VECTORS + path, "utf8");
}

export function listVectors(folder: string): readonly string[] {
  return readdirSync(VECTORS + folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

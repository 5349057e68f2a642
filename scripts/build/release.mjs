import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Every file below a folder as sorted, slash-separated relative paths.
 *
 * @param {string} dir
 * @returns {Promise<string[]>}
 */
export async function listFiles(dir) {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .sort();
}

/**
 * The bundler copies worker sources beside the media files and leaves source maps without sources: neither is part
 * of the app, so neither is part of a release.
 *
 * @param {string} outDir
 */
export async function deleteLeftovers(outDir) {
  for (const file of await listFiles(outDir)) {
    const location = path.join(outDir, file);
    const isWorkerSource = file.startsWith("_next/static/media/") && /\.[mc]?tsx?$/.test(file);
    if (isWorkerSource || file.endsWith(".js.map")) await rm(location);
  }
}

/**
 * What a host must serve, and what two people compare: each path with the SHA-256 of its bytes.
 *
 * @param {string} outDir
 * @returns {Promise<Record<string, string>>}
 */
export async function hashRelease(outDir) {
  /** @type {Record<string, string>} */
  const hashes = {};
  for (const file of await listFiles(outDir)) {
    const bytes = await readFile(path.join(outDir, file));
    hashes[`/${file}`] = createHash("sha256").update(bytes).digest("hex");
  }
  return hashes;
}

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { installDebianPackage } from "./debian.ts";

const DEBIAN_ROOT = "/usr/lib/postgresql";

/**
 * Installs PostgreSQL's server programs where that is possible. False when there are none: the tests that need
 * them then report themselves skipped.
 */
export function ensurePostgresql(): boolean {
  return hasServerPrograms() || (installDebianPackage("postgresql") && hasServerPrograms());
}

function hasServerPrograms(): boolean {
  const versions = existsSync(DEBIAN_ROOT) ? readdirSync(DEBIAN_ROOT) : [];
  const folders = [...versions.map((version) => join(DEBIAN_ROOT, version, "bin")), ...pathFolders()];
  return folders.some((folder) => existsSync(join(folder, "initdb")));
}

function pathFolders(): readonly string[] {
  return (process.env["PATH"] ?? "").split(":");
}

/** `npm run lockfile`, after changing a dependency: lets `npm ci` accept the lockfile whatever mirror wrote it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./check/command.ts";
import { missingPlatformEntries, parseLockfile } from "./check/lockfile.ts";

const FILE = join(ROOT, "package-lock.json");

const lockfile = parseLockfile(readFileSync(FILE, "utf8"));
const missing = missingPlatformEntries(lockfile);
const packages = Object.entries({ ...lockfile.packages, ...missing });
packages.sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(FILE, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(packages) }, null, 2)}\n`);
console.log(`${Object.keys(missing).length} entries added`);

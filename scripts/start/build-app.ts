import { spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { StartFailed } from "./start-failed.ts";

/** Everything the built app is made from, seen from the project's root. */
const SOURCES = [
  "app",
  "lib/client",
  "lib/crypto",
  "lib/protocol",
  "lib/ui",
  "lib/verifier",
  "workers",
  "public",
  "scripts/build",
  "scripts/build.mjs",
  "next.config.js",
  "package-lock.json",
  "tsconfig.json",
];

/** The last file a build writes. */
const BUILT_MARK = "out/release.json";

/** Builds the app unless out/ is newer than all of its sources. Throws when the build fails. */
export async function ensureAppIsBuilt(root: string, say: (line: string) => void): Promise<void> {
  const builtAtMs = await modifiedAtMs(path.join(root, BUILT_MARK));
  if (builtAtMs !== undefined && builtAtMs >= (await newestSourceMs(root))) return;
  say(
    builtAtMs === undefined
      ? "Building the app, once (about half a minute)."
      : "The sources changed: building the app.",
  );
  await runBuild(root);
}

/** Undefined where there is no such file. */
async function modifiedAtMs(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

async function newestSourceMs(root: string): Promise<number> {
  let newest = 0;
  for (const source of SOURCES) newest = Math.max(newest, await newestBelow(path.join(root, source)));
  return newest;
}

async function newestBelow(place: string): Promise<number> {
  const stats = await stat(place).catch(() => undefined);
  if (!stats) return 0;
  if (!stats.isDirectory()) return isSource(place) ? stats.mtimeMs : 0;
  // A folder's own time changes when a file in it is removed.
  let newest = stats.mtimeMs;
  for (const name of await readdir(place))
    newest = Math.max(newest, await newestBelow(path.join(place, name)));
  return newest;
}

function isSource(file: string): boolean {
  return !/\.test\.tsx?$/.test(file);
}

async function runBuild(root: string): Promise<void> {
  const child = spawn(process.execPath, [path.join(root, "scripts/build.mjs")], {
    cwd: root,
    stdio: "inherit",
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (exitCode !== 0)
    throw new StartFailed(`The app could not be built (exit code ${String(exitCode)}); see above.`);
}

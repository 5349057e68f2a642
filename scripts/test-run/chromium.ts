import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { installDebianPackage } from "./debian.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/**
 * Path of the system's Chromium: `HOLDFAST_CHROMIUM` if set, else the first known name on `PATH`. Undefined
 * when there is none. The tests never download a browser of their own.
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment["HOLDFAST_CHROMIUM"];
  if (named !== undefined && named !== "") return named;
  const folders = (environment["PATH"] ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
    existsSync(path),
  );
}

/** Installs Chromium where that is possible; throws with what to do where it is not. */
export function ensureChromium(): string {
  if (findChromium() === undefined) installDebianPackage("chromium");
  const path = findChromium();
  if (path !== undefined) return path;
  throw new Error(
    "The browser tests need Chromium: install it, or name its executable in HOLDFAST_CHROMIUM.",
  );
}

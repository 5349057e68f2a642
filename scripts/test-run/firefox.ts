import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { installDebianPackage } from "./debian.ts";

const NAMES = ["firefox-esr", "firefox"];

/** Path of the system's Firefox: `HOLDFAST_FIREFOX` if set, else the first known name on `PATH`. */
export function findFirefox(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment["HOLDFAST_FIREFOX"];
  if (named !== undefined && named !== "") return named;
  const folders = (environment["PATH"] ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
    existsSync(path),
  );
}

/** Installs Firefox where that is possible; false where it is not, and its test then reports itself skipped. */
export function ensureFirefox(): boolean {
  return findFirefox() !== undefined || installDebianPackage("firefox-esr");
}

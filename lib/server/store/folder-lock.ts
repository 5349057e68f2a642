import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { StoreUnusable } from "./store-error.ts";

/** Held until released, or until the process is gone. */
export interface FolderLock {
  readonly release: () => void;
}

/**
 * One server per data folder. The lock is an open exclusive transaction on a database file of its own: an
 * operating system's file lock, so it is released even by kill -9 and never left behind as a stale file.
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = new Database(join(folder, "lock"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") {
      throw new StoreUnusable(
        `Another Holdfast server is using the data folder ${folder}. Stop it, or give this one another HOLDFAST_DATA.`,
      );
    }
    throw error;
  }
  return { release: () => database.close() };
}

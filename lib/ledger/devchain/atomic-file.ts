import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Bytes } from "#protocol/bytes/bytes.ts";

/** The file holds either all of its old content or all of the new, whenever the power goes. */
export function writeAtomically(path: string, content: Bytes): void {
  const temporary = `${path}.tmp`;
  try {
    writeDurably(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    // On a full disk half a file is in the way.
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

function writeDurably(path: string, content: Bytes): void {
  const descriptor = openSync(path, "w", 0o600);
  try {
    for (let written = 0; written < content.length; ) {
      written += writeSync(descriptor, content, written, content.length - written);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Undefined when there is no such file. */
export function readIfExists(path: string): Bytes | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes the names of files created or renamed in the folder durable. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

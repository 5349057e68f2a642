import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** An empty folder for a whole test file, gone after its last test. To be called outside of tests and hooks. */
export function createTestFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-test-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

import { err, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import { StorageFailure } from "../storage/row-store.ts";
import { storageErrorOf } from "../sync/engine-errors.ts";

/** The engine's border: what storage throws becomes an answer, and so does a bug, for a screen must say something. */
export async function guarded<T>(
  task: () => Promise<Result<T, EngineError>>,
): Promise<Result<T, EngineError>> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof StorageFailure) return err(storageErrorOf(error.error));
    return err({ type: "Unexpected", detail: error instanceof Error ? error.message : String(error) });
  }
}

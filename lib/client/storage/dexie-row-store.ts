import Dexie, { type Table } from "dexie";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { type Row, type RowChange, type RowStore, StorageFailure } from "./row-store.ts";

/** `strict` waits for the disk itself, about 1 ms a transaction: for what must survive a power cut. */
export type Durability = "strict" | "relaxed";

const SCHEMA_VERSION = 1;

/** One IndexedDB database with one table. */
export function createDexieRowStore(name: string, durability: Durability): RowStore {
  const database = new Dexie(name, { chromeTransactionDurability: durability });
  database.version(SCHEMA_VERSION).stores({ rows: "key" });
  const rows: Table<Row, string> = database.table("rows");
  return {
    get: (key) => guarded(async () => checkedValue(key, (await rows.get(key))?.value)),
    list: (prefix) =>
      guarded(async () => {
        const found = await rows.where("key").startsWith(prefix).sortBy("key");
        return found.map(({ key, value }) => ({ key, value: checkedValue(key, value) ?? new Uint8Array(0) }));
      }),
    write: (changes) => guarded(() => writeAll(database, rows, changes)),
    clear: () => guarded(() => rows.clear()),
    close: () => database.close(),
  };
}

async function writeAll(
  database: Dexie,
  rows: Table<Row, string>,
  changes: readonly RowChange[],
): Promise<void> {
  await database.transaction("rw", rows, async () => {
    for (const { key, value } of changes) {
      if (value === null) await rows.delete(key);
      else await rows.put({ key, value });
    }
  });
}

/** What comes back from disk may be anything that ever ran on this origin. */
function checkedValue(key: string, value: unknown): Bytes | undefined {
  if (value === undefined || value instanceof Uint8Array) return value;
  throw new StorageFailure({ type: "StorageCorrupt", detail: `row ${key} is not bytes` });
}

async function guarded<T>(run: () => PromiseLike<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof StorageFailure) throw error;
    throw new StorageFailure(
      isQuotaError(error) ? { type: "StorageFull" } : { type: "StorageCorrupt", detail: String(error) },
    );
  }
}

/** Dexie reports a full disk as the cause of an aborted transaction, or directly. */
function isQuotaError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "QuotaExceededError") return true;
  return "inner" in error && isQuotaError(error.inner);
}

import Dexie, { type Table } from "dexie";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { type Row, type RowChange, type RowStore, StorageFailure } from "./row-store.ts";

/** `strict` waits for the disk itself, about 1 ms a transaction: for what must survive a power cut. */
export type Durability = "strict" | "relaxed";

/** Version of what the rows mean; written into a new database, and expected of an old one. */
const FORMAT = "2";
const FORMAT_ROW = "rows";

/** One IndexedDB database with one table for rows and one for the format that they were written in. */
export function createDexieRowStore(name: string, durability: Durability): RowStore {
  const database = new Dexie(name, { chromeTransactionDurability: durability });
  database.version(1).stores({ rows: "key", format: "key" });
  database.on("ready", (opened) => requireFormat(opened));
  const rows: Table<Row, string> = database.table("rows");
  return {
    get: (key) => guarded(async () => checkedValue(key, (await rows.get(key))?.value)),
    getMany: (keys) =>
      guarded(async () => {
        const found = await rows.bulkGet([...keys]);
        return keys.map((key, index) => checkedValue(key, found[index]?.value));
      }),
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

/** Dexie opens databases of other versions as well; their rows are for those to judge. */
async function requireFormat(database: Dexie): Promise<void> {
  const table: Table<{ readonly key: string; readonly format: string }, string> = database.table("format");
  const found = await table.get(FORMAT_ROW);
  if (found === undefined) await table.put({ key: FORMAT_ROW, format: FORMAT });
  else if (found.format !== FORMAT) {
    const writtenBy = Number(found.format) < Number(FORMAT) ? "earlier" : "later";
    throw new StorageFailure({ type: "StorageOfOtherVersion", writtenBy });
  }
}

async function writeAll(
  database: Dexie,
  rows: Table<Row, string>,
  changes: readonly RowChange[],
): Promise<void> {
  // The last change of a key counts. Two requests for all of them: one for each row costs more than the rows.
  const last = new Map(changes.map(({ key, value }) => [key, value]));
  const puts = [...last].flatMap(([key, value]) => (value === null ? [] : { key, value }));
  const deletes = [...last.keys()].filter((key) => last.get(key) === null);
  await database.transaction("rw", rows, async () => {
    if (deletes.length > 0) await rows.bulkDelete(deletes);
    if (puts.length > 0) await rows.bulkPut(puts);
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
    const known = storageFailureIn(error);
    throw (
      known ??
      new StorageFailure(
        isQuotaError(error) ? { type: "StorageFull" } : { type: "StorageCorrupt", detail: String(error) },
      )
    );
  }
}

/** Dexie wraps what a hook of its own throws. */
function storageFailureIn(error: unknown): StorageFailure | undefined {
  if (error instanceof StorageFailure) return error;
  return error instanceof Error && "inner" in error ? storageFailureIn(error.inner) : undefined;
}

/** Dexie reports a full disk as the cause of an aborted transaction, or directly. */
function isQuotaError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "QuotaExceededError") return true;
  return "inner" in error && isQuotaError(error.inner);
}

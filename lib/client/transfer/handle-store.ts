import type { HandleStore } from "./ports.ts";

const DATABASE = "handles";
const STORE = "handles";
const KEY = 0;

declare global {
  /** Missing in browsers without it, and from TypeScript's own types. */
  interface Navigator {
    readonly storageBuckets?: StorageBuckets;
  }
}

/** Parts of the browser's storage that are thrown away file by file. */
interface StorageBuckets {
  readonly open: (name: string) => Promise<{ readonly indexedDB: IDBFactory }>;
  readonly keys: () => Promise<readonly string[]>;
  readonly delete: (name: string) => Promise<void>;
}

/**
 * Handles are objects of the browser, not bytes, so they stand beside the sealed rows, and in a bucket for each job:
 * what is deleted from a database, or with it, can be read in its files for long; a deleted bucket has none. Where the
 * browser knows no buckets nothing is kept, and a job whose tab is gone asks for its files again.
 */
export function createHandleStore(prefix: string): HandleStore {
  const { storageBuckets: buckets } = navigator;
  const nameOf = (job: string): string => `${prefix}-${job}`;
  return {
    put: async (job, handles) => {
      if (!buckets) return;
      await inStore(await buckets.open(nameOf(job)), "readwrite", (store) => store.put([...handles], KEY));
    },
    get: async (job) => {
      if (!buckets || !(await buckets.keys()).includes(nameOf(job))) return [];
      const stored = await inStore<unknown>(await buckets.open(nameOf(job)), "readonly", (store) =>
        store.get(KEY),
      );
      return Array.isArray(stored) ? stored.filter((item) => item instanceof FileSystemHandle) : [];
    },
    delete: async (job) => buckets?.delete(nameOf(job)),
  };
}

/** Closes the database again: an open one would outlive its bucket. */
async function inStore<T>(
  { indexedDB }: { readonly indexedDB: IDBFactory },
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open(indexedDB);
  try {
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(failureOf(request));
    });
  } finally {
    database.close();
  }
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(failureOf(request));
  });
}

function failureOf(request: IDBRequest): Error {
  return request.error ?? new Error("the database of handles is not available");
}

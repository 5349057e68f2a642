import type { HandleStore } from "./ports.ts";

const STORE = "handles";

/** A database of its own: handles are objects of the browser, not bytes, so they stand beside the sealed rows. */
export function createHandleStore(name: string): HandleStore {
  let opening: Promise<IDBDatabase> | undefined;
  const open = (): Promise<IDBDatabase> => {
    opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => {
        opening = undefined;
        reject(failureOf(request));
      };
    });
    return opening;
  };
  const run = async <T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> => {
    const transaction = (await open()).transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(failureOf(request));
    });
  };
  return {
    put: async (job, handles) => {
      await run("readwrite", (store) => store.put([...handles], job));
    },
    get: async (job) => {
      const stored = await run<unknown>("readonly", (store) => store.get(job));
      return Array.isArray(stored) ? stored.filter((item) => item instanceof FileSystemHandle) : [];
    },
    delete: (job) => run("readwrite", (store) => store.delete(job)),
  };
}

function failureOf(request: IDBRequest): Error {
  return request.error ?? new Error("the database of handles is not available");
}

import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { RowStore } from "../row-store.ts";

/** Rows in memory. `snapshot` and `restore` play a disk image that somebody brought back. */
export interface MemoryRowStore extends RowStore {
  readonly snapshot: () => ReadonlyMap<string, Bytes>;
  readonly restore: (rows: ReadonlyMap<string, Bytes>) => void;
}

export function createMemoryRowStore(): MemoryRowStore {
  const rows = new Map<string, Bytes>();
  return {
    get: async (key) => rows.get(key)?.slice(),
    getMany: async (keys) => keys.map((key) => rows.get(key)?.slice()),
    list: async (prefix) =>
      [...rows]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => ({ key, value: value.slice() })),
    write: async (changes) => {
      for (const { key, value } of changes) {
        if (value === null) rows.delete(key);
        else rows.set(key, value.slice());
      }
    },
    clear: async () => rows.clear(),
    close: () => {},
    snapshot: () => new Map(rows),
    restore: (saved) => {
      rows.clear();
      for (const [key, value] of saved) rows.set(key, value);
    },
  };
}

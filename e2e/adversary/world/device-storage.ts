import type { Locks } from "#client/engine-parts.ts";
import type { TabChannel, TabMessage } from "#client/session/engine-ports.ts";
import { createMemoryRowStore, type MemoryRowStore } from "#client/storage/testing/memory-row-store.ts";
import { createMemoryLocks } from "../../support/memory-locks.ts";

/** What a browser profile keeps and shares between its tabs. */
export interface DeviceStorage {
  readonly stores: {
    readonly vault: MemoryRowStore;
    readonly journal: MemoryRowStore;
    readonly cache: MemoryRowStore;
  };
  readonly locks: Locks;
  readonly openChannel: () => TabChannel;
  /** The browser has evicted what can be fetched again. */
  readonly forgetFolders: () => Promise<void>;
  /** The disk as it is now; the returned function brings it back. */
  readonly snapshot: () => () => void;
}

export function createDeviceStorage(): DeviceStorage {
  const stores = {
    vault: createMemoryRowStore(),
    journal: createMemoryRowStore(),
    cache: createMemoryRowStore(),
  };
  const tabs = new Set<{ readonly hear: (message: TabMessage) => void }>();
  return {
    stores,
    locks: createMemoryLocks(),
    openChannel: () => {
      const listeners = new Set<(message: TabMessage) => void>();
      const tab = {
        hear: (message: TabMessage) => {
          for (const listener of listeners) listener(message);
        },
      };
      tabs.add(tab);
      return {
        post: (message) => {
          for (const other of tabs) if (other !== tab) other.hear(message);
        },
        onMessage: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      };
    },
    forgetFolders: async () => {
      const rows = await stores.cache.list("folder/");
      await stores.cache.write(rows.map(({ key }) => ({ key, value: null })));
    },
    snapshot: () => {
      const { vault, journal, cache } = stores;
      const saved = [vault, journal, cache].map((store) => ({ store, rows: store.snapshot() }));
      return () => {
        for (const { store, rows } of saved) store.restore(rows);
      };
    },
  };
}

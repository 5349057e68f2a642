import type { Locks } from "../engine-parts.ts";

/** The browser's own locks, shared by all tabs of this origin and given back when a tab dies. */
export function createWebLocks(locks: LockManager): Locks {
  return {
    run: (name, task) => locks.request(name, task),
    lead: async (name, signal, task) => {
      try {
        await locks.request(name, { signal }, () => task(signal));
      } catch (error) {
        // Waiting ended because the device was locked; a failure of the task itself is not swallowed.
        if (!signal.aborted) throw error;
      }
    },
  };
}

import type { Locks } from "../engine-parts.ts";

/** The browser's own locks, shared by all tabs of this origin and given back when a tab dies. */
export function createWebLocks(locks: LockManager): Locks {
  return {
    // The lock manager's own type loses that the answer is the task's.
    run: async (name, task) => (await locks.request(name, task)) as Awaited<ReturnType<typeof task>>,
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

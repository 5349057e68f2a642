import type { Locks } from "../engine-parts.ts";

/** Web Locks for engines that share one process: first come, first served, by name. */
export function createMemoryLocks(): Locks {
  const queues = new Map<string, Promise<unknown>>();
  const run = <T>(name: string, task: () => Promise<T>): Promise<T> => {
    const before = queues.get(name) ?? Promise.resolve();
    const mine = before.then(task, task);
    queues.set(
      name,
      mine.catch(() => undefined),
    );
    return mine;
  };
  return {
    run,
    lead: (name, signal, task) =>
      run(name, async () => {
        if (!signal.aborted) await task(signal);
      }),
  };
}

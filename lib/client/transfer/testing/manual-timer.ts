import type { Timer } from "../ports.ts";

/** Time that passes only when a test says so. */
export interface ManualTimer extends Timer {
  readonly now: () => number;
  /** Runs what is due next; false when nothing is. */
  readonly fireNext: () => boolean;
}

export function createManualTimer(): ManualTimer {
  let time = 1_700_000_000_000;
  const waiting = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => time,
    after: (delayMs, _wake, callback) => {
      const entry = { at: time + delayMs, callback };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    fireNext: () => {
      const next = [...waiting].sort((a, b) => a.at - b.at)[0];
      if (next === undefined) return false;
      waiting.delete(next);
      time = Math.max(time, next.at);
      next.callback();
      return true;
    },
  };
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(turns = 12): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

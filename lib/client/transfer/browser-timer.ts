import type { Timer } from "./ports.ts";

/** Real time, and the browser's word that there is a network again. */
export const browserTimer: Timer = {
  after: (delayMs, wake, callback) => {
    const end = (): void => {
      clearTimeout(timeout);
      self.removeEventListener("online", run);
    };
    const run = (): void => {
      end();
      callback();
    };
    const timeout = setTimeout(run, delayMs);
    if (wake === "timeOrNetwork") self.addEventListener("online", run);
    return end;
  },
};

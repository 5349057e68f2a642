import { type SealContext, type SealOutcome, sealEpoch } from "./seal-epoch.ts";

/** Runs `callback` once after `delayMs`; the returned function cancels it. */
type Schedule = (callback: () => void, delayMs: number) => () => void;

export interface SealerOptions extends SealContext {
  /** Longest time from an operation to the close of its epoch. */
  readonly epochLengthMs: number;
  /** Longest time between two closes when nothing happens. */
  readonly idleEpochLengthMs: number;
  readonly clock: () => number;
  readonly schedule: Schedule;
  /** Every attempt's end; `error` when a step failed, as with a database that is away. */
  readonly onOutcome: (outcome: SealOutcome | { readonly type: "failed"; readonly error: unknown }) => void;
}

/** Closes epochs in time, one after the other. */
export interface Sealer {
  /** Seals at once, which also finishes what a crash interrupted, and then whenever it is due. */
  readonly start: () => void;
  /** One seal now, or the one that is running. Rejects where a step failed. */
  readonly sealNow: () => Promise<SealOutcome>;
  /** No further seal begins; resolves when the running one has ended. */
  readonly stop: () => Promise<void>;
}

export function createSealer(options: SealerOptions): Sealer {
  const { epochLengthMs, idleEpochLengthMs, clock, schedule, onOutcome } = options;
  let running: Promise<SealOutcome> | undefined;
  let cancelNext: () => void = () => undefined;
  let stopped = false;
  let anchoredAtMs = Number.NEGATIVE_INFINITY;
  let failures = 0;

  async function sealNow(): Promise<SealOutcome> {
    running ??= attempt().finally(() => (running = undefined));
    return running;
  }

  async function attempt(): Promise<SealOutcome> {
    try {
      const outcome = await sealEpoch(options);
      if (outcome.type === "anchored") {
        anchoredAtMs = clock();
        failures = 0;
      } else {
        failures++;
      }
      onOutcome(outcome);
      return outcome;
    } catch (error) {
      failures++;
      onOutcome({ type: "failed", error });
      throw error;
    }
  }

  async function tick(): Promise<void> {
    if (failures > 0 || (await isDue())) await sealNow();
  }

  /** Looked at once an epoch length, so that an operation after a quiet hour is closed as soon as any other. */
  async function isDue(): Promise<boolean> {
    const nextLookMs = clock() + epochLengthMs;
    return nextLookMs - anchoredAtMs > idleEpochLengthMs || (await options.logs.hasUnsealedLeaves());
  }

  function planNext(): void {
    if (stopped) return;
    const delayMs =
      failures > 0 ? Math.min(epochLengthMs, RETRY_MS * 2 ** Math.min(failures - 1, 10)) : epochLengthMs;
    cancelNext = schedule(() => {
      // Reported by onOutcome already; what is left to do is to try again.
      tick()
        .catch(() => undefined)
        .finally(planNext);
    }, delayMs);
  }

  return {
    start: () => {
      sealNow()
        .catch(() => undefined)
        .finally(planNext);
    },
    sealNow,
    stop: async () => {
      stopped = true;
      cancelNext();
      await running?.catch(() => undefined);
    },
  };
}

/** First pause after an attempt that did not end in an anchored epoch; doubled each time. */
const RETRY_MS = 250;

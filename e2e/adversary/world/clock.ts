/** Real time plus what a test adds to it, for server, ledger and devices alike. */
export interface TestClock {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly advance: (byMs: number) => void;
}

export function createTestClock(): TestClock {
  let addedMs = 0;
  return {
    now: () => Date.now() + addedMs,
    advance: (byMs) => {
      addedMs += byMs;
    },
  };
}

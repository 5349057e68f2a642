/** One file of outside vectors, as read from disk; `path` is relative to its folder. */
export interface VectorFile {
  readonly path: string;
  readonly text: string;
}

/** What a family of outside vectors says of this implementation: the names of its cases. */
export interface VectorReport {
  readonly passed: readonly string[];
  /** Each with what came out instead. */
  readonly failed: readonly string[];
  /** What in the vectors differs from what CometBFT itself would write, and how it was read. */
  readonly oddities: readonly string[];
}

export interface VectorCase {
  readonly name: string;
  /** Undefined when the vector holds, else what came out instead. */
  readonly run: () => string | undefined;
}

export function runCases(cases: readonly VectorCase[], oddities: readonly string[] = []): VectorReport {
  const passed: string[] = [];
  const failed: string[] = [];
  for (const { name, run } of cases) {
    const failure = run();
    if (failure === undefined) passed.push(name);
    else failed.push(`${name}: ${failure}`);
  }
  return { passed, failed, oddities };
}

/** For two texts or numbers that a vector says are the same. */
export function difference(actual: string | number, expected: string | number): string | undefined {
  return actual === expected ? undefined : `${actual} instead of ${expected}`;
}

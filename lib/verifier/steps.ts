import type { Step, StepName } from "./verdict.ts";

/** Ends a proof that cannot go on. Thrown by `Steps.need` alone, and caught by `verifyEvidence` alone. */
export class NotEnough extends Error {}

/** The proof as it is made: one named step after the other. */
export class Steps {
  readonly #steps: Step[] = [];

  get list(): readonly Step[] {
    return [...this.#steps];
  }

  /** Goes on only with what holds: neither undefined nor false. */
  need<T>(name: StepName, found: T | undefined | false, detail = ""): T {
    const passed = found !== undefined && found !== false;
    this.record(name, passed, detail);
    if (!passed) throw new NotEnough(name);
    return found;
  }

  /** A condition too plain to be a step, until it fails. */
  expect<T>(name: StepName, found: T | undefined | false, detail: string): T {
    return found === undefined || found === false ? this.need(name, found, detail) : found;
  }

  /** A step that the proof does not end at, whether it holds or not. */
  record(name: StepName, passed: boolean, detail: string): void {
    this.#steps.push({ name, passed, detail });
  }

  /** The last step: whether what has been shown contradicts itself. */
  decide(name: StepName, contradicts: boolean, detail = ""): boolean {
    this.record(name, contradicts, detail);
    return contradicts;
  }
}

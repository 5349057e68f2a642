/** After so long without an answer the speed is 0. */
export const SPEED_WINDOW_MS = 5_000;
/** Before so much time has passed, one early answer would look like a speed. */
const MIN_SPAN_MS = 500;

/** Bytes per second over the last seconds, from what was acknowledged only. */
export class SpeedWindow {
  readonly #now: () => number;
  #arrivals: { readonly at: number; readonly sizeBytes: number }[] = [];
  #startedAt: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(sizeBytes: number): void {
    const at = this.#now();
    if (this.#arrivals.length === 0) this.#startedAt = at;
    this.#arrivals.push({ at, sizeBytes });
    this.#forget(at);
  }

  /** The window starts anew: what follows a pause says nothing about the time before it. */
  clear(): void {
    this.#arrivals = [];
    this.#startedAt = undefined;
  }

  bytesPerSecond(): number {
    const at = this.#now();
    this.#forget(at);
    const total = this.#arrivals.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const spanMs = Math.max(MIN_SPAN_MS, Math.min(SPEED_WINDOW_MS, at - (this.#startedAt ?? at)));
    return total / (spanMs / 1000);
  }

  #forget(at: number): void {
    const first = this.#arrivals.findIndex((arrival) => arrival.at > at - SPEED_WINDOW_MS);
    if (first !== 0) this.#arrivals = first < 0 ? [] : this.#arrivals.slice(first);
  }
}

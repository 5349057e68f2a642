const MIN_BYTES = 512 * 1024;
const FIRST_BYTES = 1024 * 1024;
const FAST_MS = 700;
const SLOW_MS = 4_000;

/** How much one request should carry: large where the network is fast, small where progress would stand still. */
export class BatchPace {
  readonly #maxBytes: number;
  targetBytes = FIRST_BYTES;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** After each answered request. Those that were small for lack of work tell nothing about larger ones. */
  answered(sizeBytes: number, tookMs: number): void {
    if (tookMs > SLOW_MS) this.targetBytes = Math.max(MIN_BYTES, this.targetBytes / 2);
    else if (tookMs < FAST_MS && sizeBytes >= this.targetBytes / 2) {
      this.targetBytes = Math.min(this.#maxBytes, this.targetBytes * 2);
    }
  }
}

const MIN_BYTES = 512 * 1024;
const FIRST_BYTES = 1024 * 1024;
const FAST_MS = 700;
const SLOW_MS = 4_000;

/** How much one request should carry: large where the network is fast, small where progress would stand still. */
export class BatchPace {
  #maxBytes: number;
  targetBytes = FIRST_BYTES;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** After each answered request. Those that were small for lack of work tell nothing about larger ones. */
  answered(sizeBytes: number, tookMs: number): void {
    if (tookMs > SLOW_MS) {
      this.targetBytes = Math.min(this.#maxBytes, Math.max(MIN_BYTES, this.targetBytes / 2));
    } else if (tookMs < FAST_MS && sizeBytes >= this.targetBytes / 2) {
      this.targetBytes = Math.min(this.#maxBytes, this.targetBytes * 2);
    }
  }

  /** A request of this size does not get through. One of a single block cannot be made smaller. */
  refused(sizeBytes: number): void {
    this.#maxBytes = Math.max(1, Math.min(this.#maxBytes, sizeBytes / 2));
    this.targetBytes = Math.min(this.targetBytes, this.#maxBytes);
  }
}

import type { EngineError } from "../engine.ts";
import type { Timer } from "./ports.ts";

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;

export interface RequestGateOptions {
  readonly timer: Timer;
  /** In [0, 1): many devices must not come back at the same moment. */
  readonly random: () => number;
  readonly maxRequests: number;
  /** Told when a request may be possible that was not before, and when waiting begins. */
  readonly onChange: () => void;
}

/**
 * The one door to the network for all transfers, uploads and downloads together: few requests at a time, none
 * while paused, and after a failure none for a while, then one that tries, then all again.
 */
export class RequestGate {
  readonly #options: RequestGateOptions;
  readonly #queue: (() => void)[] = [];
  #inFlight = 0;
  #failures = 0;
  #reason: EngineError = { type: "ServerUnreachable" };
  #cancelWait: (() => void) | undefined;
  #isPaused = false;
  #isStopped = false;

  constructor(options: RequestGateOptions) {
    this.#options = options;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Why nothing gets through, as long as that is so: another try is due by itself. */
  get waitsFor(): EngineError | null {
    return this.#cancelWait !== undefined || this.#failures > 0 ? this.#reason : null;
  }

  tryEnter(): boolean {
    const max = this.#failures > 0 ? 1 : this.#options.maxRequests;
    const isShut = this.#isStopped || this.#isPaused || this.#cancelWait !== undefined;
    if (isShut || this.#inFlight >= max) return false;
    this.#inFlight++;
    return true;
  }

  /** True when it is this caller's turn; false once the signal is aborted. */
  async enter(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (this.tryEnter()) return true;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener("abort", wake);
          resolve();
        };
        signal.addEventListener("abort", wake);
        this.#queue.push(wake);
      });
    }
    return false;
  }

  /** After each request that entered: null where it was answered, else why not. */
  leave(unreached: EngineError | null): void {
    this.#inFlight--;
    if (unreached === null) this.#failures = 0;
    else {
      this.#reason = unreached;
      if (this.#cancelWait === undefined) this.#wait();
    }
    this.#wake();
  }

  pause(): void {
    this.#isPaused = true;
    this.#options.onChange();
  }

  /** Also ends a wait: the person asks for it now. */
  resume(): void {
    this.#isPaused = false;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#wake();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelWait?.();
    this.#queue.length = 0;
  }

  #wait(): void {
    const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures);
    this.#failures++;
    this.#cancelWait = this.#options.timer.after(
      delayMs * (0.5 + this.#options.random() / 2),
      "timeOrNetwork",
      () => {
        this.#cancelWait = undefined;
        this.#wake();
      },
    );
  }

  #wake(): void {
    if (this.#isStopped) return;
    // Each looks for itself whether it may enter, those who wait by name first.
    for (const resolve of this.#queue.splice(0)) resolve();
    this.#options.onChange();
  }
}

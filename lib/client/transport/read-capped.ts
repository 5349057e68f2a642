import { type Bytes, concatBytes } from "#protocol/bytes/bytes.ts";
import { err, ok, type Result } from "#protocol/result.ts";

export type ReadBodyError =
  | { readonly type: "BodyTooLarge" }
  | { readonly type: "BodyTooSlow" }
  | { readonly type: "BodyBroken" };

export interface ReadPace {
  /** Longest wait for the next byte. */
  readonly idleTimeoutMs: number;
  /** Time that any body may take, however little arrives. */
  readonly graceMs: number;
  /** After the grace, what must have arrived per second on average: a drip of bytes is an outage, not an answer. */
  readonly minBytesPerSecond: number;
}

export const DEFAULT_PACE: ReadPace = { idleTimeoutMs: 20_000, graceMs: 30_000, minBytesPerSecond: 4096 };

/**
 * Reads a body that a stranger chose the length and the speed of. A body that is as long as it was announced to be is
 * put together while it arrives.
 */
export async function readCapped(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  pace: ReadPace,
  now: () => number,
  announcedBytes = 0,
): Promise<Result<Bytes, ReadBodyError>> {
  const reader = body.getReader();
  const announced = new Uint8Array(Math.min(announcedBytes, maxBytes));
  /** What came after as much as was announced. */
  const excess: Bytes[] = [];
  const startedAt = now();
  let sizeBytes = 0;
  try {
    for (;;) {
      const elapsedMs = now() - startedAt;
      const allowedMs = pace.graceMs + (sizeBytes / pace.minBytesPerSecond) * 1000 - elapsedMs;
      const next = await withTimeout(reader.read(), Math.min(pace.idleTimeoutMs, allowedMs));
      if (next === undefined) return err({ type: "BodyTooSlow" });
      if (next.done) return ok(joined(announced, sizeBytes, excess));
      if (sizeBytes + next.value.length > maxBytes) return err({ type: "BodyTooLarge" });
      const fits = next.value.subarray(0, Math.max(0, announced.length - sizeBytes));
      announced.set(fits, Math.min(sizeBytes, announced.length));
      if (fits.length < next.value.length) excess.push(next.value.subarray(fits.length));
      sizeBytes += next.value.length;
    }
  } catch {
    return err({ type: "BodyBroken" });
  } finally {
    // Ends the connection where it was left early; whether the other side likes it does not matter.
    reader.cancel().catch(() => undefined);
  }
}

function joined(announced: Bytes, sizeBytes: number, excess: readonly Bytes[]): Bytes {
  const begun = sizeBytes < announced.length ? announced.slice(0, sizeBytes) : announced;
  return excess.length === 0 ? begun : concatBytes(begun, ...excess);
}

/** Undefined when the time is over. */
export async function withTimeout<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, timeoutMs));
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

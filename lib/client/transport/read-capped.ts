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

/** Reads a body that a stranger chose the length and the speed of. */
export async function readCapped(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  pace: ReadPace,
  now: () => number,
): Promise<Result<Bytes, ReadBodyError>> {
  const reader = body.getReader();
  const chunks: Bytes[] = [];
  const startedAt = now();
  let sizeBytes = 0;
  try {
    for (;;) {
      const elapsedMs = now() - startedAt;
      const allowedMs = pace.graceMs + (sizeBytes / pace.minBytesPerSecond) * 1000 - elapsedMs;
      const next = await withTimeout(reader.read(), Math.min(pace.idleTimeoutMs, allowedMs));
      if (next === undefined) return err({ type: "BodyTooSlow" });
      if (next.done) return ok(concatBytes(...chunks));
      sizeBytes += next.value.length;
      if (sizeBytes > maxBytes) return err({ type: "BodyTooLarge" });
      chunks.push(next.value);
    }
  } catch {
    return err({ type: "BodyBroken" });
  } finally {
    // Ends the connection where it was left early; whether the other side likes it does not matter.
    reader.cancel().catch(() => undefined);
  }
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

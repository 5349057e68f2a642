import type { Bytes } from "#protocol/bytes/bytes.ts";
import { err, ok, type Result } from "#protocol/result.ts";

export type BodyFault = "tooLarge" | "tooSlow" | "noRoom" | "broken";

export interface BodyPace {
  /** Longest wait for the next byte. */
  readonly idleTimeoutMs: number;
  /** Time that any body may take, however little arrives. */
  readonly graceMs: number;
  /** After the grace, what must have arrived a second on average. The app gives up below twice of it. */
  readonly minBytesPerSecond: number;
}

export const DEFAULT_BODY_PACE: BodyPace = {
  idleTimeoutMs: 15_000,
  graceMs: 20_000,
  minBytesPerSecond: 4096,
};

export interface BodyRules {
  readonly maxBytes: number;
  readonly pace: BodyPace;
  /** Asked before more is kept; false where there is no room. */
  readonly take: (bytes: number) => boolean;
}

/** The whole body; a fault as soon as it turns out to be one, and no more of it is then read. */
export async function readBody(request: Request, rules: BodyRules): Promise<Result<Bytes, BodyFault>> {
  const { maxBytes, pace, take } = rules;
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > maxBytes) return err("tooLarge");
  if (!request.body) return ok(new Uint8Array(0));
  const chunks: Bytes[] = [];
  let sizeBytes = 0;
  const startedMs = performance.now();
  const reader: ReadableStreamDefaultReader<Bytes> = request.body.getReader();
  const leave = (fault: BodyFault) => {
    // What the peer thinks of it does not matter.
    reader.cancel().catch(() => undefined);
    return err(fault);
  };
  for (;;) {
    const allowedMs = pace.graceMs + (sizeBytes / pace.minBytesPerSecond) * 1000;
    const leftMs = Math.min(pace.idleTimeoutMs, startedMs + allowedMs - performance.now());
    const next = await within(leftMs, reader.read()).catch(() => "broken" as const);
    if (next === "late") return leave("tooSlow");
    if (next === "broken") return leave("broken");
    if (next.done) return ok(joined(chunks, sizeBytes));
    sizeBytes += next.value.length;
    if (sizeBytes > maxBytes) return leave("tooLarge");
    if (!take(next.value.length)) return leave("noRoom");
    chunks.push(next.value);
  }
}

function joined(chunks: readonly Bytes[], sizeBytes: number): Bytes {
  const [only] = chunks;
  if (only && chunks.length === 1) return new Uint8Array(only);
  const body = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

async function within<T>(leftMs: number, promise: Promise<T>): Promise<T | "late"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), Math.max(0, leftMs));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

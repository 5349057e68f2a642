import type { Bytes } from "#protocol/bytes/bytes.ts";

type Hash = (message: Bytes) => Promise<Bytes>;

const SMALL_BYTES = 64;
const LARGE_BYTES = 64 * 1024;
/** Started together, as blocks are; and long enough for browsers, which blur their clocks by up to 100 µs. */
const CALLS = 16;
const ROUNDS = 3;

/**
 * SHA-256 by whichever of two implementations is the faster one on this machine for a message's length. WebAssembly
 * answers at once and hashes 110 to 400 MB/s; the platform's own hashes 1,000 to 1,800, after tens of microseconds for
 * the call. Both are measured once, which takes some twenty milliseconds. `now` in milliseconds.
 */
export async function createFasterSha256(options: {
  readonly wasm: (message: Bytes) => Bytes;
  readonly native: Hash;
  readonly now: () => number;
}): Promise<Hash> {
  const { wasm, native } = options;
  const nativeFromBytes = await measureCrossing(async (message) => wasm(message), native, options.now);
  return async (message) => (message.length < nativeFromBytes ? wasm(message) : native(message));
}

/** Length in bytes from which `far` is the faster one; infinite where it never is. Each is taken for a line. */
async function measureCrossing(near: Hash, far: Hash, now: () => number): Promise<number> {
  const nearLine = await measureLine(near, now);
  const farLine = await measureLine(far, now);
  const gained = nearLine.perByteMs - farLine.perByteMs;
  return gained > 0 ? Math.max(0, (farLine.callMs - nearLine.callMs) / gained) : Number.POSITIVE_INFINITY;
}

interface CostLine {
  readonly callMs: number;
  readonly perByteMs: number;
}

async function measureLine(hash: Hash, now: () => number): Promise<CostLine> {
  const callMs = await measureCall(hash, new Uint8Array(SMALL_BYTES), now);
  const largeMs = await measureCall(hash, new Uint8Array(LARGE_BYTES), now);
  return { callMs, perByteMs: Math.max(0, largeMs - callMs) / (LARGE_BYTES - SMALL_BYTES) };
}

/** The best of some rounds: whatever else the machine did only adds to the others. */
async function measureCall(hash: Hash, message: Bytes, now: () => number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = now();
    await Promise.all(Array.from({ length: CALLS }, () => hash(message)));
    best = Math.min(best, (now() - startedAt) / CALLS);
  }
  return best;
}

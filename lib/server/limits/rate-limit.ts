import type { Clock } from "../ports.ts";

export interface RateLimitOptions {
  /** Requests that may come at once after a pause. */
  readonly burst: number;
  /** Requests a second in the long run. */
  readonly perSecond: number;
  readonly clock: Clock;
  /** Callers remembered; beyond it the ones heard of longest ago start anew. */
  readonly maxCallers?: number;
}

export interface RateLimit {
  /** False when this caller has used up its share. */
  readonly take: (caller: string, cost?: number) => boolean;
}

/** A token bucket for each caller: full at first, refilled evenly. */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { burst, perSecond, clock, maxCallers = DEFAULT_MAX_CALLERS } = options;
  /** In the order in which callers were heard of last. */
  const buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();
  return {
    take: (caller, cost = 1) => {
      const nowMs = clock();
      const bucket = buckets.get(caller);
      // A clock set back gives nothing and takes nothing.
      const elapsedMs = bucket ? Math.max(0, nowMs - bucket.atMs) : 0;
      const tokens = bucket ? Math.min(burst, bucket.tokens + (elapsedMs * perSecond) / 1000) : burst;
      const allowed = tokens >= cost;
      buckets.delete(caller);
      buckets.set(caller, { tokens: allowed ? tokens - cost : tokens, atMs: nowMs });
      if (buckets.size > maxCallers) forgetOldest(buckets);
      return allowed;
    },
  };
}

function forgetOldest(buckets: Map<string, unknown>): void {
  const oldest = buckets.keys().next();
  if (oldest.done !== true) buckets.delete(oldest.value);
}

const DEFAULT_MAX_CALLERS = 20_000;

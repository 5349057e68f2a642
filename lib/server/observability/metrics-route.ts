import { createHash, timingSafeEqual } from "node:crypto";
import type { Metrics } from "./metrics.ts";

/**
 * `GET /metrics` for who shows the token as `authorization: Bearer …`; for everybody else, and without a token in
 * the configuration, there is no such page.
 */
export function createMetricsRoute(
  metrics: Metrics,
  token: string | null,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const shown = request.headers.get("authorization") ?? "";
    if (token === null || !isSame(shown, `Bearer ${token}`)) return new Response(null, { status: 404 });
    const { contentType, body } = await metrics.read();
    return new Response(body, { headers: { "content-type": contentType, "cache-control": "no-store" } });
  };
}

/** In constant time, whatever the lengths. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

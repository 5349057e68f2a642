import type { Bytes } from "#protocol/bytes/bytes.ts";
import { DEFAULT_PACE, readCapped } from "../transport/read-capped.ts";
import type { Fetch } from "../transport/transport.ts";

const MAX_BYTES = 4 * 1024 * 1024;

/** The verifier in one file, as the app's own origin serves it; null where it cannot be had now. */
export async function loadVerifier(
  fetch: Fetch,
  appOrigin: string,
  now: () => number,
): Promise<Bytes | null> {
  try {
    const response = await fetch(new URL("/verify.mjs", appOrigin).href, { redirect: "error" });
    if (!response.ok || response.body === null) return null;
    const body = await readCapped(response.body, MAX_BYTES, DEFAULT_PACE, now);
    return body.ok ? body.value : null;
  } catch {
    return null;
  }
}

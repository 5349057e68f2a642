import type { Fetch } from "./transport.ts";

/** The platform's own, which must be called without a `this`. */
export const browserFetch: Fetch = (url, init) => fetch(url, init);

import type { Clock } from "../ports.ts";
import { createRateLimit } from "./rate-limit.ts";

/**
 * Whether a request from this address may be served now. The limits stop one address from taking the server away
 * from everybody else; an upload of thousands of files in one go stays far below them.
 */
export function createAdmission(
  clock: Clock,
): (request: { readonly command: string; readonly client: string }) => boolean {
  const requests = createRateLimit({ ...REQUESTS, clock });
  const openings = createRateLimit({ ...OPENINGS, clock });
  return ({ command, client }) => requests.take(client) && (!UNPROVEN.has(command) || openings.take(client));
}

/** 5,000 small files make about 10,000 requests in half a minute; an office behind one address makes several. */
const REQUESTS = { burst: 10_000, perSecond: 2000 };

/** Asked by whoever reaches the server, before a signature was checked. */
const UNPROVEN: ReadonlySet<string> = new Set(["challenge", "open-session", "create-organization"]);
const OPENINGS = { burst: 500, perSecond: 20 };

import { toHex } from "#protocol/bytes/text.ts";
import type { StreamLimit } from "../limits/stream-limit.ts";
import type { Access } from "../ports.ts";
import type { ReadableEventHub } from "./event-hub.ts";
import { createEventStream, type Delay } from "./event-stream.ts";

export interface EventRouteOptions {
  readonly hub: ReadableEventHub;
  readonly access: Access;
  readonly limit: StreamLimit;
  readonly delay?: Delay;
  readonly heartbeatMs?: number;
  readonly gatherMs?: number;
}

/**
 * `POST /v1/events` with a session: server-sent events of the logs that the session's user may see. A POST, since
 * EventSource cannot send the session and ids do not belong into an address. 401 without a valid session, 429
 * with too many streams.
 */
export function createEventRoute(options: EventRouteOptions): (request: Request) => Promise<Response> {
  const { hub, access, limit } = options;
  return async (request) => {
    const authorization = request.headers.get("authorization") ?? undefined;
    const caller = await access.authenticate(authorization);
    if (!caller) return new Response(null, { status: 401 });
    const release = limit.acquire(toHex(caller.device));
    if (!release) return new Response(null, { status: 429, headers: { "retry-after": "5" } });
    const body = createEventStream({
      hub,
      caller,
      mayRead: access.mayRead,
      isStillValid: async () => (await access.authenticate(authorization)) !== undefined,
      lastEventId: request.headers.get("last-event-id") ?? undefined,
      delay: options.delay ?? delayByTimer,
      heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
      gatherMs: options.gatherMs ?? GATHER_MS,
      onClose: release,
    });
    return new Response(body, {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        // nginx would otherwise collect events before passing them on.
        "x-accel-buffering": "no",
      },
    });
  };
}

/** Below the 30 to 60 seconds after which proxies drop silent connections. */
const HEARTBEAT_MS = 15_000;
/** Too short to notice, long enough that a burst of writes makes one chunk. */
const GATHER_MS = 40;

const delayByTimer: Delay = (delayMs, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(finish, delayMs);
    signal.addEventListener("abort", finish, { once: true });
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    }
  });

import type { TransportError } from "./transport.ts";

/** Statuses of a server that is away or busy, whoever says so: the same request may be taken later. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);
/** Of 5xx, those that say that it will never be taken as it is. */
const LASTING_SERVER_STATUSES: ReadonlySet<number> = new Set([501, 505, 506, 508, 510]);
const TOO_LARGE = 413;
const STORAGE_FULL = 507;
const SIGN_IN_NEEDED = 511;

/**
 * What an answer means that is no reply of Holdfast's: a proxy, a firewall or a sign-in page gave it, so nothing in it
 * but its status is of use. `sizeBytes` is the size of the request. The one table of what passes and what lasts.
 */
export function meaningOfForeignAnswer(
  { status, headers }: Pick<Response, "status" | "headers">,
  sizeBytes: number,
): TransportError {
  if (status === TOO_LARGE) return { type: "RequestTooLarge", sizeBytes };
  if (status === STORAGE_FULL) return { type: "ServerFailed", reason: "storageFull", detail: "" };
  if (status === SIGN_IN_NEEDED) return { type: "ForeignAnswer" };
  if (PASSING_STATUSES.has(status)) return { type: "ServerUnreachable" };
  if (status >= 500 && !LASTING_SERVER_STATUSES.has(status)) return { type: "ServerUnreachable" };
  if (status >= 400) return { type: "RequestRefused", status };
  const isPage = headers.get("content-type")?.startsWith("text/html") === true;
  return isPage ? { type: "ForeignAnswer" } : { type: "ReplyMalformed" };
}

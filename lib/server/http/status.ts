import type { FailureReason } from "#protocol/wire/command.ts";

/** HTTP status beside a `failed` reply: for proxies and people; the client reads the CBOR. */
export function statusOfFailure(
  reason: FailureReason,
): 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 503 | 507 {
  switch (reason) {
    case "malformedRequest":
      return 400;
    case "noSession":
      return 401;
    case "notAllowed":
      return 403;
    case "unknownLog":
      return 404;
    case "notAvailable":
      return 409;
    case "tooLarge":
      return 413;
    case "tooManyRequests":
      return 429;
    case "internal":
      return 500;
    case "databaseUnavailable":
      return 503;
    case "storageFull":
      return 507;
  }
}

import type { Bytes } from "../bytes/bytes.ts";
import { fromHex, toHex } from "../bytes/text.ts";
import type { FormatError } from "../codec/cbor.ts";
import { err, ok, type Result } from "../result.ts";

/**
 * Server-sent events of `POST /v1/events` (with a session; `last-event-id` replays what was missed). They only say
 * that something is worth asking for: nothing is believed because an event said it.
 *
 * Only the last event of a burst carries an `id:` line, so an id is never ahead of what was delivered.
 */
export type ServerEvent =
  | { readonly type: "grown"; readonly log: Bytes; readonly size: number }
  | { readonly type: "sealed"; readonly epoch: number }
  /** The server no longer knows what was missed: ask for everything again. */
  | { readonly type: "refresh" };

const MAX_EVENT_CHARACTERS = 200;

/** The `data:` line. */
export function encodeServerEvent(event: ServerEvent): string {
  switch (event.type) {
    case "grown":
      return `grown ${toHex(event.log)} ${event.size}`;
    case "sealed":
      return `sealed ${event.epoch}`;
    case "refresh":
      return "refresh";
  }
}

export function parseServerEvent(data: string): Result<ServerEvent, FormatError> {
  const malformed = err({ type: "UnexpectedShape", path: "$", expected: "server event" } as const);
  if (data.length > MAX_EVENT_CHARACTERS) return malformed;
  if (data === "refresh") return ok({ type: "refresh" });
  const grown = /^grown ([0-9a-f]{64}) (0|[1-9][0-9]{0,15})$/.exec(data);
  if (grown) {
    const log = fromHex(grown[1] ?? "");
    const size = Number(grown[2]);
    return log.ok && Number.isSafeInteger(size) ? ok({ type: "grown", log: log.value, size }) : malformed;
  }
  const sealed = /^sealed (0|[1-9][0-9]{0,15})$/.exec(data);
  const epoch = Number(sealed?.[1]);
  return sealed && Number.isSafeInteger(epoch) ? ok({ type: "sealed", epoch }) : malformed;
}

import { equalBytes } from "#protocol/bytes/bytes.ts";
import { encodeUtf8, toHex } from "#protocol/bytes/text.ts";
import { encodeServerEvent, type ServerEvent } from "#protocol/wire/event.ts";
import type { Caller } from "../ports.ts";
import { type HubEvent, newestOnly, type ReadableEventHub } from "./event-hub.ts";

/** Resolves after `delayMs`, or at once when the signal is aborted; never rejects. */
export type Delay = (delayMs: number, signal: AbortSignal) => Promise<void>;

export interface EventStreamOptions {
  readonly hub: ReadableEventHub;
  readonly caller: Caller;
  readonly mayRead: (caller: Caller, log: Uint8Array) => Promise<boolean>;
  /** False once the session has ended or the device was revoked; asked before anything is sent. */
  readonly isStillValid: () => Promise<boolean>;
  readonly lastEventId: string | undefined;
  readonly delay: Delay;
  readonly heartbeatMs: number;
  /** Events that come within this time travel together. */
  readonly gatherMs: number;
  readonly onClose: () => void;
}

/**
 * One device's server-sent events. The stream is pulled: a reader that does not keep up holds nothing in memory
 * but its place in the hub's buffer, and is told to refresh everything if the buffer moved on without it.
 */
export function createEventStream(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const { hub, delay, heartbeatMs, gatherMs, onClose } = options;
  const closed = new AbortController();
  let wake: () => void = () => undefined;
  const stopListening = hub.onEvent(() => wake());
  const resumedAt = options.lastEventId === undefined ? hub.place() : hub.placeOf(options.lastEventId);
  let place = resumedAt ?? hub.place();
  const opening =
    resumedAt === undefined ? chunkOf(["refresh"], hub.idOf(place)) : `id: ${hub.idOf(place)}\n\n`;

  const close = (): void => {
    if (closed.signal.aborted) return;
    closed.abort();
    stopListening();
    onClose();
  };

  /** True as soon as there is an event, false when a heartbeat is due first or the stream was closed. */
  async function waitForEvent(): Promise<boolean> {
    if (hub.place() > place) return true;
    const waiting = new AbortController();
    const stopWaiting = (): void => waiting.abort();
    wake = stopWaiting;
    closed.signal.addEventListener("abort", stopWaiting, { once: true });
    await delay(heartbeatMs, waiting.signal);
    closed.signal.removeEventListener("abort", stopWaiting);
    wake = () => undefined;
    return hub.place() > place;
  }

  /** The next thing to send; undefined where nothing of it concerns this caller; null at the end. */
  async function nextChunk(): Promise<string | undefined | null> {
    const happened = await waitForEvent();
    if (happened) await delay(gatherMs, closed.signal);
    if (closed.signal.aborted || !(await options.isStillValid())) return null;
    if (!happened) return HEARTBEAT;
    const missed = hub.since(place);
    place = missed.place;
    if (missed.type === "lost") return chunkOf(["refresh"], hub.idOf(place));
    const visible: string[] = [];
    for (const event of newestOnly(missed.events, toHex)) {
      if (await isVisible(options, event)) visible.push(encodeServerEvent(wireEventOf(event)));
    }
    return visible.length > 0 ? chunkOf(visible, hub.idOf(place)) : undefined;
  }

  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encodeUtf8(opening)),
      pull: async (controller) => {
        try {
          let chunk: string | undefined | null;
          do chunk = await nextChunk();
          while (chunk === undefined);
          if (closed.signal.aborted) return;
          if (chunk === null) {
            close();
            controller.close();
          } else {
            controller.enqueue(encodeUtf8(chunk));
          }
        } catch (error) {
          close();
          throw error;
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}

/** A comment line: it keeps proxies and both ends from taking silence for a dead connection. */
const HEARTBEAT = ": still here\n\n";

async function isVisible({ caller, mayRead }: EventStreamOptions, event: HubEvent): Promise<boolean> {
  if (event.type === "sealed") return true;
  return equalBytes(event.organization, caller.organization) && (await mayRead(caller, event.log));
}

function wireEventOf(event: HubEvent): ServerEvent {
  return event.type === "sealed" ? event : { type: "grown", log: event.log, size: event.size };
}

function chunkOf(datas: readonly string[], id: string): string {
  return datas
    .map((data, index) => `${index === datas.length - 1 ? `id: ${id}\n` : ""}data: ${data}\n\n`)
    .join("");
}

import type { Bytes } from "#protocol/bytes/bytes.ts";
import { parseServerEvent, type ServerEvent } from "#protocol/wire/event.ts";
import { withTimeout } from "./read-capped.ts";
import type { Sessions } from "./sessions.ts";
import { authorizationOf, type Transport } from "./transport.ts";

export interface EventReaderOptions {
  readonly transport: Transport;
  readonly sessions: Sessions;
  readonly onEvent: (event: ServerEvent) => void;
  /** Told at every change between a stream that runs and none. */
  readonly onConnection: (isConnected: boolean) => void;
  readonly random: () => number;
  readonly delay: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly idleTimeoutMs?: number;
}

/** Three missed heartbeats of the server. */
const IDLE_TIMEOUT_MS = 50_000;
const FIRST_RETRY_MS = 500;
/** As long as it takes at most until the app sees that the server is there again, and checks. */
const LONGEST_RETRY_MS = 10_000;
/** A server event is far shorter; more without a line end is not an event stream. */
const MAX_LINE_CHARACTERS = 1024;

/**
 * Reads server-sent events by `fetch`, since EventSource cannot send a session, until the signal is aborted.
 * Connects again with growing pauses, half of each of them random so that a thousand devices do not come at once.
 */
export async function readEvents(options: EventReaderOptions, signal: AbortSignal): Promise<void> {
  let lastEventId = "";
  let retryMs = FIRST_RETRY_MS;
  const isOver = () => signal.aborted;
  while (!isOver()) {
    const outcome = await readStream(options, lastEventId, signal);
    // A stream that was ended from here says nothing about the server.
    if (isOver()) return;
    options.onConnection(false);
    lastEventId = outcome.lastEventId;
    retryMs = outcome.hadEvents ? FIRST_RETRY_MS : Math.min(retryMs * 2, LONGEST_RETRY_MS);
    await options.delay(retryMs / 2 + (retryMs / 2) * options.random(), signal);
  }
}

interface StreamOutcome {
  readonly lastEventId: string;
  readonly hadEvents: boolean;
}

async function readStream(
  options: EventReaderOptions,
  startId: string,
  signal: AbortSignal,
): Promise<StreamOutcome> {
  const outcome = { lastEventId: startId, hadEvents: false };
  const session = await options.sessions.token();
  if (!session.ok) return outcome;
  const aborter = new AbortController();
  const abort = () => aborter.abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    const response = await openStream(options, session.value, startId, aborter.signal);
    if (response === undefined) return outcome;
    if (response.status === 401) options.sessions.forget();
    if (!response.ok || response.body === null) return outcome;
    options.onConnection(true);
    const lines = createLineReader();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const next = await withTimeout(reader.read(), options.idleTimeoutMs ?? IDLE_TIMEOUT_MS);
      if (next === undefined || next.done) return outcome;
      outcome.hadEvents = true;
      const read = lines(next.value);
      if (read === undefined) return outcome;
      for (const line of read) {
        if (line.startsWith("id: ")) outcome.lastEventId = line.slice(4);
        const event = line.startsWith("data: ") ? parseServerEvent(line.slice(6)) : undefined;
        if (event?.ok === true) options.onEvent(event.value);
      }
    }
  } catch {
    // Whatever broke the stream, the answer is to connect again.
    return outcome;
  } finally {
    signal.removeEventListener("abort", abort);
    aborter.abort();
  }
}

function openStream(
  { transport, idleTimeoutMs }: EventReaderOptions,
  session: Bytes,
  lastEventId: string,
  signal: AbortSignal,
): Promise<Response | undefined> {
  const headers = {
    ...authorizationOf(session),
    ...(lastEventId === "" ? {} : { "last-event-id": lastEventId }),
  };
  return withTimeout(
    transport.post("/v1/events", new Uint8Array(0), headers, signal),
    idleTimeoutMs ?? IDLE_TIMEOUT_MS,
  );
}

/** Undefined once a line grows beyond all measure. */
function createLineReader(): (chunk: string) => readonly string[] | undefined {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? "";
    return rest.length > MAX_LINE_CHARACTERS ? undefined : lines;
  };
}

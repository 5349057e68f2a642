import { expect, it } from "vitest";
import { encodeUtf8, toHex } from "#protocol/bytes/text.ts";
import { ok } from "#protocol/result.ts";
import type { ServerEvent } from "#protocol/wire/event.ts";
import { readEvents } from "./event-reader.ts";
import type { Sessions } from "./sessions.ts";
import { createTransport } from "./transport.ts";

const log = new Uint8Array(32).fill(1);
const GROWN = `data: grown ${toHex(log)} 5\n\n`;

/** Streams, one for each connection; the last one ends the reading. */
async function read(streams: readonly (readonly string[])[]) {
  const events: ServerEvent[] = [];
  const connections: boolean[] = [];
  const lastEventIds: (string | null)[] = [];
  const aborter = new AbortController();
  let tokens = 0;
  const sessions: Sessions = {
    token: async () => {
      tokens++;
      return ok(new Uint8Array(32));
    },
    forget: () => undefined,
    call: () => Promise.reject(new Error("events need no call")),
  };
  const transport = createTransport({
    api: "http://localhost",
    now: Date.now,
    fetch: async (_, init) => {
      lastEventIds.push(new Headers(init.headers).get("last-event-id"));
      const chunks = streams[lastEventIds.length - 1];
      if (!chunks) throw new TypeError("no more");
      return new Response(
        new ReadableStream({
          start: (controller) => {
            for (const chunk of chunks) controller.enqueue(encodeUtf8(chunk));
            controller.close();
          },
        }),
      );
    },
  });
  await readEvents(
    {
      transport,
      sessions,
      random: () => 0,
      onEvent: (event) => events.push(event),
      onConnection: (isConnected) => connections.push(isConnected),
      delay: async () => {
        if (lastEventIds.length > streams.length) aborter.abort();
      },
    },
    aborter.signal,
  );
  return { events, connections, lastEventIds, tokens };
}

it("reads events however they are cut, and goes on after the last one", async () => {
  const { events, lastEventIds, connections } = await read([
    [": heartbeat\n\n", GROWN.slice(0, 20), GROWN.slice(20), "id: a.1\ndata: sealed 3\n\n"],
    ["data: sealed 4\r\n\r\n"],
  ]);
  expect(events).toEqual([
    { type: "grown", log, size: 5 },
    { type: "sealed", epoch: 3 },
    { type: "sealed", epoch: 4 },
  ]);
  expect(lastEventIds).toEqual([null, "a.1", "a.1"]);
  expect(connections).toEqual([true, false, true, false, false]);
});

it("leaves a stream that is none", async () => {
  const { events } = await read([
    ["data: sealed x\n\ndata: nonsense\n\n"],
    ["x".repeat(5000), "\ndata: sealed 1\n\n"],
  ]);
  expect(events).toEqual([]);
});

it("says nothing of the server when it was told to stop", async () => {
  const connections: boolean[] = [];
  const aborter = new AbortController();
  const open = new ReadableStream({
    start: (controller) => controller.enqueue(encodeUtf8(": heartbeat\n\n")),
  });
  await readEvents(
    {
      transport: createTransport({
        api: "http://localhost",
        now: Date.now,
        fetch: async (_, init) => {
          init.signal?.addEventListener("abort", () => void open.cancel().catch(() => undefined));
          return new Response(
            open.pipeThrough(new TransformStream(), init.signal ? { signal: init.signal } : {}),
          );
        },
      }),
      sessions: {
        token: async () => ok(new Uint8Array(32)),
        forget: () => undefined,
        call: () => Promise.reject(new Error("events need no call")),
      },
      random: () => 0,
      onEvent: () => undefined,
      onConnection: (isConnected) => {
        connections.push(isConnected);
        if (isConnected) aborter.abort();
      },
      delay: async () => undefined,
    },
    aborter.signal,
  );
  expect(connections).toEqual([true]);
});

import { createServer, type ServerResponse } from "node:http";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { putBlocks } from "#protocol/wire/blocks.ts";
import { serverInfo } from "#protocol/wire/session.ts";
import { createTransport } from "./transport.ts";

const INFO = serverInfo.encodeReply({
  kind: "info",
  body: {
    deployment: new Uint8Array(32),
    version: "1",
    needsBootstrapToken: false,
    openEpoch: 0,
    epochLengthMs: 1,
    maxBlockBytes: 1,
    time: 0,
  },
});

let stop: () => void = () => undefined;
afterEach(() => stop());

/** A real server that answers as told, and a transport with little patience. */
async function connect(answer: (response: ServerResponse) => void) {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return createTransport({
    api: `http://127.0.0.1:${address.port}`,
    fetch: (url, init) => fetch(url, init),
    now: Date.now,
    headerTimeoutMs: 200,
    pace: { idleTimeoutMs: 150, graceMs: 300, minBytesPerSecond: 100_000 },
  });
}

describe("calls", () => {
  it("gives the reply", async () => {
    const transport = await connect((response) => response.end(INFO));
    expect(await transport.call(serverInfo, {})).toMatchObject({ ok: true, value: { kind: "info" } });
  });

  it("turns `failed` into an error", async () => {
    const failed = { kind: "failed", body: { reason: "databaseUnavailable", detail: "away" } } as const;
    const transport = await connect((response) => response.end(serverInfo.encodeReply(failed)));
    expect(await transport.call(serverInfo, {})).toEqual({
      ok: false,
      error: { type: "ServerFailed", reason: "databaseUnavailable", detail: "away" },
    });
  });

  it("gives up on silence, before and in the answer", async () => {
    const silent = await connect(() => undefined);
    expect(await silent.call(serverInfo, {})).toEqual({ ok: false, error: { type: "ServerTimedOut" } });
    stop();
    const halting = await connect((response) => response.write(INFO.subarray(0, 5)));
    expect(await halting.call(serverInfo, {})).toEqual({ ok: false, error: { type: "ServerTimedOut" } });
  });

  it("gives up on a drip of bytes", async () => {
    const transport = await connect((response) => {
      const timer = setInterval(() => response.write(Uint8Array.of(0)), 20);
      response.on("close", () => clearInterval(timer));
    });
    expect(await transport.call(serverInfo, {})).toEqual({ ok: false, error: { type: "ServerTimedOut" } });
  });

  it("reads no more than a reply may have", async () => {
    const transport = await connect((response) => {
      response.on("error", () => undefined);
      response.end(new Uint8Array(2_000_000));
    });
    expect(await transport.call(serverInfo, {})).toEqual({
      ok: false,
      error: { type: "ReplyTooLarge", maxBytes: serverInfo.maxReplyBytes },
    });
  });

  it("knows a broken connection and a closed port", async () => {
    const transport = await connect((response) => {
      response.write(INFO.subarray(0, 3));
      setTimeout(() => response.destroy(), 10);
    });
    expect(await transport.call(serverInfo, {})).toEqual({ ok: false, error: { type: "ServerUnreachable" } });
    stop();
    expect(await transport.call(serverInfo, {})).toEqual({ ok: false, error: { type: "ServerUnreachable" } });
  });

  it.each([
    ["ServerUnreachable", [408, 425, 429, 500, 502, 503, 504, 520, 522, 524, 530]],
    ["RequestRefused", [400, 401, 403, 404, 405, 411, 414, 415, 426, 431, 451, 501, 505, 508]],
    ["RequestTooLarge", [413]],
    ["ForeignAnswer", [200, 203, 204, 205, 300, 511]],
    ["ServerFailed", [507]],
  ])("takes a page that is not the server's for %s by its status", async (type, statuses) => {
    let status = 0;
    const transport = await connect((response) => {
      response.writeHead(status, { "content-type": "text/html" });
      response.end("<html>Something else</html>");
    });
    for (status of statuses) {
      expect(await transport.call(serverInfo, {})).toMatchObject({ ok: false, error: { type } });
    }
    // However long the page is.
    stop();
    const long = await connect((response) => {
      response.on("error", () => undefined);
      response.writeHead(status, { "content-type": "text/html" });
      response.end("<p>".repeat(100_000));
    });
    expect(await long.call(serverInfo, {})).toMatchObject({ ok: false, error: { type } });
  });

  it("tells a large request that is lost from a server that is away", async () => {
    let isAway = false;
    const transport = await connect((response) => {
      const { method, headers } = response.req;
      const isLarge = method === "POST" && Number(headers["content-length"]) > 50_000;
      if (isAway || isLarge) response.destroy();
      else response.end(INFO);
    });
    const sizeBytes = putBlocks.encodeRequest({ blocks: [new Uint8Array(100_000)] }).length;
    const send = () => transport.call(putBlocks, { blocks: [new Uint8Array(100_000)] });
    expect(await send()).toEqual({ ok: false, error: { type: "RequestLost", sizeBytes } });
    isAway = true;
    expect(await send()).toEqual({ ok: false, error: { type: "ServerUnreachable" } });
  });

  it("takes garbage for garbage, whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (body) => {
        const garbled = createTransport({
          api: "http://localhost",
          fetch: async () =>
            new Response(new Uint8Array(body), { headers: { "content-type": "application/cbor" } }),
          now: Date.now,
        });
        expect(await garbled.call(serverInfo, {})).toEqual({ ok: false, error: { type: "ReplyMalformed" } });
      }),
    );
  });
});

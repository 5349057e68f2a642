import { createServer, type ServerResponse } from "node:http";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
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

  it("takes a gateway's page for an outage, other garbage for garbage", async () => {
    let status = 502;
    const transport = await connect((response) => {
      response.statusCode = status;
      response.end("<html>Bad gateway</html>");
    });
    expect(await transport.call(serverInfo, {})).toEqual({ ok: false, error: { type: "ServerUnreachable" } });
    status = 200;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (body) => {
        const garbled = createTransport({
          api: "http://localhost",
          fetch: async () => new Response(new Uint8Array(body)),
          now: Date.now,
        });
        expect(await garbled.call(serverInfo, {})).toEqual({ ok: false, error: { type: "ReplyMalformed" } });
      }),
    );
  });
});

import { Server } from "node:http";
import type { Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";

/** Time to send the request's headers: a peer that trickles them holds a connection only so long. */
const HEADERS_TIMEOUT_MS = 15_000;
/** Time to send a whole request: 24 MiB at 1 Mbit/s take 200 s. */
const REQUEST_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** How often these times are looked at. */
const TIMEOUT_CHECK_MS = 2000;
/** A peer that neither sends nor takes anything; event streams send every 15 s. */
const IDLE_TIMEOUT_MS = 75_000;
/** Open answers get this long to end when the server stops; event streams would never end by themselves. */
const CLOSE_TIMEOUT_MS = 2000;

export interface ListeningServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly onConnection: (socket: Socket) => void;
}

/** Rejects when the address is taken. Port 0 takes a free one. */
export async function listen(
  app: Hono,
  { host, port, onConnection }: ListenOptions,
): Promise<ListeningServer> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: TIMEOUT_CHECK_MS },
  });
  if (!(server instanceof Server)) throw new Error("expected an HTTP/1.1 server");
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.timeout = IDLE_TIMEOUT_MS;
  server.on("connection", onConnection);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a TCP address");
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

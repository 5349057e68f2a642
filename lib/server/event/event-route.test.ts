import { describe, expect, it } from "vitest";
import { toHex } from "#protocol/bytes/text.ts";
import { createStreamLimit } from "../limits/stream-limit.ts";
import type { Access, Caller } from "../ports.ts";
import { createEventHub } from "./event-hub.ts";
import { createEventRoute } from "./event-route.ts";
import type { Delay } from "./event-stream.ts";

const bytes = (fill: number, length = 32) => new Uint8Array(length).fill(fill);
const organization = bytes(1);
const alice: Caller = { organization, device: bytes(7, 16), user: bytes(8, 16) };
const grown = (log: number, size: number, of = organization) => ({ organization: of, log: bytes(log), size });
const line = (log: number, size: number) => `grown ${toHex(bytes(log))} ${size}`;

/** Heartbeats come when the test says so; gathering takes no time. */
function createWorld(options: { readonly capacity?: number } = {}) {
  const hub = createEventHub({ runId: "r", ...options });
  const readable = new Set([toHex(organization), toHex(bytes(2))]);
  const world = { hub, readable, isValid: true, heartbeat: () => undefined as unknown };
  const access: Access = {
    authenticate: async (authorization) =>
      authorization === "Bearer alice" && world.isValid ? alice : undefined,
    mayRead: async (_caller, log) => readable.has(toHex(log)),
  };
  const delay: Delay = (delayMs, signal) =>
    delayMs === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          world.heartbeat = resolve;
          signal.addEventListener("abort", () => resolve());
        });
  const limit = createStreamLimit({ total: 10, perHolder: 2 });
  const route = createEventRoute({ hub, access, limit, delay, heartbeatMs: 1, gatherMs: 0 });
  const open = async (headers: Record<string, string> = {}) => {
    const response = await route(
      new Request("http://api.invalid/v1/events", {
        method: "POST",
        headers: { authorization: "Bearer alice", ...headers },
      }),
    );
    const reader = response.body?.getReader();
    const read = async (): Promise<string | undefined> => {
      const chunk = await reader?.read();
      return chunk?.value && new TextDecoder().decode(chunk.value);
    };
    return { response, read, cancel: () => reader?.cancel() };
  };
  return Object.assign(world, { open, limit });
}

describe("POST /v1/events", () => {
  it("streams what the caller may see, and nothing else", async () => {
    const world = createWorld();
    const stream = await world.open();
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
    expect(await stream.read()).toBe("id: r.0\n\n");
    world.hub.publish(grown(2, 1));
    world.hub.publish(grown(3, 9));
    world.hub.publish(grown(2, 2));
    world.readable.add(toHex(bytes(4)));
    world.hub.publish(grown(4, 8, bytes(99)));
    world.hub.publishSealed(5);
    expect(await stream.read()).toBe(`data: ${line(2, 2)}\n\nid: r.5\ndata: sealed 5\n\n`);
  });

  it("joins a burst into the newest size of each log, under one id", async () => {
    const world = createWorld();
    const stream = await world.open();
    await stream.read();
    for (let size = 1; size <= 50; size++) world.hub.publish(grown(2, size));
    world.hub.publish(grown(1, 4));
    expect(await stream.read()).toBe(`data: ${line(2, 50)}\n\nid: r.51\ndata: ${line(1, 4)}\n\n`);
  });

  it("replays what was missed since last-event-id", async () => {
    const world = createWorld();
    world.hub.publish(grown(2, 1));
    world.hub.publish(grown(2, 2));
    const stream = await world.open({ "last-event-id": "r.1" });
    expect(await stream.read()).toBe("id: r.1\n\n");
    expect(await stream.read()).toBe(`id: r.2\ndata: ${line(2, 2)}\n\n`);
  });

  it("asks for a refresh where it cannot replay", async () => {
    const world = createWorld({ capacity: 2 });
    expect(await (await world.open({ "last-event-id": "earlier.7" })).read()).toBe(
      "id: r.0\ndata: refresh\n\n",
    );
    const slow = await world.open();
    await slow.read();
    for (let size = 1; size <= 5; size++) world.hub.publish(grown(2, size));
    expect(await slow.read()).toBe("id: r.5\ndata: refresh\n\n");
  });

  it("sends heartbeats, and ends with the session", async () => {
    const world = createWorld();
    const stream = await world.open();
    await stream.read();
    const next = stream.read();
    await Promise.resolve();
    world.heartbeat();
    expect(await next).toBe(": still here\n\n");
    world.isValid = false;
    world.hub.publish(grown(2, 1));
    expect(await stream.read()).toBeUndefined();
    expect(world.limit.open()).toBe(0);
  });

  it("stops showing a log from which the member was removed", async () => {
    const world = createWorld();
    const stream = await world.open();
    await stream.read();
    world.readable.delete(toHex(bytes(2)));
    world.hub.publish(grown(2, 3));
    world.hub.publish(grown(1, 3));
    expect(await stream.read()).toBe(`id: r.2\ndata: ${line(1, 3)}\n\n`);
  });

  it("refuses a caller without a session, and one stream too many", async () => {
    const world = createWorld();
    expect((await world.open({ authorization: "Bearer mallory" })).response.status).toBe(401);
    const first = await world.open();
    await world.open();
    expect((await world.open()).response.status).toBe(429);
    await first.cancel();
    expect((await world.open()).response.status).toBe(200);
  });
});

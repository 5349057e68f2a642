import fc from "fast-check";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { createByteBudget } from "./byte-budget.ts";
import { createClientOf, createIsTrusted, networkOf } from "./client-address.ts";
import { createConnectionLimit } from "./connection-limit.ts";
import { createRateLimit } from "./rate-limit.ts";
import { createStreamLimit } from "./stream-limit.ts";

describe("rate limit", () => {
  it("allows a burst, then the long-run rate", () => {
    let nowMs = 0;
    const limit = createRateLimit({ burst: 5, perSecond: 2, clock: () => nowMs });
    expect(Array.from({ length: 6 }, () => limit.take("a"))).toEqual([true, true, true, true, true, false]);
    nowMs = 499;
    expect(limit.take("a")).toBe(false);
    nowMs = 500;
    expect(limit.take("a")).toBe(true);
    expect(limit.take("a")).toBe(false);
    expect(limit.take("b")).toBe(true);
  });

  it("never allows more than burst + rate × time, whatever the clock does", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 3 })));
    fc.assert(
      fc.property(steps, (moves) => {
        let nowMs = 1000;
        let forwardMs = 0;
        let taken = 0;
        const limit = createRateLimit({ burst: 4, perSecond: 10, clock: () => nowMs });
        for (const [moveMs, cost] of moves) {
          nowMs += moveMs;
          forwardMs += Math.max(0, moveMs);
          if (limit.take("a", cost)) taken += cost;
        }
        expect(taken).toBeLessThanOrEqual(4 + (forwardMs * 10) / 1000 + 1e-9);
      }),
    );
  });

  it("remembers a bounded number of callers", () => {
    const limit = createRateLimit({ burst: 1, perSecond: 0, clock: () => 0, maxCallers: 2 });
    expect(limit.take("a")).toBe(true);
    expect(limit.take("b")).toBe(true);
    expect(limit.take("b")).toBe(false);
    expect(limit.take("c")).toBe(true);
    expect(limit.take("a")).toBe(true);
    expect(limit.take("c")).toBe(false);
  });
});

describe("stream limit", () => {
  it("counts in all and for each holder, and gives a place back once", () => {
    const limit = createStreamLimit({ total: 3, perHolder: 2 });
    const first = limit.acquire("a");
    expect(limit.acquire("a")).toBeDefined();
    expect(limit.acquire("a")).toBeUndefined();
    expect(limit.acquire("b")).toBeDefined();
    expect(limit.acquire("c")).toBeUndefined();
    first?.();
    first?.();
    expect(limit.open()).toBe(2);
    expect(limit.acquire("a")).toBeDefined();
    expect(limit.acquire("a")).toBeUndefined();
  });
});

describe("byte budget", () => {
  it("never holds more than it may, in all and for each holder, and gets back what it gave", () => {
    const step = fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 60 }));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const budget = createByteBudget({ total: 100, perHolder: 50 });
        const taken = steps.filter(([holder, bytes]) => budget.take(holder, bytes));
        expect(budget.held()).toBe(taken.reduce((sum, [, bytes]) => sum + bytes, 0));
        expect(budget.held()).toBeLessThanOrEqual(100);
        for (const holder of ["a", "b", "c"]) {
          const own = taken.filter(([of]) => of === holder).reduce((sum, [, bytes]) => sum + bytes, 0);
          expect(own).toBeLessThanOrEqual(50);
        }
        for (const [holder, bytes] of taken) budget.give(holder, bytes);
        expect(budget.held()).toBe(0);
        expect(budget.take("a", 50)).toBe(true);
      }),
    );
  });
});

describe("connection limit", () => {
  class Connection {
    isOpen = true;
    #onClose: () => void = () => undefined;
    destroy(): void {
      if (!this.isOpen) return;
      this.isOpen = false;
      this.#onClose();
    }
    once(_event: "close", listener: () => void): void {
      this.#onClose = listener;
    }
  }
  const create = (limit: ReturnType<typeof createConnectionLimit>, address: string | undefined, count = 1) =>
    Array.from({ length: count }, () => {
      const connection = new Connection();
      limit.admit(connection, address);
      return connection;
    });
  const openOf = (connections: readonly Connection[]) => connections.filter(({ isOpen }) => isOpen).length;

  it("gives a newcomer the place of the oldest that waits, of its own address or of the fullest", () => {
    const limit = createConnectionLimit({ total: 10, perAddress: 8 });
    const crowd = create(limit, "a", 20);
    expect(crowd.map(({ isOpen }) => isOpen)).toEqual([
      ...new Array<boolean>(12).fill(false),
      ...new Array<boolean>(8).fill(true),
    ]);
    const others = create(limit, "b", 5);
    expect([openOf(crowd), openOf(others), limit.open()]).toEqual([5, 5, 10]);
  });

  it("cuts off no connection that has carried a session", () => {
    const limit = createConnectionLimit({ total: 10, perAddress: 8 });
    const honest = create(limit, "a", 3);
    for (const connection of honest) limit.prove(connection);
    create(limit, "a", 100);
    create(limit, "b", 100);
    expect(openOf(honest)).toBe(3);
    expect(limit.open()).toBe(10);
    const full = createConnectionLimit({ total: 10, perAddress: 2 });
    for (const connection of create(full, "a", 2)) full.prove(connection);
    expect(openOf(create(full, "a"))).toBe(0);
  });

  it("counts a proxy's connections in all only, and forgets what was closed", () => {
    const limit = createConnectionLimit({ total: 10, perAddress: 2 });
    const proxied = create(limit, undefined, 10);
    expect(openOf(proxied)).toBe(10);
    expect(openOf(create(limit, "a"))).toBe(0);
    for (const connection of proxied) connection.destroy();
    expect(limit.open()).toBe(0);
    expect(openOf(create(limit, "a"))).toBe(1);
  });
});

describe("the client behind proxies", () => {
  const clientOf = (proxies: readonly string[], peer: string, forwarded?: string) => {
    const app = new Hono();
    app.get("/", (context) => context.text(createClientOf(createIsTrusted(proxies))(context)));
    const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
    const env = {
      server: { incoming: { socket: { remoteAddress: peer, remotePort: 1, remoteFamily: "IPv4" } } },
    };
    return Promise.resolve(app.request("/", { headers }, env)).then((response) => response.text());
  };

  it("is the peer, whatever it says, unless the peer is trusted", async () => {
    expect(await clientOf([], "192.0.2.1", "198.51.100.7")).toBe("192.0.2.1");
    expect(await clientOf(["10.0.0.0/8"], "192.0.2.1", "198.51.100.7")).toBe("192.0.2.1");
    expect(await clientOf(["10.0.0.0/8"], "10.1.2.3", "198.51.100.7")).toBe("198.51.100.7");
    expect(await clientOf(["10.0.0.0/8"], "::ffff:10.1.2.3", "198.51.100.7")).toBe("198.51.100.7");
  });

  it("is the last that no proxy of ours has, not what the caller wrote before it", async () => {
    expect(await clientOf(["10.0.0.0/8"], "10.0.0.1", "1.1.1.1, 198.51.100.7, 10.0.0.2")).toBe(
      "198.51.100.7",
    );
    expect(await clientOf(["10.0.0.0/8"], "10.0.0.1")).toBe("10.0.0.1");
    expect(await clientOf(["10.0.0.0/8"], "10.0.0.1", "10.0.0.2")).toBe("10.0.0.1");
  });
});

describe("the network of an address", () => {
  it("is an IPv4 address, or the first half of an IPv6 one", () => {
    expect(networkOf("192.0.2.7")).toBe("192.0.2.7");
    expect(networkOf("::ffff:192.0.2.7")).toBe("192.0.2.7");
    expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2");
    expect(networkOf("2001:0DB8:1:2::9")).toBe("2001:db8:1:2");
    expect(networkOf("2001:db8::1")).toBe("2001:db8:0:0");
    expect(networkOf("::1")).toBe("0:0:0:0");
    for (const odd of ["", ":", ":::", "a::b::c", "not an address"])
      expect(typeof networkOf(odd)).toBe("string");
  });
});

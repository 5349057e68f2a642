import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { networkOf } from "./client-address.ts";
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

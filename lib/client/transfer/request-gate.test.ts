import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RequestGate } from "./request-gate.ts";
import { createManualTimer } from "./testing/manual-timer.ts";

function openGate(maxRequests = 3) {
  const timer = createManualTimer();
  const gate = new RequestGate({ timer, random: () => 0, maxRequests, onChange: () => undefined });
  return { timer, gate };
}
const enterAll = (gate: RequestGate): number => {
  let entered = 0;
  while (gate.tryEnter()) entered++;
  return entered;
};

describe("the door to the network", () => {
  it("lets few in at a time, none while paused", () => {
    const { gate } = openGate();
    expect(enterAll(gate)).toBe(3);
    gate.leave(null);
    gate.pause();
    expect(enterAll(gate)).toBe(0);
    gate.resume();
    expect(enterAll(gate)).toBe(1);
  });

  it("waits longer after each failure, tries with one, then opens again", () => {
    const { gate, timer } = openGate();
    const waits: number[] = [];
    enterAll(gate);
    for (let request = 0; request < 3; request++) gate.leave({ type: "ServerUnreachable" });
    for (let failure = 0; failure < 8; failure++) {
      expect(enterAll(gate)).toBe(0);
      const before = timer.now();
      timer.fireNext();
      waits.push(timer.now() - before);
      expect(enterAll(gate)).toBe(1);
      gate.leave({ type: "ServerUnreachable" });
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
    timer.fireNext();
    expect(enterAll(gate)).toBe(1);
    gate.leave(null);
    expect(gate.waitsFor).toBeNull();
    expect(enterAll(gate)).toBe(3);
  });

  it("wakes those who wait in turn, and lets go of those who gave up", async () => {
    const { gate } = openGate(1);
    const order: string[] = [];
    const abort = new AbortController();
    expect(gate.tryEnter()).toBe(true);
    const first = gate.enter(new AbortController().signal).then((entered) => order.push(`first ${entered}`));
    const gone = gate.enter(abort.signal).then((entered) => order.push(`gone ${entered}`));
    const last = gate.enter(new AbortController().signal).then((entered) => order.push(`last ${entered}`));
    abort.abort();
    await gone;
    gate.leave(null);
    await first;
    gate.leave(null);
    await last;
    expect(order).toEqual(["gone false", "first true", "last true"]);
  });

  it("never lets more in than allowed, and never loses a place", () => {
    const steps = fc.array(fc.constantFrom("enter", "answered", "unreachable", "pause", "resume", "time"));
    fc.assert(
      fc.property(steps, (acts) => {
        const { gate, timer } = openGate();
        let inside = 0;
        for (const act of acts) {
          if (act === "enter") inside += gate.tryEnter() ? 1 : 0;
          else if (act === "pause") gate.pause();
          else if (act === "resume") gate.resume();
          else if (act === "time") timer.fireNext();
          else if (inside > 0) {
            gate.leave(act === "answered" ? null : { type: "ServerUnreachable" });
            inside--;
          }
          expect(inside).toBeLessThanOrEqual(3);
        }
        for (; inside > 0; inside--) gate.leave(null);
        gate.resume();
        // After a failure one goes ahead; its answer opens the door for all.
        expect(gate.tryEnter()).toBe(true);
        gate.leave(null);
        expect(enterAll(gate)).toBe(3);
      }),
    );
  });
});

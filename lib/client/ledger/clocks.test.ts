import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockDetail, judgeClocks, parseClockDetail } from "./clocks.ts";

const T = 1_800_000_000_000;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** Seconds after some moment, by each clock; the ledger signed its newest header then. */
const judge = (device: number, server: number, ledger: number) =>
  judgeClocks({ device: T + device * 1_000, server: T + server * 1_000, ledger: T + ledger * 1_000 });

describe("whose clock is off", () => {
  it.each([
    ["all agree", [0, 0, 0]],
    ["the header is a minute old", [60, 60, 0]],
    ["each is off by less than is allowed", [0, 9, 5]],
    ["the ledger has stopped", [3_600, 3_600, 0]],
  ] as const)("nobody's, where %s", (_, [device, server, ledger]) => {
    expect(judge(device, server, ledger)).toBeUndefined();
  });

  it.each([
    ["30 s behind", -30, -30_000],
    ["5 minutes ahead", 300, 300_000],
    ["a month ahead", 31 * 86_400, 31 * DAY],
    ["a year behind", -365 * 86_400, -365 * DAY],
  ])("the device's, %s of server and ledger", (_, device, aheadMs) => {
    expect(judge(device, 0, -5)).toEqual({ clock: "device", aheadMs });
  });

  it("the ledger's, where it is ahead of two that agree", () => {
    expect(judge(0, 1, 40)).toEqual({ clock: "ledger", aheadMs: 40_000 });
  });

  it("the server's, where device and ledger agree", () => {
    expect(judge(0, 600, -20)).toEqual({ clock: "server", aheadMs: 600_000 });
    expect(judge(0, -30, -5)).toEqual({ clock: "server", aheadMs: -30_000 });
  });

  it("cannot be told where no two agree, and then it is said of the two in question", () => {
    expect(judge(-300, 900, 0)).toEqual({ clock: "unknown", aheadMs: -300_000 });
    // Behind both, the ledger may as well have stopped.
    expect(judge(1_000, 2_000, 0)).toBeUndefined();
  });

  it("is never guessed: the one named is apart from the others, which are not apart from each other", () => {
    const clock = fc.integer({ min: -10 * MINUTE, max: 10 * MINUTE });
    fc.assert(
      fc.property(clock, clock, clock, (device, server, ledger) => {
        const fault = judgeClocks({ device: T + device, server: T + server, ledger: T + ledger });
        if (fault?.clock === "device") expect(Math.abs(device - server)).toBeGreaterThan(10_000);
        if (fault?.clock === "device") expect(server - ledger).toBeGreaterThanOrEqual(-10_000);
        if (fault?.clock === "device") expect(server - ledger).toBeLessThanOrEqual(2 * MINUTE);
        if (fault?.clock === "server") expect(device - ledger).toBeGreaterThanOrEqual(-10_000);
        if (fault?.clock === "ledger") expect(Math.abs(device - server)).toBeLessThanOrEqual(10_000);
        if (fault?.clock === "ledger") expect(ledger - device).toBeGreaterThan(10_000);
      }),
      { numRuns: 5_000 },
    );
  });
});

it("goes through the text of a reason and back, and nothing else does", () => {
  for (const clock of ["device", "server", "ledger", "unknown"] as const) {
    for (const aheadMs of [-31 * DAY, -1, 0, 30_000]) {
      expect(parseClockDetail(clockDetail({ clock, aheadMs }))).toEqual({ clock, aheadMs });
    }
  }
  for (const detail of ["", "ClockOff", "ClockOff:me:1", "ClockOff:device:x", "ClockOff:device:1 "]) {
    expect(parseClockDetail(detail)).toBeUndefined();
  }
});

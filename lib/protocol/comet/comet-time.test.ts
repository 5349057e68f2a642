import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../bytes/text.ts";
import {
  encodeCometTime,
  formatCometTime,
  GO_ZERO_TIME,
  LAST_TIME_SECONDS,
  parseCometTime,
  timeFromNs,
  timeToNs,
} from "./comet-time.ts";

const anyTime = fc.record({
  seconds: fc.bigInt(GO_ZERO_TIME.seconds, LAST_TIME_SECONDS),
  nanos: fc.integer({ min: 0, max: 999_999_999 }),
});

describe("parseCometTime", () => {
  it.each([
    ["1970-01-01T00:00:00Z", 0n, 0],
    ["2023-05-17T14:12:53.605374524Z", 1_684_332_773n, 605_374_524],
    ["2024-02-29T23:59:59.1Z", 1_709_251_199n, 100_000_000],
    ["2000-02-29T00:00:00Z", 951_782_400n, 0],
    ["0001-01-01T00:00:00Z", GO_ZERO_TIME.seconds, 0],
    ["9999-12-31T23:59:59.999999999Z", LAST_TIME_SECONDS, 999_999_999],
  ])("reads %s", (text, seconds, nanos) => {
    expect(parseCometTime(text)).toEqual({ ok: true, value: { seconds, nanos } });
  });

  it.each([
    "",
    "2023-05-17",
    "2023-05-17T14:12:53",
    "2023-05-17T14:12:53+00:00",
    "2023-05-17T14:12:53.Z",
    "2023-05-17T14:12:53.1234567890Z",
    "2023-05-17 14:12:53Z",
    "2023-05-17t14:12:53z",
    " 2023-05-17T14:12:53Z",
    "2023-05-17T14:12:53Z\n",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2023-13-01T00:00:00Z",
    "2023-00-01T00:00:00Z",
    "2023-01-00T00:00:00Z",
    "2023-04-31T00:00:00Z",
    "2023-01-01T24:00:00Z",
    "2023-01-01T00:60:00Z",
    "2016-12-31T23:59:60Z",
    "0000-01-01T00:00:00Z",
    "+2023-01-01T00:00:00Z",
    "٢٠٢٣-01-01T00:00:00Z",
  ])("refuses %j", (text) => {
    expect(parseCometTime(text)).toEqual({ ok: false, error: { type: "TimeNotRfc3339" } });
  });

  it("reads back what formatCometTime writes, and agrees with Date to the millisecond", () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        const text = formatCometTime(time);
        expect(parseCometTime(text)).toEqual({ ok: true, value: time });
        expect(Date.parse(`${text.slice(0, 19)}Z`)).toBe(Number(time.seconds) * 1_000);
      }),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseCometTime(text).ok).toBe(false);
      }),
    );
  });
});

describe("nanoseconds", () => {
  it("convert both ways, before 1970 too", () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        expect(timeFromNs(timeToNs(time))).toEqual(time);
      }),
    );
  });
});

describe("encodeCometTime", () => {
  it.each([
    [{ seconds: 0n, nanos: 0 }, ""],
    [{ seconds: 1n, nanos: 0 }, "0801"],
    [{ seconds: 0n, nanos: 300 }, "10ac02"],
    [GO_ZERO_TIME, "088092b8c398feffffff01"],
  ])("%o", (time, hex) => {
    expect(toHex(encodeCometTime(time))).toBe(hex);
  });
});

import { type Bytes, concatBytes } from "../bytes/bytes.ts";
import { err, ok, type Result } from "../result.ts";
import { varintField } from "./protobuf.ts";
import type { CometTime } from "./types.ts";

/** Go's zero time, 0001-01-01T00:00:00Z, which stands in the place of an absent validator's timestamp. */
export const GO_ZERO_TIME: CometTime = { seconds: -62_135_596_800n, nanos: 0 };

/** 9999-12-31T23:59:59Z, the last second RFC 3339 can write. */
export const LAST_TIME_SECONDS = 253_402_300_799n;

export const NANOS_PER_SECOND = 1_000_000_000n;

export type TimeFormatError = { readonly type: "TimeNotRfc3339" };

const RFC3339_UTC = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** From 0000-03-01, where the count below starts, to 1970-01-01. */
const DAYS_BEFORE_1970 = 719_468;

/**
 * RFC 3339 in UTC with up to nine fractional digits, as Go prints it. Never through a `Date`, which would cut
 * the time to milliseconds and break every signature over it.
 */
export function parseCometTime(text: string): Result<CometTime, TimeFormatError> {
  const failed = err({ type: "TimeNotRfc3339" } as const);
  const match = RFC3339_UTC.exec(text);
  if (match === null) return failed;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  if (year === undefined || month === undefined || day === undefined) return failed;
  if (hour === undefined || minute === undefined || second === undefined) return failed;
  if (year < 1 || day < 1 || day > daysInMonth(year, month)) return failed;
  if (hour > 23 || minute > 59 || second > 59) return failed;
  const seconds = daysSince1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
  return ok({ seconds: BigInt(seconds), nanos: Number((match[7] ?? "").padEnd(9, "0")) });
}

/** The inverse of `parseCometTime`; like Go it drops the fraction's trailing zeros. */
export function formatCometTime(time: CometTime): string {
  const days = Number(floorDiv(time.seconds, 86_400n));
  const secondOfDay = Number(time.seconds - BigInt(days) * 86_400n);
  const { year, month, day } = civilDate(days);
  const clock = [Math.floor(secondOfDay / 3_600), Math.floor(secondOfDay / 60) % 60, secondOfDay % 60];
  const fraction = time.nanos === 0 ? "" : `.${String(time.nanos).padStart(9, "0").replace(/0+$/, "")}`;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock.map((part) => pad(part, 2)).join(":")}${fraction}Z`;
}

/** Nanoseconds since 1970. */
export function timeToNs(time: CometTime): bigint {
  return time.seconds * NANOS_PER_SECOND + BigInt(time.nanos);
}

export function timeFromNs(ns: bigint): CometTime {
  const seconds = floorDiv(ns, NANOS_PER_SECOND);
  return { seconds, nanos: Number(ns - seconds * NANOS_PER_SECOND) };
}

/** `google.protobuf.Timestamp`. */
export function encodeCometTime(time: CometTime): Bytes {
  return concatBytes(varintField(1, time.seconds), varintField(2, BigInt(time.nanos)));
}

function daysInMonth(year: number, month: number): number {
  const leapDay = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return (DAYS_IN_MONTH[month - 1] ?? 0) + leapDay;
}

/** Years are counted from March, so that the leap day is the last of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1 - DAYS_BEFORE_1970;
}

function civilDate(days: number): { year: number; month: number; day: number } {
  let year = Math.floor(days / 365.2425) + 1970;
  while (daysSince1970(year, 1, 1) > days) year -= 1;
  while (daysSince1970(year + 1, 1, 1) <= days) year += 1;
  let month = 1;
  let day = days - daysSince1970(year, 1, 1) + 1;
  while (day > daysInMonth(year, month)) day -= daysInMonth(year, month++);
  return { year, month, day };
}

function floorDiv(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

import { useTranslations } from "use-intl";
import type { ClockFault } from "#client/ledger/clocks.ts";

/** Whose clock is off, by how much and which way, and what to do. */
export function useClockWords(): (fault: ClockFault) => string {
  const t = useTranslations("clocks");
  return ({ clock, aheadMs }) => {
    const direction = aheadMs < 0 ? "behind" : "ahead";
    return t(`${clock}.${direction}`, { amount: t("amount", amountOf(Math.abs(aheadMs))) });
  };
}

/** In the largest unit of which there are two or more; the rest is of no use to anybody who sets a clock. */
function amountOf(ms: number): { readonly unit: string; readonly count: number } {
  for (const [unit, size] of UNITS) if (ms >= 2 * size) return { unit, count: Math.round(ms / size) };
  return { unit: "second", count: Math.round(ms / 1_000) };
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

import type { Period, TrustState } from "#client/engine.ts";

export type RailZoom = "hour" | "day" | "month";

/** One cell of the rail: a period, or several of one hour or day when zoomed out. */
export interface PeriodGroup {
  /** The newest period inside. */
  readonly epoch: number;
  /** Null while it is not sealed. */
  readonly sealedAt: number | null;
  readonly lanes: Period["lanes"];
  readonly count: number;
}

/** From the worst to the best: of several states, the one a person must not miss. */
const severity: readonly TrustState[] = [
  "contradiction",
  "suspect",
  "other",
  "stale",
  "partial",
  "pending",
  "verified",
];

export function worstState(states: readonly TrustState[]): TrustState {
  return severity.find((state) => states.includes(state)) ?? "verified";
}

/**
 * Oldest first. The hour zoom has a cell for each period, the day zoom one for each hour, the month zoom one
 * for each day (both in UTC); periods that are not sealed yet share one cell at the end.
 */
export function groupPeriods(periods: readonly Period[], zoom: RailZoom): readonly PeriodGroup[] {
  const ordered = periods.toSorted((a, b) => a.epoch - b.epoch);
  const groups = new Map<string, Period[]>();
  for (const period of ordered) {
    const key = groupKey(period, zoom);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [period]);
    else group.push(period);
  }
  return [...groups.values()].map(summarise);
}

const bucketMs: Readonly<Record<"day" | "month", number>> = { day: 3_600_000, month: 86_400_000 };

function groupKey(period: Period, zoom: RailZoom): string {
  if (zoom === "hour") return `epoch ${period.epoch}`;
  return period.sealedAt === null ? "open" : `bucket ${Math.floor(period.sealedAt / bucketMs[zoom])}`;
}

function summarise(periods: readonly Period[]): PeriodGroup {
  const newest = periods.at(-1);
  const worstOf = (lane: keyof Period["lanes"]) => worstState(periods.map(({ lanes }) => lanes[lane]));
  return {
    epoch: newest?.epoch ?? 0,
    sealedAt: newest?.sealedAt ?? null,
    lanes: { device: worstOf("device"), record: worstOf("record"), seal: worstOf("seal") },
    count: periods.length,
  };
}

import type { PeriodCheck } from "#client/engine.ts";

/** One check as it came out for one record, or alike for several. */
export interface SameCheck {
  readonly check: PeriodCheck;
  /** Names of the records, each once; empty where the check is about no record. */
  readonly names: readonly string[];
}

/** Puts together what came out alike, in the order of the first of each. What counts its way through stays apart. */
export function sameChecks(checks: readonly PeriodCheck[]): readonly SameCheck[] {
  const groups = new Map<string, PeriodCheck[]>();
  for (const check of checks) {
    const isCounting = check.coverage !== null && check.state !== "verified";
    const key = [check.code, check.state, check.detail, isCounting ? check.workspace : ""].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), check]);
  }
  return [...groups.values()].flatMap((group) => {
    const [check] = group;
    if (check === undefined) return [];
    const about = group.filter(({ workspace }) => workspace !== null);
    return [{ check, names: [...new Set(about.map(({ workspaceName }) => workspaceName))] }];
  });
}

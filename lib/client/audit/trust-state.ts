import type { TrustState } from "../engine.ts";
import { isRed } from "./fault-desk.ts";
import type { FindingRow } from "./tables.ts";

/** From the worst to the best: of several states, the one that a person must not miss. */
const SEVERITY: readonly TrustState[] = [
  "contradiction",
  "suspect",
  "other",
  "stale",
  "partial",
  "pending",
  "verified",
];

/** `none` where there is nothing to judge: what was not checked is never called checked. */
export function worstState(states: readonly TrustState[], none: TrustState): TrustState {
  return SEVERITY.find((state) => states.includes(state)) ?? none;
}

export function bySeverity(a: { readonly state: TrustState }, b: { readonly state: TrustState }): number {
  return SEVERITY.indexOf(a.state) - SEVERITY.indexOf(b.state);
}

/** Null for what is kept for export only. */
export function stateOfFinding(finding: FindingRow): TrustState | null {
  if (isRed(finding)) return "contradiction";
  return finding.accused === "liveness" ? null : "other";
}

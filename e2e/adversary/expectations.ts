import type { CheckCode, TrustState } from "#client/engine.ts";
import type { Kind } from "#verifier/verdict.ts";
import type { AttackReport, Phase } from "./world/scenario.ts";

/** What the threat model promises of one attack. */
export interface Expectation {
  /** The checks that may raise it first. */
  readonly checks: readonly CheckCode[];
  /** The latest moment at which something shows while proofs are given. */
  readonly by: Phase;
  /** Evidence that a stranger accepts; null where the device alone can be convinced. */
  readonly evidence: { readonly kind: Kind; readonly or?: Kind; readonly by: Phase } | null;
  /** Without evidence: the most serious state that is ever shown. */
  readonly amber: TrustState;
  /** Whether it is about a log, whose writes must wait. */
  readonly pauses: boolean;
}

const TRANSFERABLE = { amber: "suspect", pauses: true } as const;
const LOCAL = { evidence: null, amber: "suspect", pauses: true } as const;
const contradiction = (by: Phase) => ({ kind: "contradiction", by }) as const;

/** By the attack's number. */
export const EXPECTATIONS: ReadonlyMap<number, Expectation> = new Map<number, Expectation>([
  [1, { ...LOCAL, checks: ["I1"], by: "op" }],
  [2, { ...TRANSFERABLE, checks: ["E1", "E3"], by: "epoch", evidence: contradiction("epoch") }],
  [
    3,
    {
      ...TRANSFERABLE,
      checks: ["I3", "E1"],
      by: "epoch",
      evidence: { kind: "staleRead", or: "mapLie", by: "epoch" },
    },
  ],
  [5, { ...TRANSFERABLE, checks: ["I2"], by: "op", evidence: contradiction("epoch") }],
  [9, { ...TRANSFERABLE, checks: ["I2", "E1"], by: "epoch", evidence: contradiction("epoch") }],
  [10, { ...TRANSFERABLE, checks: ["I2", "E1"], by: "epoch", evidence: contradiction("epoch") }],
  [
    13,
    { ...TRANSFERABLE, checks: ["I3", "E1"], by: "epoch", evidence: { kind: "invalidLeaf", by: "epoch" } },
  ],
  [14, { ...LOCAL, checks: ["I1"], by: "op" }],
  [15, { ...TRANSFERABLE, checks: ["I3", "E1"], by: "op", evidence: { kind: "invalidLeaf", by: "epoch" } }],
  [16, { ...TRANSFERABLE, checks: ["I3"], by: "op", evidence: { kind: "invalidLeaf", by: "epoch" } }],
  [20, { ...LOCAL, checks: ["E5"], by: "grace", pauses: false }],
  [21, { ...TRANSFERABLE, checks: ["E4"], by: "epoch", evidence: { kind: "missingSlot", by: "epoch" } }],
  [22, { ...TRANSFERABLE, checks: ["E1"], by: "epoch", evidence: contradiction("epoch") }],
  [24, { ...TRANSFERABLE, checks: ["E3"], by: "epoch", evidence: { kind: "twoEpochRecords", by: "epoch" } }],
  [26, { ...LOCAL, checks: ["E3"], by: "epoch", pauses: false }],
  [27, { ...LOCAL, checks: ["E5"], by: "grace", amber: "stale", pauses: false }],
  [28, { ...TRANSFERABLE, checks: ["I3", "E1"], by: "epoch", evidence: { kind: "mapLie", by: "epoch" } }],
  [29, { ...LOCAL, checks: ["I1", "I3"], by: "op" }],
  [30, { ...TRANSFERABLE, checks: ["E1", "E3"], by: "epoch", evidence: contradiction("epoch") }],
  [32, { ...LOCAL, checks: ["I3"], by: "op" }],
  [33, { ...LOCAL, checks: ["I3"], by: "op" }],
  [44, { ...TRANSFERABLE, checks: ["E3"], by: "epoch", evidence: contradiction("epoch") }],
  [45, { ...LOCAL, checks: ["E6"], by: "epoch", pauses: false }],
  [
    46,
    {
      ...TRANSFERABLE,
      checks: ["I3", "E1"],
      by: "epoch",
      // A read under such a map was stale, which says as much.
      evidence: { kind: "mapLie", or: "staleRead", by: "epoch" },
    },
  ],
]);

/** Where a report falls short of what is promised, in words; empty where it does not. */
export function shortfalls(
  expected: Expectation,
  report: AttackReport,
  isWithholding: boolean,
): readonly string[] {
  const short: string[] = [];
  const { raised, red, verdict } = report;
  if (!report.isTold) short.push("mallory did not get so far as to lie");
  if (!raised) return [...short, "nothing was raised"];
  // Proofs that are withheld are missed when the next seal is checked, or at the first read that needs one.
  const checks = isWithholding ? [...expected.checks, "E3", "I3"] : expected.checks;
  const by = isWithholding && expected.by === "op" ? "epoch" : expected.by;
  if (!checks.includes(raised.check)) short.push(`raised by ${raised.check}, not ${checks.join("/")}`);
  if (isLater(raised.phase, by)) short.push(`raised at ${raised.phase}, not at ${by}`);
  if (expected.pauses && !report.isPaused) short.push("writes were not paused");
  const proven = report.evidence.filter(({ outcome }) => outcome === "contradictionProven");
  if (red !== null && proven.length === 0) short.push("red without evidence");
  if (!isWithholding && expected.evidence) {
    const { evidence } = expected;
    if (red === null) short.push(`${verdict}, never red`);
    else if (isLater(red, evidence.by)) short.push(`red at ${red}, not at ${evidence.by}`);
    if (!proven.some(({ kind }) => kind === evidence.kind || kind === evidence.or))
      short.push(`no ${evidence.kind} was proven`);
  } else if (red === null && verdict !== expected.amber) {
    short.push(`${verdict}, not ${expected.amber}`);
  }
  if (!expected.evidence && red !== null) short.push("red where nobody else can be convinced");
  return short;
}

const PHASES: readonly Phase[] = ["op", "epoch", "grace"];

function isLater(phase: Phase, than: Phase): boolean {
  return PHASES.indexOf(phase) > PHASES.indexOf(than);
}

import type { VerifyOutcome, VerifyStep } from "#ui/verify/outcome.ts";

const anchor = {
  chainId: "holdfast-dev-5c1e",
  height: 412_907,
  headerHash: "8b51".repeat(16),
  deployment: "c3e2".repeat(16),
};

function steps(isCompared: boolean): readonly VerifyStep[] {
  return [
    { name: "evidenceIsReadable", passed: true, detail: "21344 bytes" },
    { name: "headersFollowFromAnchor", passed: true, detail: "height 412911" },
    { name: "anchorIsTheExpected", passed: isCompared, detail: "height 412907" },
    { name: "headIsVouchedFor", passed: true, detail: "size 42, root 3e9f…, signed by 7a10…" },
    { name: "otherHeadIsVouchedFor", passed: true, detail: "size 57, root 90bb…, anchored" },
    { name: "headsCannotBothBeTrue", passed: true, detail: "" },
  ];
}

const judged = {
  kind: "contradiction",
  accused: null,
  log: "5d07".repeat(16),
  asOf: "2026-11-27T14:03:00.000Z",
  anchor,
  because: null,
  restsOn: null,
  shows: null,
} as const;
const witnessed = { ...judged, outcome: "witnessWord", shows: "contradiction", steps: steps(false) } as const;

/** One of each kind that a proof file can turn out to be, by the name of its world. */
export const verdicts: ReadonlyMap<string, VerifyOutcome> = new Map<string, VerifyOutcome>([
  [
    "verify-compared",
    {
      ...judged,
      outcome: "contradictionProven",
      accused: { role: "instance", key: "7a10".repeat(16) },
      steps: steps(true),
    },
  ],
  ["verify-invented", { ...witnessed, because: "notListed" }],
  ["verify-alone", { ...witnessed, because: "notCompared" }],
  ["verify-other", { ...witnessed, because: "otherDeployment" }],
  ["verify-old", { ...witnessed, because: "oldValidators", restsOn: "2026-10-30T09:00:00.000Z" }],
]);

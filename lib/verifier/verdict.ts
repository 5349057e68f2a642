/** What a file proves, with every step of the proof by name. */

export type Kind =
  | "contradiction"
  | "staleRead"
  | "mapLie"
  | "invalidLeaf"
  | "missingSlot"
  | "twoEpochRecords"
  | "refusalContradicted"
  | "overdueEpoch";

export type StepName =
  // Before any claim.
  | "signaturesCanBeChecked"
  | "evidenceIsReadable"
  | "anchorIsTheExpected"
  | "bundleIsReadable"
  | "headersFollowFromAnchor"
  | "deploymentIsOnLedger"
  | "registryIsComplete"
  | "epochsAreAnchored"
  | "genesisIsTheLogs"
  // What the server vouched for.
  | "headIsVouchedFor"
  | "otherHeadIsVouchedFor"
  | "leafIsIncluded"
  | "leafBeforeIsIncluded"
  | "otherLeafIsIncluded"
  | "entriesAreProven"
  | "organizationIsVouchedFor"
  | "recordIsReadable"
  | "openingIsTheRecords"
  | "resultsAreTheStamps"
  | "slotIsInEarlierEpoch"
  | "epochRecordIsSigned"
  | "otherEpochRecordIsSigned"
  | "refusalIsSigned"
  | "refusedRecordIsThisOne"
  | "prefixIsProven"
  /** Listed only where something is missing. */
  | "evidenceSuffices"
  // What cannot be, if all of that is true.
  | "headsCannotBothBeTrue"
  | "readWasStale"
  | "mapRootIsWrong"
  | "leafIsInvalid"
  | "slotIsGone"
  | "epochRecordsDiffer"
  | "refusalIsUntrue"
  | "epochIsOverdue";

export interface Step {
  readonly name: StepName;
  /** For the last step: whether the accusation holds. */
  readonly passed: boolean;
  /** Numbers and hashes, for people who follow the proof; empty where the name says it all. */
  readonly detail: string;
}

/** Keys and ids in hex. An instance is named by its key, a deployment by its id. */
export type Accused =
  | { readonly role: "instance"; readonly key: string }
  | { readonly role: "deployment"; readonly id: string };

interface AnchorInWords {
  readonly chainId: string;
  readonly height: number;
  readonly headerHash: string;
  readonly deployment: string;
}

interface Judged {
  readonly kind: Kind;
  /** Hex; null where the claim is about the deployment as a whole. */
  readonly log: string | null;
  /** Time of the newest ledger header in the file, ISO 8601: the verdict is true as of then. */
  readonly asOf: string;
  /** Where the proof starts. It convinces only who finds the same anchor at a source of their own. */
  readonly anchor: AnchorInWords;
  readonly steps: readonly Step[];
}

export type Verdict =
  /** Signed statements that cannot both be true. */
  | (Judged & { readonly outcome: "contradictionProven"; readonly accused: Accused })
  /** Something promised has not happened by `asOf`; it may still have been nobody's fault. */
  | (Judged & { readonly outcome: "overdue"; readonly accused: Accused })
  /** All parts hold, and contradict nothing. */
  | (Judged & { readonly outcome: "consistent" })
  /** The first step that does not hold is the last one listed. */
  | {
      readonly outcome: "notEnough";
      readonly kind: Kind | null;
      readonly log: string | null;
      readonly asOf: string | null;
      readonly anchor: AnchorInWords | null;
      readonly steps: readonly Step[];
    };

export const EXIT_CODES = {
  consistent: 0,
  contradictionProven: 2,
  notEnough: 3,
  overdue: 4,
} as const satisfies {
  [O in Verdict["outcome"]]: number;
};

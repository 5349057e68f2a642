import type { Foundation } from "./foundation.ts";

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
  /** Where the proof starts: the reader's own anchor, or the file's where the verdict is the witness's word. */
  readonly anchor: AnchorInWords;
  readonly steps: readonly Step[];
}

/** Why nothing but somebody's word vouches for the ledger in a file. */
type Unfounded = Exclude<Foundation["kind"], "compared">;

export type Verdict =
  /** Signed statements that cannot both be true. */
  | (Judged & { readonly outcome: "contradictionProven"; readonly accused: Accused })
  /** Something promised has not happened by `asOf`; it may still have been nobody's fault. */
  | (Judged & { readonly outcome: "overdue"; readonly accused: Accused })
  /** All parts hold, and contradict nothing. */
  | (Judged & { readonly outcome: "consistent" })
  /** All parts hold, on a ledger that whoever made the file may have invented. So nobody is named. */
  | (Judged & {
      readonly outcome: "witnessWord";
      readonly because: Unfounded;
      /** ISO 8601: of the header whose validators vouch for the rest, for `oldValidators`; else null. */
      readonly restsOn: string | null;
      /** What the file would show if its ledger were the real one. */
      readonly shows: "contradiction" | "overdue" | "consistent";
    })
  /** The last step listed does not hold. */
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
  witnessWord: 5,
} as const satisfies {
  [O in Verdict["outcome"]]: number;
};

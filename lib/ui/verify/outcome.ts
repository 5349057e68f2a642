import type { Messages } from "../messages/catalogue.ts";

/** What a proof file turned out to say: the answers of `verify.mjs`, and that it is no proof file at all. */
export type VerifyOutcome =
  | VerifyVerdict
  | { readonly outcome: "unreadable"; readonly error: VerifyFileError };

type VerifyFileError = keyof Messages["verify"]["fileError"];

/** Each of these names has words in the catalogue, so a new one that has none does not compile. */
type Kind = keyof Messages["verify"]["kind"];
type StepName = keyof Messages["verify"]["step"];

export interface VerifyVerdict {
  readonly outcome: "consistent" | "contradictionProven" | "notEnough" | "overdue" | "witnessWord";
  /** Why the ledger is only the witness's word; null where it is not. */
  readonly because: keyof Messages["verify"]["because"] | null;
  /** ISO 8601: when the validators were in office on whom all of it rests; null where it says no such thing. */
  readonly restsOn: string | null;
  /** What the witness's word would show if it were true; null where it is more than that. */
  readonly shows: keyof Messages["verify"]["shows"] | null;
  readonly kind: Kind | null;
  /** Keys and ids in hex. */
  readonly accused:
    | { readonly role: "instance"; readonly key: string }
    | { readonly role: "deployment"; readonly id: string }
    | null;
  readonly log: string | null;
  /** ISO 8601. */
  readonly asOf: string | null;
  readonly anchor: VerifyAnchor | null;
  readonly steps: readonly VerifyStep[];
}

export interface VerifyAnchor {
  readonly chainId: string;
  readonly height: number;
  readonly headerHash: string;
  readonly deployment: string;
}

export interface VerifyStep {
  readonly name: StepName;
  readonly passed: boolean;
  readonly detail: string;
}

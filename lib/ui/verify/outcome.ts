/** What a proof file turned out to say; the same five answers as the exit codes of `verify.mjs`. */
export type VerifyVerdict = "consistent" | "contradiction" | "insufficient" | "overdue" | "unreadable";

export interface VerifyOutcome {
  readonly verdict: VerifyVerdict;
  /** Who signed the statements that contradict each other. */
  readonly accused: string | null;
  readonly reason: string | null;
  readonly steps: readonly { readonly label: string; readonly isPassed: boolean }[];
}

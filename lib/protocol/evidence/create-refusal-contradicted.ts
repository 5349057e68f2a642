import type { ProvenEntry, ProvenLeaf } from "../log/receipt.ts";
import type { SignedRecord } from "../log/record.ts";
import type { RefusalStatus, SignedRefusal } from "../log/refusal.ts";
import type { Claim, Registration } from "./evidence.ts";

/** Reasons that the log itself can show to be untrue. */
const REFUTABLE: ReadonlySet<RefusalStatus> = new Set<RefusalStatus>([
  "badSignature",
  "unknownOrRevoked",
  "notMember",
  "outOfStep",
  "seenNotPrefix",
  "foreignLog",
]);

/**
 * A signed refusal held against the very head that it names. Undefined for reasons that no log can refute, such as
 * `busy`. Which of `entries` and `organization` a reason needs: `docs/spec/evidence.md`, kind 7.
 */
export function createRefusalContradicted(input: {
  readonly refusal: SignedRefusal;
  readonly record: SignedRecord;
  /** Last leaf of the head that the refusal names; `entries` are under its map root. */
  readonly last: ProvenLeaf;
  readonly entries: readonly ProvenEntry[];
  readonly organization: Registration | null;
  /** From the record's seenSize to that head; empty where seenSize is 0 or the head's own. */
  readonly consistencyPath: readonly Uint8Array[];
}): Claim | undefined {
  if (!REFUTABLE.has(input.refusal.statement.status)) return undefined;
  return { kind: "refusalContradicted", body: input };
}

import { equalBytes } from "../bytes/bytes.ts";
import { parseEpochRecord } from "../checkpoint/epoch-record.ts";
import type { Claim, SignedEpochRecord } from "./evidence.ts";

/**
 * Two records of one epoch: both signed by instances, or `a` signed and the other one anchored on the ledger.
 * Undefined where they are for different epochs, or the same bytes.
 */
export function createTwoEpochRecords(
  a: SignedEpochRecord,
  b: { readonly signed: SignedEpochRecord } | { readonly anchored: Uint8Array },
): Claim | undefined {
  const other = "signed" in b ? b.signed.record : b.anchored;
  const [recordA, recordB] = [parseEpochRecord(a.record), parseEpochRecord(other)];
  if (!recordA.ok || !recordB.ok || recordA.value.epoch !== recordB.value.epoch) return undefined;
  if (equalBytes(a.record, other)) return undefined;
  return { kind: "twoEpochRecords", body: { a, b: "signed" in b ? b.signed : null } };
}

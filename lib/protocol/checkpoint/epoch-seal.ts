import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { bytesUpTo, type Infer, struct } from "../codec/schema.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import { epochRecordBytesMax, parseEpochRecord, verifyEpochSignature } from "./epoch-record.ts";
import { isActiveAt, type RegistryEntry } from "./ledger-state.ts";
import { signaturesSchema } from "./transaction.ts";

/** An epoch's record with the signatures of the instances that stand behind it. */
export const epochSealSchema = struct({
  record: [1, bytesUpTo(epochRecordBytesMax)],
  /** Over the record's exact bytes, context `epoch`. */
  signatures: [2, signaturesSchema],
});
export type EpochSeal = Infer<typeof epochSealSchema>;

export type EpochSealFault =
  /** Nobody stands behind the record. */
  | { readonly type: "EpochUnsigned" }
  /** A signature that is no signature of a key which may sign this epoch. */
  | { readonly type: "EpochSignatureWrong" }
  /** The record is not the anchored one. `signed`: with a valid signature, where there is one. */
  | { readonly type: "EpochRecordDiffers"; readonly signed: SignedRecord | null };

interface SignedRecord {
  readonly record: Bytes;
  readonly key: Bytes;
  readonly signature: Bytes;
}

export interface CheckedSeal {
  /** Keys that may sign this epoch and the two after it, and have not signed this one. */
  readonly missing: readonly Bytes[];
}

/**
 * Whether a server's own words about an epoch are the ledger's (check E3). The ledger alone decides what is sealed;
 * the signatures make it possible to hold another record of the same epoch against whoever signs one.
 *
 * A key that is retired within the next two epochs may be lost already, so it is not missed.
 */
export function checkEpochSeal(
  suite: CryptoSuite,
  seal: EpochSeal,
  anchored: { readonly epoch: number; readonly record: Bytes },
  registry: readonly RegistryEntry[],
): Result<CheckedSeal, EpochSealFault> {
  const { epoch } = anchored;
  const active = registry.filter((entry) => isActiveAt(entry, epoch));
  const valid = seal.signatures.filter(
    ({ key, signature }) =>
      active.some((entry) => equalBytes(entry.key, key)) &&
      verifyEpochSignature(suite, seal.record, signature, key),
  );
  if (!equalBytes(seal.record, anchored.record)) {
    const [first] = isRival(seal.record, anchored.record) ? valid : [];
    return err({ type: "EpochRecordDiffers", signed: first ? { record: seal.record, ...first } : null });
  }
  if (seal.signatures.length === 0) return err({ type: "EpochUnsigned" });
  if (valid.length < seal.signatures.length) return err({ type: "EpochSignatureWrong" });
  const missing = active.filter(
    (entry) => isActiveAt(entry, epoch + 2) && !valid.some(({ key }) => equalBytes(key, entry.key)),
  );
  return ok({ missing: missing.map(({ key }) => key) });
}

/** A record of the same epoch of the same deployment. */
function isRival(record: Bytes, anchored: Bytes): boolean {
  const [a, b] = [parseEpochRecord(record), parseEpochRecord(anchored)];
  return (
    a.ok && b.ok && a.value.epoch === b.value.epoch && equalBytes(a.value.deployment, b.value.deployment)
  );
}

import { type Bytes, EMPTY_BYTES } from "#protocol/bytes/bytes.ts";
import type { RecordFault } from "#protocol/log/apply-record.ts";
import type { Head } from "#protocol/log/head.ts";
import type { RefusalStatus, SignedRefusal } from "#protocol/log/refusal.ts";
import type { InstanceSigner } from "./instance-signer.ts";

export interface Refused {
  readonly type: "refused";
  readonly refusal: SignedRefusal;
}

/**
 * Signed over the head that it was decided on, not over what the rest of its group made of the log afterwards: the
 * signature says that the record did not fit there, and everybody can check that it did not.
 */
export function refuse(
  signer: InstanceSigner,
  decidedOn: Head,
  recordHash: Bytes,
  status: RefusalStatus,
): () => Refused {
  const { log } = decidedOn;
  return () => {
    const note = decidedOn.size > 0 ? signer.signHead(decidedOn) : EMPTY_BYTES;
    return { type: "refused", refusal: signer.signRefusal({ log, recordHash, status, note }) };
  };
}

export function statusOf(fault: RecordFault): RefusalStatus {
  switch (fault.type) {
    case "Malformed":
      return "malformed";
    case "ForeignLog":
      return "foreignLog";
    case "BadSignature":
      return "badSignature";
    case "UnknownOrRevoked":
      return "unknownOrRevoked";
    case "NotMember":
      return "notMember";
    case "OutOfStep":
      return "outOfStep";
    case "SeenNotPrefix":
      return "seenNotPrefix";
    case "SealedNotTrue":
      return "sealedNotTrue";
  }
}

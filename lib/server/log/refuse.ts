import { type Bytes, EMPTY_BYTES } from "#protocol/bytes/bytes.ts";
import type { RecordFault } from "#protocol/log/apply-record.ts";
import type { RefusalStatus, SignedRefusal } from "#protocol/log/refusal.ts";
import type { CommittedHeads } from "./committed-heads.ts";
import type { InstanceSigner } from "./instance-signer.ts";

export interface Refused {
  readonly type: "refused";
  readonly refusal: SignedRefusal;
}

/** Signed over the newest head of the log, where it exists. */
export function refuse(
  signer: InstanceSigner,
  log: Bytes,
  recordHash: Bytes,
  status: RefusalStatus,
): (committed: CommittedHeads) => Refused {
  return (committed) => ({
    type: "refused",
    refusal: signer.signRefusal({ log, recordHash, status, note: committed.get(log)?.note ?? EMPTY_BYTES }),
  });
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

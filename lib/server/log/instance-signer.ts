import type { Bytes } from "#protocol/bytes/bytes.ts";
import { signEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { type Head, signNote } from "#protocol/log/head.ts";
import { instanceIdOf } from "#protocol/log/identifiers.ts";
import { type RefusalStatement, type SignedRefusal, signRefusal } from "#protocol/log/refusal.ts";

/** The instance's voice. Callers MUST have remembered a head durably before it is signed. */
export interface InstanceSigner {
  readonly verifyKey: Bytes;
  readonly instanceId: Bytes;
  readonly signHead: (head: Head) => Bytes;
  readonly signRefusal: (statement: Omit<RefusalStatement, "instanceKey">) => SignedRefusal;
  readonly signEpochRecord: (record: Bytes) => Bytes;
}

export function createInstanceSigner(suite: CryptoSuite, secretKey: Bytes): InstanceSigner {
  const verifyKey = suite.verifyKeyOf(secretKey);
  return {
    verifyKey,
    instanceId: instanceIdOf(suite, verifyKey),
    signHead: (head) => signNote(suite, head, secretKey),
    signRefusal: (statement) => signRefusal(suite, { ...statement, instanceKey: verifyKey }, secretKey),
    signEpochRecord: (record) => signEpochRecord(suite, record, secretKey),
  };
}

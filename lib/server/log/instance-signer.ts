import { createPrivateKey, sign } from "node:crypto";
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
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519_PREFIX, secretKey]),
    format: "der",
    type: "pkcs8",
  });
  // One key for the life of the process: OpenSSL, which keeps it expanded, signs in a third of the suite's time.
  const signing: CryptoSuite = {
    ...suite,
    verifyKeyOf: () => verifyKey,
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
  return {
    verifyKey,
    instanceId: instanceIdOf(suite, verifyKey),
    signHead: (head) => signNote(signing, head, secretKey),
    signRefusal: (statement) => signRefusal(signing, { ...statement, instanceKey: verifyKey }, secretKey),
    signEpochRecord: (record) => signEpochRecord(signing, record, secretKey),
  };
}

/** RFC 8410 §7: what stands before the seed. */
const PKCS8_ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

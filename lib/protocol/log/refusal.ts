import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { bytes, bytesUpTo, codec, enumeration, type Infer, struct } from "../codec/schema.ts";
import { signInContext, verifyInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { MAX_NOTE_BYTES } from "./head.ts";
import { hashSchema, SIGNATURE_BYTES } from "./identifiers.ts";

/** Why a record was not appended. Signed, so that a refusal which the log itself contradicts is evidence. */
const refusalStatusSchema = enumeration({
  badSignature: 1,
  unknownOrRevoked: 2,
  notMember: 3,
  outOfStep: 4,
  seenNotPrefix: 5,
  contentMissing: 6,
  tooLarge: 7,
  busy: 8,
  malformed: 9,
  foreignLog: 10,
  sealedNotTrue: 11,
  /** Half of a pair that is appended together or not at all: the other half, or this one, would not be applied. */
  notApplicable: 12,
});
export type RefusalStatus = Infer<typeof refusalStatusSchema>;

const statementSchema = struct({
  log: [1, hashSchema],
  recordHash: [2, hashSchema],
  status: [3, refusalStatusSchema],
  /** The newest head as a signed note; empty where the log does not exist. */
  note: [4, bytesUpTo(MAX_NOTE_BYTES)],
  instanceKey: [5, hashSchema],
});
export type RefusalStatement = Infer<typeof statementSchema>;

export const signedRefusalSchema = struct({
  statement: [1, statementSchema],
  signature: [2, bytes(SIGNATURE_BYTES)],
});
export type SignedRefusal = Infer<typeof signedRefusalSchema>;

const statementCodec = codec(statementSchema, 1024);

export function signRefusal(
  suite: CryptoSuite,
  statement: RefusalStatement,
  secretKey: Bytes,
): SignedRefusal {
  return {
    statement,
    signature: signInContext(suite, "refusal", statementCodec.encode(statement), secretKey),
  };
}

/** True when one of the given registered instance keys signed it. */
export function verifyRefusal(
  suite: CryptoSuite,
  refusal: SignedRefusal,
  instanceKeys: readonly Bytes[],
): boolean {
  const { statement, signature } = refusal;
  return (
    instanceKeys.some((key) => equalBytes(key, statement.instanceKey)) &&
    verifyInContext(suite, "refusal", statementCodec.encode(statement), signature, statement.instanceKey)
  );
}

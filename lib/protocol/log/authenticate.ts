import { isZero } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import { type EntryReader, type MapValueOf, readMapEntry } from "./map-entry.ts";
import { type Record, type SignedRecord, verifyRecordSignature } from "./record.ts";

/** Who signed: a registered device of a user, or the organization's root key (`user` of zeros). */
export interface Signer {
  readonly device: Record["device"];
  readonly user: Record["device"];
  readonly isRoot: boolean;
  readonly profile: MapValueOf<"registeredUser">[0];
}

export type SignerFault =
  | { readonly type: "BadSignature" }
  | { readonly type: "UnknownOrRevoked" }
  /** The root key in a workspace's log. */
  | { readonly type: "NotMember" };

/** By the organization's map as it was when the record was appended: the device and its user active, the signature theirs. */
export function authenticateDevice(
  suite: CryptoSuite,
  log: "organization" | "workspace",
  organization: EntryReader,
  record: Record,
  signed: SignedRecord,
): Result<Signer, SignerFault> {
  const device = readMapEntry(suite, organization, { kind: "registeredDevice", id: record.device });
  if (!device) return err({ type: "UnknownOrRevoked" });
  const [user, verifyKey, status] = device;
  if (!verifyRecordSignature(suite, signed, verifyKey)) return err({ type: "BadSignature" });
  if (isZero(user)) {
    if (log !== "organization") return err({ type: "NotMember" });
    return ok({ device: record.device, user, isRoot: true, profile: "outsider" });
  }
  const registered = readMapEntry(suite, organization, { kind: "registeredUser", id: user });
  if (!registered || status !== "active" || registered[2] !== "active")
    return err({ type: "UnknownOrRevoked" });
  return ok({ device: record.device, user, isRoot: false, profile: registered[0] });
}

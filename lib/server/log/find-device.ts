import { type Bytes, isZero } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { type EntryReader, readMapEntry } from "#protocol/log/map-entry.ts";

export interface ActiveDevice {
  /** Zeros for the organization's root key. */
  readonly user: Bytes;
  readonly verifyKey: Bytes;
}

/** An active device of an active user, or the root key, by the organization's map; undefined otherwise. */
export function findActiveDevice(
  suite: Pick<CryptoSuite, "sha256">,
  organization: EntryReader,
  device: Bytes,
): ActiveDevice | undefined {
  const entry = readMapEntry(suite, organization, { kind: "registeredDevice", id: device });
  if (entry?.[2] !== "active") return undefined;
  const [user, verifyKey] = entry;
  if (isZero(user)) return { user, verifyKey };
  const registered = readMapEntry(suite, organization, { kind: "registeredUser", id: user });
  return registered?.[2] === "active" ? { user, verifyKey } : undefined;
}

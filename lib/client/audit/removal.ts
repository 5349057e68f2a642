import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import type { AuditHost } from "../engine-parts.ts";
import { loadReplay } from "./kept-replay.ts";

/**
 * Whether the record itself, as far as this device went through it leaf by leaf, says that this person or device has
 * no place in the log any more. A server that keeps proofs from whoever was removed does as it should; that it says so
 * is no proof of it.
 */
export async function isRemoved(host: AuditHost, log: Bytes): Promise<boolean> {
  const { suite, identity, organizationLog } = host;
  const organization = organizationLog.replay.entriesAt(organizationLog.replay.size);
  const device = readMapEntry(suite, organization, { kind: "registeredDevice", id: identity.device });
  const user = readMapEntry(suite, organization, { kind: "registeredUser", id: identity.user });
  if (device?.[2] === "revoked" || user?.[2] === "revoked") return true;
  if (equalBytes(log, identity.organization)) return false;
  const { replay } = await loadReplay({ host, pause: async () => undefined }, log);
  const member = readMapEntry(suite, replay.entriesAt(replay.size), { kind: "member", id: identity.user });
  return member?.[0] === null;
}

import { type Bytes, equalBytes, isZero } from "#protocol/bytes/bytes.ts";
import { type Head, verifyNote } from "#protocol/log/head.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import { verifyRecordSignature } from "#protocol/log/record.ts";
import type { SignedRefusal } from "#protocol/log/refusal.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import { refreshHead } from "./accept-head.ts";
import { answerInvalid, notesBeside } from "./fault.ts";
import { type LogHost, logLockName } from "./log-host.ts";
import { fetchOwnEntry, proveNewestEntries } from "./own-entry.ts";
import type { PreparedRecord } from "./prepare-record.ts";

/**
 * Holds a refusal that an instance signed against what this device itself knows of the log, as it was at the very
 * head that the refusal names. Most refusals are honest, and where nothing can be asked, nothing is said. The caller
 * holds the log's lock.
 */
export async function checkRefusal(
  host: LogHost,
  prepared: PreparedRecord,
  refusal: SignedRefusal,
): Promise<Result<null, EngineError>> {
  const { log, signed } = prepared;
  const { note } = refusal.statement;
  const named = verifyNote(host.suite, note, host.ledger.known()?.instanceKeys ?? []);
  if (!named.ok || !equalBytes(named.value.log, log)) return ok(null);
  if (!(await isUntrue(host, prepared, refusal, named.value))) return ok(null);
  const detail = "RefusalContradicted";
  const notes = await notesBeside(host, log, note);
  await host.onFault({ log, check: "I1", detail, notes, operation: { signed, receipt: null }, refusal });
  return err(answerInvalid("I1", detail));
}

async function isUntrue(
  host: LogHost,
  prepared: PreparedRecord,
  { statement: { status } }: SignedRefusal,
  head: Head,
): Promise<boolean> {
  const { log, record, signed } = prepared;
  switch (status) {
    case "outOfStep":
      return isInStep(host, prepared, head);
    case "seenNotPrefix":
      return isSeenTrue(host, prepared, head);
    case "unknownOrRevoked":
      return isRegistered(host, prepared, head);
    case "notMember":
      return isMember(host, prepared, head);
    case "badSignature":
      return (
        equalBytes(record.device, host.identity.device) &&
        verifyRecordSignature(host.suite, signed, host.suite.verifyKeyOf(host.deviceSecretKey))
      );
    case "foreignLog":
      return equalBytes(record.log, log);
    case "contentMissing":
    case "tooLarge":
    case "busy":
    case "malformed":
    case "sealedNotTrue":
    case "notApplicable":
      return false;
  }
}

/** An entry that the newest map has and that is older than the refusal's head was the same there. */
async function isInStep(host: LogHost, { log, record }: PreparedRecord, head: Head): Promise<boolean> {
  const entry = await fetchOwnEntry(host, log);
  if (!entry.ok) return false;
  if (entry.value === null) return record.seq === 0 && isZero(record.prev);
  const { seq, recordHash, index } = entry.value;
  return (
    index < head.size &&
    record.seenSize > index &&
    record.seq === seq + 1 &&
    equalBytes(record.prev, recordHash)
  );
}

/** What this device has seen is part of the newest history, and a refusal by an instance that is behind says nothing. */
async function isSeenTrue(
  host: LogHost,
  { log, record: { seenSize, seenOrganization } }: PreparedRecord,
  head: Head,
): Promise<boolean> {
  if (seenSize > head.size || !(await refreshHead(host, log)).ok) return false;
  if (seenOrganization[0] === 0) return true;
  return withOrganization(host, log, async (organization) => (await refreshHead(host, organization)).ok);
}

async function isRegistered(host: LogHost, { log, record }: PreparedRecord, head: Head): Promise<boolean> {
  const { suite, identity, organizationLog } = host;
  const isKnown = await withOrganization(host, log, async (organization) => {
    const newest = await refreshHead(host, organization);
    return newest.ok && (await organizationLog.catchUp(newest.value)).ok;
  });
  if (!isKnown) return false;
  const entries = organizationLog.at(organizationLog.replay.size);
  if (!entries) return false;
  const isOrganization = equalBytes(log, identity.organization);
  const knownSize = isOrganization ? head.size : record.seenOrganization[0];
  const device = readMapEntry(suite, entries, { kind: "registeredDevice", id: record.device });
  const user = readMapEntry(suite, entries, { kind: "registeredUser", id: identity.user });
  const isActive = device?.[2] === "active" && user?.[2] === "active";
  return isActive && Math.max(device[3], user[3]) < knownSize;
}

async function isMember(host: LogHost, { log }: PreparedRecord, head: Head): Promise<boolean> {
  const name = { kind: "member", id: host.identity.user } as const;
  const proven = await proveNewestEntries(host, log, [name]);
  const member = proven.ok ? readMapEntry(host.suite, proven.value.entries, name) : undefined;
  return member !== undefined && member[0] !== null && member[1] < head.size;
}

/** Inside a workspace's lock; nobody takes them the other way round. */
async function withOrganization<T>(
  { identity, locks }: LogHost,
  log: Bytes,
  task: (organization: Bytes) => Promise<T>,
): Promise<T> {
  const { device, organization } = identity;
  if (equalBytes(log, organization)) return task(organization);
  return locks.run(logLockName(device, organization), () => task(organization));
}

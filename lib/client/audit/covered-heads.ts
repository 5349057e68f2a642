import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { parseRecord } from "#protocol/log/record.ts";
import type { HeadRow } from "../journal/tables.ts";
import { type AuditContext, auditedLogs } from "./audit-context.ts";
import { FAULTS, FINDINGS } from "./tables.ts";

/**
 * Accepted heads that a checked seal makes superfluous: it vouches for more than each of them does, and for good. All
 * stay while something is held against the log, and so do those that a refusal of one of this device's records may
 * have to be compared with.
 */
export async function coveredHeads(
  context: AuditContext,
  log: Bytes,
  sealedSize: number,
): Promise<readonly HeadRow[]> {
  const { rows, journal } = context.host;
  const findings = await rows.list(FINDINGS);
  const isHeldAgainst = findings.some((finding) => finding.log === null || equalBytes(finding.log, log));
  if (isHeldAgainst || (await rows.get(FAULTS, log))) return [];
  const covered = (await journal.heads(log)).slice(0, -KEPT_HEADS).filter(({ size }) => size < sealedSize);
  const named = covered.length > 0 ? await namedHeads(context, log) : [];
  return covered.filter(({ root }) => !named.some((other) => equalBytes(other, root)));
}

/** Roots of the organization's heads that records without an outcome, or with one that is doubted, say they have seen. */
async function namedHeads({ host }: AuditContext, log: Bytes): Promise<readonly Bytes[]> {
  if (!equalBytes(log, host.identity.organization)) return [];
  const records = (await host.rows.list(FAULTS)).flatMap(({ refused }) => (refused ? [refused.record] : []));
  for (const audited of await auditedLogs(host)) {
    const prepared = await host.journal.preparedOperations(audited.log);
    records.push(...prepared.map(({ record }) => record));
  }
  return records.flatMap((bytes) => {
    const record = parseRecord(bytes);
    return record.ok ? [record.value.seenOrganization[1]] : [];
  });
}

/** For what is being looked into at this moment. */
const KEPT_HEADS = 16;

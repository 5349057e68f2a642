import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { createRefusalContradicted } from "#protocol/evidence/create-refusal-contradicted.ts";
import type { Registration } from "#protocol/evidence/evidence.ts";
import { type Head, verifyNote } from "#protocol/log/head.ts";
import { parseLeaf, parseStamp } from "#protocol/log/leaf.ts";
import { parseRecord, type Record } from "#protocol/log/record.ts";
import type { RefusalStatus } from "#protocol/log/refusal.ts";
import { unwrap } from "#protocol/result.ts";
import type { AuditContext } from "./audit-context.ts";
import { fetchTree } from "./fetch-tree.ts";
import { ownTree } from "./own-tree.ts";
import type { ProvenClaim } from "./prove-fault.ts";
import { proveOrganization } from "./prove-organization.ts";
import { type ProvenState, proveHeadState } from "./prove-state.ts";
import type { RefusedRecord } from "./tables.ts";

/**
 * A refusal and everything that it has to be held against, at the head that it names itself. Undefined where the
 * server does not give that; whether it was untrue is for the verifier to say.
 */
export async function proveRefusal(
  context: AuditContext,
  log: Bytes,
  { refusal, record: recordBytes, signature }: RefusedRecord,
  instanceKeys: readonly Bytes[],
): Promise<ProvenClaim | undefined> {
  const { suite, identity } = context.host;
  const { status, note } = refusal.statement;
  const named = verifyNote(suite, note, instanceKeys);
  if (!named.ok || !equalBytes(named.value.log, log)) return undefined;
  // Our own record, encoded here.
  const record = unwrap(parseRecord(recordBytes));
  const state = await proveHeadState(context, named.value, [
    { kind: "device", id: record.device },
    { kind: "member", id: identity.user },
  ]);
  const organization = state && (await organizationFor(context, status, record, named.value, state));
  const consistencyPath =
    status === "seenNotPrefix" ? await pathFrom(context, record.seenSize, named.value) : [];
  if (!state || organization === undefined || !consistencyPath) return undefined;
  const claim = createRefusalContradicted({
    refusal,
    record: { record: recordBytes, signature },
    last: state.leaf,
    entries: state.entries,
    organization,
    consistencyPath,
  });
  return claim && { claim, epochs: [] };
}

/** What the organization's log has to say; null where nothing is needed of it, undefined where it cannot be had. */
async function organizationFor(
  context: AuditContext,
  status: RefusalStatus,
  record: Record,
  head: Head,
  state: ProvenState,
): Promise<Registration | null | undefined> {
  const { journal, identity } = context.host;
  const { organization } = identity;
  switch (status) {
    case "unknownOrRevoked":
    case "notMember":
    case "badSignature": {
      const newest = (await journal.log(organization)).head;
      const isOrganization = equalBytes(head.log, organization);
      const known = isOrganization ? head.size : organizationSizeOf(state);
      return newest
        ? proveOrganization(context, record.device, Math.min(known, newest.size), newest)
        : undefined;
    }
    case "seenNotPrefix": {
      const [size, root] = record.seenOrganization;
      if (size === 0) return null;
      const heads = await journal.heads(organization);
      const seen = heads.find((known) => known.size === size && equalBytes(known.root, root));
      return seen && proveOrganization(context, record.device, size, seen);
    }
    case "outOfStep":
    case "foreignLog":
    case "contentMissing":
    case "tooLarge":
    case "busy":
    case "malformed":
    case "sealedNotTrue":
    case "notApplicable":
      return null;
  }
}

function organizationSizeOf({ leaf }: ProvenState): number {
  const parsed = parseLeaf(leaf.leaf);
  const stamp = parsed.ok ? parseStamp(parsed.value.stamp) : undefined;
  return stamp?.ok === true ? stamp.value.organizationSize : 0;
}

async function pathFrom(
  context: AuditContext,
  seenSize: number,
  { log, size, root }: Head,
): Promise<readonly Bytes[] | undefined> {
  if (seenSize === 0 || seenSize === size) return [];
  if (seenSize > size) return undefined;
  const own = await ownTree(context, log);
  for (const tree of [own, await fetchTree(context.host, log, seenSize, size)]) {
    if (!tree || tree.firstSize > seenSize || tree.size < size) continue;
    if (equalBytes(tree.root(size), root)) return tree.consistencyPath(seenSize, size);
  }
  return undefined;
}

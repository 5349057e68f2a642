import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { Claim, InvalidLeafReason, LeafInQuestion } from "#protocol/evidence/evidence.ts";
import { applyRecord } from "#protocol/log/apply-record.ts";
import { type Leaf, parseLeaf, parseStamp, type Stamp } from "#protocol/log/leaf.ts";
import { type MapEntryName, mapKeyOf, readMapEntry } from "#protocol/log/map-entry.ts";
import type { ProvenEntry } from "#protocol/log/receipt.ts";
import { parseRecord, type Record } from "#protocol/log/record.ts";
import type { InvalidLeaf } from "#protocol/log/replay.ts";
import { proveEntry } from "#protocol/prefix-map/map-proof.ts";
import type { AuditContext } from "./audit-context.ts";
import { type FoundLeaf, findInvalidLeaf } from "./find-invalid-leaf.ts";
import type { ProvenClaim } from "./prove-fault.ts";
import { proveOrganization } from "./prove-organization.ts";
import type { Slot } from "./tables.ts";
import { vouchedSlot } from "./vouched-head.ts";

/** Looks for a leaf below the seal that honest code could not have written, and puts it into words. */
export async function proveByReplay(
  context: AuditContext,
  log: Bytes,
  slot: Slot,
): Promise<ProvenClaim | undefined> {
  const sealed = vouchedSlot(log, slot);
  const found = sealed && (await findInvalidLeaf(context, sealed.head));
  if (!sealed || !found) return undefined;
  const question: LeafInQuestion = {
    head: sealed.voucher,
    leaf: found.leaf,
    before: found.before,
    entries: proveTouched(context, found),
  };
  const claim = await claimOf(context, question, found);
  return claim && { claim, epochs: [slot.epoch] };
}

async function claimOf(
  context: AuditContext,
  question: LeafInQuestion,
  found: FoundLeaf,
): Promise<Claim | undefined> {
  if (found.error.type === "MapRootWrong") return { kind: "mapLie", body: question };
  const parts = partsOf(question.leaf.leaf);
  const reason = reasonOf(found.error, question, parts);
  if (reason === undefined) return undefined;
  const needsOrganization = reason === "badSignature" || reason === "unauthorised";
  const organization = needsOrganization ? await organizationOf(context, parts) : null;
  if (organization === undefined) return undefined;
  const prefix =
    reason === "seenNotTrue" && parts.record !== undefined ? prefixOf(found, parts.record.seenSize) : null;
  return { kind: "invalidLeaf", body: { question, reason, organization, prefix } };
}

async function organizationOf(context: AuditContext, { record, stamp }: LeafParts) {
  return record && stamp ? proveOrganization(context, record.device, stamp.organizationSize) : undefined;
}

/** The reasons of the specification; undefined for what only this device's own knowledge of the ledger shows. */
function reasonOf(
  error: Exclude<InvalidLeaf, { readonly type: "MapRootWrong" }>,
  { before }: LeafInQuestion,
  { stamp, record }: LeafParts,
): InvalidLeafReason | undefined {
  switch (error.type) {
    case "LeafNotCanonical":
      return "notCanonical";
    case "OutcomeWrong":
      if (error.due === "expired") return "expiredApplied";
      if (error.due === "denied") return "unauthorised";
      return record?.content.kind === "write" ? "outcomeWrong" : undefined;
    case "StampWrong": {
      if (error.field === "index") return "indexWrong";
      const last = before ? partsOf(before.leaf).stamp : undefined;
      const decreases =
        stamp !== undefined &&
        last !== undefined &&
        (stamp.serverTime < last.serverTime ||
          stamp.epoch < last.epoch ||
          stamp.organizationSize < last.organizationSize);
      return decreases ? "stampNotMonotone" : undefined;
    }
    case "RecordNotAuthentic":
      return reasonOfFault(error.fault);
    case "EpochLeafWrong":
      return undefined;
  }
}

function reasonOfFault(
  fault: Extract<InvalidLeaf, { readonly type: "RecordNotAuthentic" }>["fault"],
): InvalidLeafReason | undefined {
  switch (fault) {
    case "Malformed":
      return "notCanonical";
    case "ForeignLog":
      return "foreignLog";
    case "BadSignature":
      return "badSignature";
    case "UnknownOrRevoked":
    case "NotMember":
      return "unauthorised";
    case "OutOfStep":
      return "outOfStep";
    case "SeenNotPrefix":
      return "seenNotTrue";
    case "SealedNotTrue":
      return undefined;
  }
}

/** Every entry that the leaf changes, or on which what it changes depends, as it was before the leaf. */
function proveTouched({ host }: AuditContext, { leaf, replay }: FoundLeaf): ProvenEntry[] {
  const { suite, organizationLog } = host;
  const { signed, record, stamp } = partsOf(leaf.leaf);
  if (!signed || !stamp) return [];
  const entries = replay.entriesAt(replay.size);
  const organization =
    replay.log.kind === "organization" ? entries : organizationLog.replay.entriesAt(stamp.organizationSize);
  const names = record ? namesIn(record) : [{ kind: "epoch" } as const];
  if (record) {
    const author = readMapEntry(suite, organization, { kind: "registeredDevice", id: record.device });
    if (author) names.push({ kind: "member", id: author[0] });
  }
  const applied =
    record &&
    applyRecord(
      suite,
      {
        log: replay.log,
        size: replay.size,
        entries,
        organization,
        rootAt: (size) => (size <= replay.size ? replay.root(size) : undefined),
        organizationRootAt: (size) =>
          size <= organizationLog.replay.size ? organizationLog.replay.root(size) : undefined,
        // The replay has judged this already; here only the changes are asked for.
        sealedHashAt: () => record.sealedHash,
        epoch: stamp.epoch,
        organizationSize: stamp.organizationSize,
      },
      signed,
    );
  const keys = names.map((name) => mapKeyOf(suite, name));
  if (applied?.ok === true) keys.push(...applied.value.changes.map(({ key }) => key));
  const distinct = keys.filter((key, at) => keys.findIndex((other) => equalBytes(other, key)) === at);
  return distinct.map((key) => ({ key, value: entries(key) ?? null, proof: proveEntry(replay.map, key) }));
}

function namesIn({ device, content }: Record): MapEntryName[] {
  const names: MapEntryName[] = [{ kind: "device", id: device }, { kind: "authority" }, { kind: "key" }];
  if (content.kind === "write") {
    for (const { manifest, baseVersion } of content.body.items) {
      names.push({ kind: "manifest", id: manifest });
      names.push({ kind: "manifestVersion", id: manifest, version: baseVersion + 1 });
      if (baseVersion > 0) names.push({ kind: "manifestVersion", id: manifest, version: baseVersion });
    }
    for (const { manifest } of content.body.guards) names.push({ kind: "manifest", id: manifest });
  }
  return names;
}

function prefixOf({ tree }: FoundLeaf, seenSize: number) {
  if (seenSize < 1 || seenSize > tree.size) return null;
  const path = seenSize === tree.size ? [] : tree.consistencyPath(seenSize, tree.size);
  return { prefixRoot: tree.root(seenSize), path };
}

interface LeafParts {
  readonly signed: Leaf | undefined;
  readonly record: Record | undefined;
  readonly stamp: Stamp | undefined;
}

function partsOf(bytes: Bytes): LeafParts {
  const leaf = parseLeaf(bytes);
  if (!leaf.ok) return { signed: undefined, record: undefined, stamp: undefined };
  const record = parseRecord(leaf.value.record);
  const stamp = parseStamp(leaf.value.stamp);
  return {
    signed: leaf.value,
    record: record.ok ? record.value : undefined,
    stamp: stamp.ok ? stamp.value : undefined,
  };
}

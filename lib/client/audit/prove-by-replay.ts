import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { createInvalidLeaf, type InvalidLeafGround } from "#protocol/evidence/create-invalid-leaf.ts";
import { createMapLie } from "#protocol/evidence/create-map-lie.ts";
import type { Claim, InvalidLeafReason, LeafInQuestion } from "#protocol/evidence/evidence.ts";
import { applyRecord } from "#protocol/log/apply-record.ts";
import { type Leaf, parseLeaf, parseStamp, type Stamp } from "#protocol/log/leaf.ts";
import { type MapChange, type MapEntryName, mapKeyOf, readMapEntry } from "#protocol/log/map-entry.ts";
import type { ProvenEntry } from "#protocol/log/receipt.ts";
import { parseEpochLeafRecord, parseRecord, type Record } from "#protocol/log/record.ts";
import { epochLeafChange, type InvalidLeaf, type LogReplay } from "#protocol/log/replay.ts";
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
  const parts = partsOf(found.leaf.leaf);
  const changes = changesOf(context, found, parts);
  const question: LeafInQuestion = {
    head: sealed.voucher,
    leaf: found.leaf,
    before: found.before,
    entries: proveTouched(context, found, parts, changes),
  };
  const claim =
    found.error.type === "MapRootWrong"
      ? createMapLie(context.host.suite, question, changes)
      : await invalidLeafOf(context, question, found, parts);
  return claim && { claim, epochs: [slot.epoch] };
}

async function invalidLeafOf(
  context: AuditContext,
  question: LeafInQuestion,
  found: FoundLeaf,
  parts: LeafParts,
): Promise<Claim | undefined> {
  if (found.error.type === "MapRootWrong") return undefined;
  const reason = reasonOf(found.error, question, parts);
  if (reason === undefined) return undefined;
  const ground = await groundOf(context, reason, question, found, parts);
  return ground && createInvalidLeaf(question.head, question.leaf, ground);
}

/** What a verifier needs beside the leaf itself; undefined where it cannot be had. */
async function groundOf(
  context: AuditContext,
  reason: InvalidLeafReason,
  { before, entries }: LeafInQuestion,
  found: FoundLeaf,
  parts: LeafParts,
): Promise<InvalidLeafGround | undefined> {
  switch (reason) {
    case "notCanonical":
    case "foreignLog":
    case "expiredApplied":
    case "indexWrong":
      return { reason };
    case "badSignature": {
      if (parts.record?.content.kind === "organizationGenesis") return { reason, organization: null };
      const organization = await organizationOf(context, parts);
      return organization && { reason, organization };
    }
    case "outOfStep": {
      const isWorkspace = found.replay.log.kind === "workspace";
      const organization = isWorkspace ? null : await organizationOf(context, parts);
      return organization === undefined ? undefined : { reason, organization, before, entries };
    }
    case "seenNotTrue":
      return { reason, prefix: parts.record ? prefixOf(found, parts.record.seenSize) : null };
    case "outcomeWrong":
      return { reason, before, entries };
    case "unauthorised": {
      const organization = await organizationOf(context, parts);
      return organization && { reason, organization, before, entries };
    }
    case "stampNotMonotone":
      return { reason, before };
  }
}

async function organizationOf(context: AuditContext, { record, stamp }: LeafParts) {
  const { journal, identity } = context.host;
  const { head } = await journal.log(identity.organization);
  if (!record || !stamp || !head) return undefined;
  return proveOrganization(context, record.device, stamp.organizationSize, head);
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

/** What the leaf does to the map by the rules, whatever its stamp says that it did. */
function changesOf(
  { host }: AuditContext,
  { replay }: FoundLeaf,
  { signed, record, epochOfLeaf, stamp }: LeafParts,
): readonly MapChange[] {
  const { suite, organizationLog } = host;
  if (!signed || !stamp) return [];
  if (!record) return epochOfLeaf === undefined ? [] : [epochLeafChange(suite, epochOfLeaf, replay.size)];
  const applied = applyRecord(
    suite,
    {
      log: replay.log,
      size: replay.size,
      entries: replay.entriesAt(replay.size),
      organization: organizationEntries(host, replay, stamp),
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
  return applied.ok ? applied.value.changes : [];
}

/** Every entry that the leaf changes, or on which what it changes depends, as it was before the leaf. */
function proveTouched(
  { host }: AuditContext,
  { replay }: FoundLeaf,
  { record, stamp }: LeafParts,
  changes: readonly MapChange[],
): ProvenEntry[] {
  const { suite } = host;
  if (!stamp) return [];
  const names = record ? namesIn(record) : [];
  if (record) {
    const organization = organizationEntries(host, replay, stamp);
    const author = readMapEntry(suite, organization, { kind: "registeredDevice", id: record.device });
    if (author) names.push({ kind: "member", id: author[0] });
  }
  const keys = [...names.map((name) => mapKeyOf(suite, name)), ...changes.map(({ key }) => key)];
  const distinct = keys.filter((key, at) => keys.findIndex((other) => equalBytes(other, key)) === at);
  const entries = replay.entriesAt(replay.size);
  return distinct.map((key) => ({ key, value: entries(key) ?? null, proof: proveEntry(replay.map, key) }));
}

function organizationEntries({ organizationLog }: AuditContext["host"], replay: LogReplay, stamp: Stamp) {
  return replay.log.kind === "organization"
    ? replay.entriesAt(replay.size)
    : organizationLog.replay.entriesAt(stamp.organizationSize);
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
  /** Of the server's own leaf. */
  readonly epochOfLeaf: number | undefined;
  readonly stamp: Stamp | undefined;
}

function partsOf(bytes: Bytes): LeafParts {
  const leaf = parseLeaf(bytes);
  if (!leaf.ok) return { signed: undefined, record: undefined, epochOfLeaf: undefined, stamp: undefined };
  const record = parseRecord(leaf.value.record);
  const epochLeaf = parseEpochLeafRecord(leaf.value.record);
  const stamp = parseStamp(leaf.value.stamp);
  return {
    signed: leaf.value,
    record: record.ok ? record.value : undefined,
    epochOfLeaf: epochLeaf.ok ? epochLeaf.value.content.body.epoch : undefined,
    stamp: stamp.ok ? stamp.value : undefined,
  };
}

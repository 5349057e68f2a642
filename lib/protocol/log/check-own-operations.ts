import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import type { VerifiedCheckpoint } from "./check-epoch.ts";
import type { Stamp } from "./leaf.ts";
import {
  type MapEntryKind,
  type MapEntryName,
  type MapValueOf,
  mapKeyOf,
  type NameOf,
  readMapEntry,
} from "./map-entry.ts";
import type { ReadOpening, ReadResult } from "./read.ts";
import type { Record } from "./record.ts";

/**
 * Check E1: are my own operations in the server's history, with the effects that the receipts promised? It costs
 * a few map proofs per own operation and no foreign signature. What a server did to other people's operations is
 * theirs to find (E2), or a replay's.
 */
export interface OwnOperation {
  readonly record: Record;
  readonly recordHash: Bytes;
  readonly stamp: Stamp;
  /** Of an applied READ: what was asked for, and the results that its stamp is bound to. */
  readonly read: { readonly opening: ReadOpening; readonly results: readonly ReadResult[] } | null;
}

export type OwnOperationFault =
  /** The receipt's epoch is sealed, and the seal ends before it. */
  | { readonly type: "OperationBelowNoSeal"; readonly index: number }
  | { readonly type: "DeviceEntryMissing" }
  | { readonly type: "DeviceEntryDiffers"; readonly index: number }
  | {
      readonly type: "WriteNotThere";
      readonly index: number;
      readonly manifest: Bytes;
      readonly version: number;
    }
  | {
      readonly type: "WriteBaseDiffers";
      readonly index: number;
      readonly manifest: Bytes;
      readonly version: number;
    }
  /** The manifest's newest version is none of this device's, nor a later one. */
  | {
      readonly type: "NewestVersionHidden";
      readonly index: number;
      readonly manifest: Bytes;
      readonly version: number;
    }
  /** The workspace's key is another one than that under which this device wrote, or that it made, and none since. */
  | { readonly type: "KeyNotThere"; readonly index: number }
  /** Neither the role that this device gave or took, nor a later one. */
  | { readonly type: "RoleNotThere"; readonly index: number }
  | {
      readonly type: "ReadWasStale";
      readonly index: number;
      readonly manifest: Bytes;
      readonly version: number;
      readonly overtakenBy: number;
    }
  | { readonly type: "EntryNotProven"; readonly index: number };

/** The entries that `checkOwnOperations` will look at, each once; the key's in any case, for it is everybody's. */
export function ownOperationNames(
  suite: Pick<CryptoSuite, "sha256">,
  device: Bytes,
  operations: readonly OwnOperation[],
): readonly MapEntryName[] {
  const names = new Map<string, MapEntryName>();
  const add = (name: MapEntryName) => names.set(toHex(mapKeyOf(suite, name)), name);
  add({ kind: "device", id: device });
  add({ kind: "key" });
  for (const operation of operations) {
    for (const { manifest, baseVersion } of appliedItems(operation)) {
      add({ kind: "manifest", id: manifest });
      add({ kind: "manifestVersion", id: manifest, version: baseVersion + 1 });
      if (baseVersion > 0) add({ kind: "manifestVersion", id: manifest, version: baseVersion });
    }
    const role = appliedRole(operation);
    if (role) add({ kind: "member", id: role.user });
    for (const { manifest, version } of newestReads(operation)) {
      add({ kind: "manifestVersion", id: manifest, version: version + 1 });
    }
  }
  return [...names.values()];
}

export function ownOperationKeys(
  suite: Pick<CryptoSuite, "sha256">,
  device: Bytes,
  operations: readonly OwnOperation[],
): readonly Bytes[] {
  return ownOperationNames(suite, device, operations).map((name) => mapKeyOf(suite, name));
}

/**
 * `operations`: this device's records in the log that no earlier checkpoint covered. `newest`: its newest record
 * below the checkpoint, whether or not among them; null if it never wrote below it.
 */
export function checkOwnOperations(
  suite: CryptoSuite,
  checkpoint: VerifiedCheckpoint,
  device: Bytes,
  operations: readonly OwnOperation[],
  newest: OwnOperation | null,
): Result<null, OwnOperationFault> {
  const deviceName = { kind: "device", id: device } as const;
  if (!checkpoint.isProven(mapKeyOf(suite, deviceName))) return err({ type: "DeviceEntryMissing" });
  const entry = readMapEntry(suite, checkpoint.entries, deviceName);
  if (newest) {
    const isMine =
      entry?.[1] === newest.record.seq &&
      entry[3] === newest.stamp.index &&
      equalBytes(entry[2], newest.recordHash);
    if (!isMine) return err({ type: "DeviceEntryDiffers", index: newest.stamp.index });
  } else if (entry) {
    return err({ type: "DeviceEntryDiffers", index: entry[3] });
  }
  for (const operation of operations) {
    const checked = checkOperation(suite, checkpoint, operation);
    if (!checked.ok) return checked;
  }
  return ok(null);
}

function checkOperation(
  suite: CryptoSuite,
  checkpoint: VerifiedCheckpoint,
  operation: OwnOperation,
): Result<null, OwnOperationFault> {
  const { index, epoch } = operation.stamp;
  if (index >= checkpoint.head.size) {
    return epoch <= checkpoint.epoch ? err({ type: "OperationBelowNoSeal", index }) : ok(null);
  }
  for (const { manifest, baseVersion, baseRecord, contentHash, tombstone } of appliedItems(operation)) {
    const version = baseVersion + 1;
    const written = lookUpVersion(suite, checkpoint, manifest, version);
    if (written === undefined) return err({ type: "EntryNotProven", index });
    const isMine =
      written?.[0] === index &&
      equalBytes(written[1], operation.recordHash) &&
      equalBytes(written[2], contentHash);
    if (!isMine) return err({ type: "WriteNotThere", index, manifest, version });
    const newest = lookUp(suite, checkpoint, { kind: "manifest", id: manifest });
    if (newest === undefined) return err({ type: "EntryNotProven", index });
    const isShown =
      newest !== null && (newest[0] > version || (newest[0] === version && newest[1] === tombstone));
    if (!isShown) return err({ type: "NewestVersionHidden", index, manifest, version });
    if (baseVersion === 0) continue;
    const base = lookUpVersion(suite, checkpoint, manifest, baseVersion);
    if (base === undefined) return err({ type: "EntryNotProven", index });
    if (!base || !equalBytes(base[1], baseRecord))
      return err({ type: "WriteBaseDiffers", index, manifest, version });
  }
  const used = appliedKey(operation);
  if (used) {
    const key = lookUp(suite, checkpoint, { kind: "key" });
    if (key === undefined) return err({ type: "EntryNotProven", index });
    if (!key || !isKeyOf(used, key, index)) return err({ type: "KeyNotThere", index });
  }
  const given = appliedRole(operation);
  if (given) {
    const member = lookUp(suite, checkpoint, { kind: "member", id: given.user });
    if (member === undefined) return err({ type: "EntryNotProven", index });
    const isThere = member !== null && (member[1] === index ? member[0] === given.role : member[1] > index);
    if (!isThere) return err({ type: "RoleNotThere", index });
  }
  for (const { manifest, version } of newestReads(operation)) {
    const next = lookUpVersion(suite, checkpoint, manifest, version + 1);
    if (next === undefined) return err({ type: "EntryNotProven", index });
    if (next && next[0] < index)
      return err({ type: "ReadWasStale", index, manifest, version, overtakenBy: next[0] });
  }
  return ok(null);
}

/** The entry, null where it is proven absent, undefined where nothing was proven. */
function lookUp<K extends MapEntryKind>(
  suite: CryptoSuite,
  checkpoint: VerifiedCheckpoint,
  name: NameOf<K> & { readonly kind: K },
): MapValueOf<K> | null | undefined {
  if (!checkpoint.isProven(mapKeyOf(suite, name))) return undefined;
  return readMapEntry<K>(suite, checkpoint.entries, name) ?? null;
}

function lookUpVersion(suite: CryptoSuite, checkpoint: VerifiedCheckpoint, id: Bytes, version: number) {
  return lookUp(suite, checkpoint, { kind: "manifestVersion", id, version });
}

/** A key is current from the leaf that made it to the one that makes the next. */
function isKeyOf(used: UsedKey, [keyIndex, madeAt]: MapValueOf<"key">, index: number): boolean {
  if (keyIndex > used.keyIndex) return madeAt > index;
  return keyIndex === used.keyIndex && (used.isNew ? madeAt === index : madeAt < index);
}

interface UsedKey {
  readonly keyIndex: number;
  /** Made by this record. */
  readonly isNew: boolean;
}

/** The workspace's key that the record was applied under, or made. */
function appliedKey({ record: { content }, stamp }: OwnOperation): UsedKey | undefined {
  if (stamp.outcome !== "applied") return undefined;
  switch (content.kind) {
    case "workspaceGenesis":
      return { keyIndex: 0, isNew: true };
    case "rotation":
      return { keyIndex: content.body.keyIndex, isNew: true };
    case "name":
      return { keyIndex: content.body.keyIndex, isNew: false };
    case "write": {
      const [item] = content.body.items;
      return item && { keyIndex: item.keyIndex, isNew: false };
    }
    case "read":
    case "ack":
    case "audit":
    case "role":
    case "resolve":
    case "organizationGenesis":
    case "user":
    case "device":
    case "profile":
    case "workspace":
    case "anchor":
    case "recover":
      return undefined;
  }
}

function appliedItems({ record, stamp }: OwnOperation) {
  return record.content.kind === "write" && stamp.outcome === "applied" ? record.content.body.items : [];
}

function appliedRole({ record, stamp }: OwnOperation) {
  return record.content.kind === "role" && stamp.outcome === "applied" ? record.content.body : null;
}

function newestReads({
  read,
  stamp,
}: OwnOperation): { readonly manifest: Bytes; readonly version: number }[] {
  if (!read || stamp.outcome !== "applied") return [];
  return read.opening.items.flatMap(({ manifest, version }, item) => {
    const result = read.results[item];
    return version === null && result ? [{ manifest, version: result.version }] : [];
  });
}

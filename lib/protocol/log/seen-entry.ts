import { type Bytes, equalBytes } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, ok, type Result } from "../result.ts";
import { type MapEntryName, type MapValueOf, mapKeyOf, parseMapValue } from "./map-entry.ts";

/**
 * What a device has seen at one key of a log's map: the value, and how much of the log it stood there for. A map only
 * ever moves on, so one entry that was proven says something of every other map of the same log.
 */
export interface SeenEntry {
  /** As the map had it. */
  readonly value: Bytes;
  /** Index of a leaf after which it stood there: the leaf that wrote it, or a later one where that is not known. */
  readonly since: number;
  /** Size of the log up to which it is known to have stood there; above `since`. */
  readonly until: number;
}

/** What a map is said to have at a key after its log had `size` leaves; null for nothing. */
export interface EntryClaim {
  readonly name: MapEntryName;
  readonly value: Bytes | null;
  /** Index of the leaf that wrote it, where that is known and the value itself does not say so. */
  readonly writtenAt?: number;
}

/** Why two maps of one log cannot both be true. */
export type EntryConflict =
  | "EntryMalformed"
  /** Written by a leaf that the log did not have yet. */
  | "EntryAheadOfLog"
  | "EntryOlderThanSeen"
  | "EntryNewerThanSeen"
  | "EntryDiffersFromSeen"
  /** Written before this device was shown a map without it. */
  | "EntryWasHidden";

export interface SeenChange {
  readonly key: Bytes;
  readonly seen: SeenEntry;
}

type Hasher = Pick<CryptoSuite, "sha256">;

/** Keys that `compareWithSeen` looks up for these entries, each once. */
export function seenKeysOf(suite: Hasher, names: readonly MapEntryName[]): readonly Bytes[] {
  const keys = new Map<string, Bytes>();
  const add = (name: MapEntryName) => {
    const key = mapKeyOf(suite, name);
    keys.set(toHex(key), key);
  };
  for (const name of names) {
    add(name);
    if (name.kind === "manifestVersion") add({ kind: "manifest", id: name.id });
  }
  return [...keys.values()];
}

/** Holds entries of one map against what this device has seen before. Answers what it knows better by them. */
export function compareWithSeen(
  suite: Hasher,
  seenAt: (key: Bytes) => SeenEntry | undefined,
  claims: readonly EntryClaim[],
  size: number,
): Result<readonly SeenChange[], EntryConflict> {
  const changes: SeenChange[] = [];
  for (const claim of claims) {
    const key = mapKeyOf(suite, claim.name);
    const seen = seenAt(key);
    const compared = compareEntry(seen, claim, size);
    if (!compared.ok) return compared;
    const { name } = claim;
    if (name.kind === "manifestVersion") {
      const newest = seenAt(mapKeyOf(suite, { kind: "manifest", id: name.id }));
      const fitting = newest && compareVersion(newest, claim, name.version, size);
      if (fitting?.ok === false) return fitting;
    }
    if (compared.value && compared.value !== seen) changes.push({ key, seen: compared.value });
  }
  return ok(changes);
}

/** Answers what is known of the entry from now on: the same object where nothing is new. */
export function compareEntry(
  seen: SeenEntry | undefined,
  { name, value, writtenAt }: EntryClaim,
  size: number,
): Result<SeenEntry | undefined, EntryConflict> {
  const claimed = placeOf(name, value);
  if (!claimed) return err("EntryMalformed");
  const changedAt = writtenAt ?? claimed.writtenAt;
  if (changedAt !== null && changedAt >= size) return err("EntryAheadOfLog");
  const known = seen && placeOf(name, seen.value);
  if (!seen || !known) {
    return ok(value === null ? undefined : { value, since: changedAt ?? size - 1, until: size });
  }
  if (claimed.rank < known.rank) return size > seen.since ? err("EntryOlderThanSeen") : ok(seen);
  if (claimed.rank > known.rank) {
    if (size <= seen.until) return err("EntryNewerThanSeen");
    if (changedAt !== null && changedAt < seen.until) return err("EntryWasHidden");
    return ok(value === null ? seen : { value, since: changedAt ?? size - 1, until: size });
  }
  if (value === null || !equalBytes(value, seen.value)) return err("EntryDiffersFromSeen");
  // It stood there already before the leaf that is said to have written it.
  if (changedAt !== null && seen.since < changedAt) return err("EntryDiffersFromSeen");
  const since = Math.min(seen.since, changedAt ?? size - 1);
  const until = Math.max(seen.until, size);
  return ok(since === seen.since && until === seen.until ? seen : { value, since, until });
}

/** Versions are written one after the other and for good: up to the newest there is none missing, beyond it there is none. */
function compareVersion(
  newest: SeenEntry,
  { name, value }: EntryClaim,
  version: number,
  size: number,
): Result<null, EntryConflict> {
  const highest = parseMapValue("manifest", newest.value);
  const written = placeOf(name, value);
  if (!highest.ok || !written) return err("EntryMalformed");
  if (value === null) {
    return version <= highest.value[0] && size > newest.since ? err("EntryOlderThanSeen") : ok(null);
  }
  if (version <= highest.value[0]) return ok(null);
  if (size <= newest.until) return err("EntryNewerThanSeen");
  return written.writtenAt !== null && written.writtenAt < newest.until ? err("EntryWasHidden") : ok(null);
}

/** Where a value stands in the order in which a key's values follow each other, and the leaf that wrote it. */
interface Place {
  readonly rank: number;
  readonly writtenAt: number | null;
}

const ABSENT: Place = { rank: -1, writtenAt: null };

/** Undefined for bytes that are no value of this kind. */
function placeOf({ kind }: MapEntryName, value: Bytes | null): Place | undefined {
  if (value === null) return ABSENT;
  switch (kind) {
    case "manifest":
      return read(kind, value, ([version]) => ({ rank: version, writtenAt: null }));
    case "manifestVersion":
      return read(kind, value, ([writeIndex]) => ({ rank: 0, writtenAt: writeIndex }));
    case "device":
      return read(kind, value, ([, seq, , index]) => ({ rank: seq, writtenAt: index }));
    case "member":
      return read(kind, value, ([, index]) => ({ rank: index, writtenAt: index }));
    case "key":
      return read(kind, value, ([keyIndex, index]) => ({ rank: keyIndex, writtenAt: index }));
    case "authority":
      return read(kind, value, ([count]) => ({ rank: count, writtenAt: null }));
    case "epoch":
      return read(kind, value, ([epoch, index]) => ({ rank: epoch, writtenAt: index }));
    case "registeredDevice":
      return read(kind, value, ([, , , index]) => ({ rank: index, writtenAt: index }));
    case "registeredUser":
      return read(kind, value, ([, , , index]) => ({ rank: index, writtenAt: index }));
    case "workspace":
      return read(kind, value, ([index]) => ({ rank: 0, writtenAt: index }));
  }
}

function read<K extends MapEntryName["kind"]>(
  kind: K,
  value: Bytes,
  place: (value: MapValueOf<K>) => Place,
): Place | undefined {
  const parsed = parseMapValue(kind, value);
  return parsed.ok ? place(parsed.value) : undefined;
}

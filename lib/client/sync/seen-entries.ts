import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { type EntryReader, type MapEntryName, mapKeyOf, parseMapValue } from "#protocol/log/map-entry.ts";
import {
  compareWithSeen,
  type EntryClaim,
  type EntryConflict,
  type SeenChange,
  type SeenEntry,
  seenKeysOf,
} from "#protocol/log/seen-entry.ts";
import type { Result } from "#protocol/result.ts";
import type { Journal } from "../journal/journal.ts";

interface SeenHost {
  readonly suite: CryptoSuite;
  readonly journal: Pick<Journal, "seen">;
}

/**
 * What entries of a log's map come to beside everything that this device has seen of it: nobody believes an entry that
 * did not go through here. Answers what is to be learnt from them once all else about them is right, too. The caller
 * holds the log's lock.
 */
export async function compareEntries(
  { suite, journal }: SeenHost,
  log: Bytes,
  claims: readonly EntryClaim[],
  size: number,
): Promise<Result<readonly SeenChange[], EntryConflict>> {
  const keys = seenKeysOf(
    suite,
    claims.map(({ name }) => name),
  );
  const rows = await journal.seen(log, keys);
  const seen = new Map<string, SeenEntry | undefined>(keys.map((key, at) => [toHex(key), rows[at]]));
  return compareWithSeen(suite, (key) => seen.get(toHex(key)), claims, size);
}

/** Of entries that were proven at these names. */
export function claimsOf(
  suite: CryptoSuite,
  names: readonly MapEntryName[],
  entries: EntryReader,
): readonly EntryClaim[] {
  return names.map((name) => ({ name, value: entries(mapKeyOf(suite, name)) ?? null }));
}

/** Newest versions of manifests that this device has seen, in the order asked for; 0 where it has seen none. */
export async function newestSeen(
  { suite, journal }: SeenHost,
  log: Bytes,
  manifests: readonly Bytes[],
): Promise<readonly { readonly version: number; readonly since: number }[]> {
  const keys = manifests.map((id) => mapKeyOf(suite, { kind: "manifest", id }));
  const rows = await journal.seen(log, keys);
  return rows.map((row) => {
    const value = row && parseMapValue("manifest", row.value);
    return value?.ok === true
      ? { version: value.value[0], since: row?.since ?? 0 }
      : { version: 0, since: 0 };
  });
}

/** The newest versions with the records that wrote them; undefined where this device has not seen both. */
export async function writesSeen(
  host: SeenHost,
  log: Bytes,
  manifests: readonly Bytes[],
): Promise<readonly ({ readonly version: number; readonly recordHash: Bytes } | undefined)[]> {
  const newest = await newestSeen(host, log, manifests);
  const keys = manifests.map((id, at) =>
    mapKeyOf(host.suite, { kind: "manifestVersion", id, version: newest[at]?.version ?? 0 }),
  );
  const rows = await host.journal.seen(log, keys);
  return rows.map((row, at) => {
    const value = row && parseMapValue("manifestVersion", row.value);
    return value?.ok === true ? { version: newest[at]?.version ?? 0, recordHash: value.value[1] } : undefined;
  });
}

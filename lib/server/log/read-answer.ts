import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { codec } from "#protocol/codec/schema.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { type ProvenEntries, proveTogether } from "#protocol/log/proven-entries.ts";
import { type ReadOpening, type ReadResult, readOpeningSchema } from "#protocol/log/read.ts";
import type { ProvenLeaf } from "#protocol/log/receipt.ts";
import { unwrap } from "#protocol/result.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { CommittedHead } from "./committed-heads.ts";
import type { Group } from "./group.ts";
import type { PastMaps } from "./past-maps.ts";
import { type ReadResults, readResultsOf } from "./read-results.ts";
import { proveLeaf } from "./receipts.ts";

/** What a READ gets beside its receipt, results and contents in the order of the items asked for. */
export interface ReadAnswer {
  readonly results: readonly ReadResult[];
  readonly contents: readonly (Bytes | null)[];
  /** Each leaf that wrote one of the results, once, in ascending order. */
  readonly writes: readonly ProvenLeaf[];
}

export const NO_ANSWER: ReadAnswer = { results: [], contents: [], writes: [] };

const openingCodec = codec(readOpeningSchema, 32 * 1024);

export const encodeOpening = openingCodec.encode;

/** Of a READ that was appended before, with the map proofs of that time. */
export async function readAgain(
  parts: { readonly suite: CryptoSuite; readonly store: Store; readonly pastMaps: PastMaps },
  head: CommittedHead,
  index: number,
): Promise<{ readonly answer: ReadAnswer; readonly proven: ProvenEntries }> {
  const { suite, store, pastMaps } = parts;
  const { live } = head;
  const log = live.identity.id;
  const stored = await store.opening(log, index);
  if (!stored) throw new StoreError("the opening of an applied READ is missing");
  const { items }: ReadOpening = unwrap(openingCodec.decode(stored));
  // First the keys that the request itself names, then those of the newest versions that these lead to.
  const asked = readResultsOf(suite, () => undefined, items).keys;
  const found = readResultsOf(suite, await pastMaps.entries(log, index + 1, asked), items).keys;
  const entries = await pastMaps.entries(log, index + 1, found);
  const { results, keys } = readResultsOf(suite, entries, items);
  const map = await pastMaps.at(live, index + 1);
  return { answer: await fetchReadAnswer(store, head, results), proven: proveTogether(map, entries, keys) };
}

export async function fetchReadAnswer(
  store: Store,
  head: CommittedHead,
  results: readonly ReadResult[],
): Promise<ReadAnswer> {
  const log = head.live.identity.id;
  const stored = await store.contents(log, foundHashes(results));
  const ciphertexts = new Map(stored.map(({ hash, ciphertext }) => [toHex(hash), ciphertext]));
  const contents = results.map(({ status, contentHash }) =>
    status === "found" ? (ciphertexts.get(toHex(contentHash)) ?? null) : null,
  );
  const present = results.filter(({ status }) => status !== "absent");
  const indices = [...new Set(present.map(({ writeIndex }) => writeIndex))].sort((a, b) => a - b);
  const writes: ProvenLeaf[] = [];
  for (const index of indices) {
    const [leaf] = await store.leaves(log, index, index + 1, Infinity);
    if (leaf) writes.push(proveLeaf(head, index, leaf));
  }
  return { results, contents, writes };
}

/** Bytes of ciphertext that the results name, those included that are about to be stored. */
export async function contentBytesOf(group: Group, log: Bytes, { results }: ReadResults): Promise<number> {
  const hashes = foundHashes(results);
  const drafted = group
    .draftedContents()
    .map(({ hash, ciphertext }) => ({ hash, sizeBytes: ciphertext.length }));
  const stored = await group.store.contentSizes(log, hashes);
  const sizes = new Map([...stored, ...drafted].map(({ hash, sizeBytes }) => [toHex(hash), sizeBytes]));
  return hashes.reduce((sum, hash) => sum + (sizes.get(toHex(hash)) ?? 0), 0);
}

function foundHashes(results: readonly ReadResult[]): readonly Bytes[] {
  return results.filter(({ status }) => status === "found").map(({ contentHash }) => contentHash);
}

import { equalBytes } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { mapKeyOf, parseMapValue } from "../log/map-entry.ts";
import type { ReadOpening, ReadResult } from "../log/read.ts";
import type { ProvenEntry, ProvenLeaf } from "../log/receipt.ts";
import type { Claim, Voucher } from "./evidence.ts";

/**
 * A READ of a newest version that got an older one. `entry` is the next version's, proven under the map root of
 * `later`, which is the read's own leaf or one after it. Undefined where that version was written after the read.
 */
export function createStaleRead(
  suite: Pick<CryptoSuite, "sha256">,
  input: {
    readonly head: Voucher;
    readonly read: ProvenLeaf;
    readonly opening: ReadOpening;
    readonly results: readonly ReadResult[];
    /** Which item of the opening. */
    readonly item: number;
    readonly later: ProvenLeaf;
    readonly entry: ProvenEntry;
  },
): Claim | undefined {
  const asked = input.opening.items[input.item];
  const got = input.results[input.item];
  if (!asked || !got || asked.version !== null || input.entry.value === null) return undefined;
  const name = { kind: "manifestVersion", id: asked.manifest, version: got.version + 1 } as const;
  const written = parseMapValue("manifestVersion", input.entry.value);
  const isNext = equalBytes(mapKeyOf(suite, name), input.entry.key);
  if (!isNext || !written.ok || written.value[0] >= input.read.index) return undefined;
  return { kind: "staleRead", body: input };
}

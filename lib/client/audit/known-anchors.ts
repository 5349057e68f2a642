import { equalBytes } from "#protocol/bytes/bytes.ts";
import { MAX_BUNDLE_LIGHT_BLOCKS } from "#protocol/checkpoint/ledger-bundle.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import type { TrustAnchor } from "#protocol/comet/trust-anchor.ts";
import type { LightBlock } from "#protocol/comet/types.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { SealedRows } from "../storage/sealed-rows.ts";
import { ANCHORS } from "./tables.ts";

/**
 * Who reads a proof file compares it with anchors of his own, of which only the two newest at or below its newest
 * header convince him (docs/spec/evidence.md). So a device keeps the blocks of the anchors it was given, although its
 * own trust has long moved on.
 */

/** Those that it was given now, and those whose block it has kept since it was given them; ascending. */
export async function knownAnchors(
  rows: SealedRows,
  given: readonly TrustAnchor[],
): Promise<readonly TrustAnchor[]> {
  const [first] = given;
  if (!first) return [];
  const remembered = (await rows.list(ANCHORS)).map(({ height, headerHash }) => ({
    ...first,
    height: BigInt(height),
    headerHash,
  }));
  const isNew = ({ height }: TrustAnchor) => !given.some((anchor) => anchor.height === height);
  return ascending([...given, ...remembered.filter(isNew)], ({ height }) => height);
}

/** The two newest at or below a height, ascending. */
export function recentAnchors(anchors: readonly TrustAnchor[], height: bigint): readonly TrustAnchor[] {
  return anchors.filter((anchor) => anchor.height <= height).slice(-2);
}

export function isBlockOf(suite: CryptoSuite, anchor: TrustAnchor, { header }: LightBlock): boolean {
  return header.height === anchor.height && equalBytes(hashHeader(suite, header), anchor.headerHash);
}

/** First and last, the pinned heights, and as many of the others as a bundle takes. */
export function thinned(chain: readonly LightBlock[], pinned: ReadonlySet<bigint>): readonly LightBlock[] {
  if (chain.length <= MAX_BUNDLE_LIGHT_BLOCKS) return chain;
  const isPinned = (block: LightBlock) =>
    block === chain[0] || block === chain.at(-1) || pinned.has(block.header.height);
  const others = chain.filter((block) => !isPinned(block));
  const room = MAX_BUNDLE_LIGHT_BLOCKS - (chain.length - others.length);
  const step = (others.length - 1) / Math.max(1, room - 1);
  const chosen = new Set(Array.from({ length: room }, (_, place) => others[Math.round(place * step)]));
  return chain.filter((block) => isPinned(block) || chosen.has(block));
}

export function ascending<T>(items: readonly T[], heightOf: (item: T) => bigint): readonly T[] {
  return items.toSorted((a, b) => (heightOf(a) < heightOf(b) ? -1 : 1));
}

import type { Anchor } from "./anchor.ts";
import { equal } from "./bytes.ts";
import { headerHash, type LightBlock, timeNs } from "./light-block.ts";
import { isLinkedBackwards, type Unreached, type VoteChecker, verifyChain } from "./light-client.ts";

/**
 * What vouches for the ledger in a file. Any file names an anchor of its own, which is worth no more than the word of
 * whoever made it: he may have invented the ledger as well. So only anchors from a source of the reader's own count, and
 * of these the two newest at or below a bundle's newest header. Who holds keys that validators had longer ago could have
 * written another ledger with them since.
 */
export type Foundation =
  | { readonly kind: "compared" }
  /** Only an older one of the reader's anchors leads there, of whose header this is the time. */
  | { readonly kind: "oldValidators"; readonly sinceNs: bigint }
  /** The reader has anchors, and the file passes none of them. */
  | { readonly kind: "notListed" }
  /** The reader's anchors are about something else. */
  | { readonly kind: "otherDeployment" }
  /** The reader has none. */
  | { readonly kind: "notCompared" };

/** A bundle's ledger: from which anchor it follows, and the header that says what is true. */
export interface Founded {
  readonly foundation: Foundation;
  readonly anchor: Anchor;
  /** The one under which the statement is proven. */
  readonly newest: LightBlock;
}

/** Of one bundle: a reader's anchor if there is any way from it, else the file's own. */
export async function found(
  blocks: readonly LightBlock[],
  claimed: Anchor,
  listed: readonly Anchor[],
  votes: VoteChecker,
): Promise<Founded | Unreached> {
  const comparable = comparableTo(claimed, listed);
  const newestHeight = Math.max(0, ...blocks.map(({ header }) => header.height));
  const below = comparable.filter(({ height }) => height <= newestHeight).toReversed();
  for (const [place, anchor] of below.entries()) {
    const block = blocks.find(({ header }) => header.height === anchor.height);
    if (!block) continue;
    const chain = await verifyChain(blocks, anchor, votes);
    if (chain === "tooManySignatures") return chain;
    if (typeof chain === "string") continue;
    const isRecent = place < RECENT_ANCHORS;
    const foundation: Foundation = isRecent
      ? { kind: "compared" }
      : { kind: "oldValidators", sinceNs: timeNs(block.header.time) };
    return { foundation, anchor, newest: chain.newest };
  }
  const own = await verifyChain(blocks, claimed, votes);
  if (typeof own === "string") return own;
  const kind =
    listed.length === 0 ? "notCompared" : comparable.length === 0 ? "otherDeployment" : "notListed";
  return { foundation: { kind }, anchor: claimed, newest: own.newest };
}

/**
 * A bundle that ends in a reader's anchor and speaks of the time before it: one header below the other, and the
 * statement proven under the lowest.
 */
export function foundBackwards(
  blocks: readonly LightBlock[],
  claimed: Anchor,
  listed: readonly Anchor[],
): Founded | undefined {
  const ascending = blocks.toSorted((a, b) => a.header.height - b.header.height);
  const [lowest] = ascending;
  const top = ascending.at(-1)?.header.height;
  const anchor = comparableTo(claimed, listed).find(({ height }) => height === top);
  if (!lowest || !anchor || !isLinkedBackwards(blocks, anchor)) return undefined;
  return { foundation: { kind: "compared" }, anchor, newest: lowest };
}

/** A block in the file that is not the one that the reader's anchor names: then this is another ledger. */
export function contradicted(blocks: readonly LightBlock[], listed: readonly Anchor[]): Anchor | undefined {
  return listed.find(({ chainId, height, headerHash: expected }) =>
    blocks.some(
      ({ header }) =>
        header.chainId === chainId && header.height === height && !equal(headerHash(header), expected),
    ),
  );
}

function comparableTo(claimed: Anchor, listed: readonly Anchor[]): readonly Anchor[] {
  return listed.filter(
    ({ chainId, deployment }) => chainId === claimed.chainId && equal(deployment, claimed.deployment),
  );
}

/** A file is worth what the weakest of its bundles is. */
export function weakest(foundations: readonly Foundation[]): Foundation {
  const byWorth = foundations.toSorted((a, b) => WORTH.indexOf(a.kind) - WORTH.indexOf(b.kind));
  const [first = { kind: "notCompared" }] = byWorth;
  const old = byWorth.flatMap((it) => (it.kind === "oldValidators" ? [it] : []));
  return first.kind === "oldValidators" ? old.reduce((a, b) => (b.sinceNs < a.sinceNs ? b : a)) : first;
}

/** One renewal may pass before a device hears of it. */
const RECENT_ANCHORS = 2;
const WORTH: readonly Foundation["kind"][] = [
  "notCompared",
  "otherDeployment",
  "notListed",
  "oldValidators",
  "compared",
];

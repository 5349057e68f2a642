import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { readLeafHashes } from "#protocol/wire/log-reading.ts";
import type { HeadRow } from "../journal/tables.ts";
import { type AuditContext, type Unanswered, unansweredOf } from "./audit-context.ts";

export type MirrorAdvance =
  | { readonly type: "advanced" }
  /** What the server gave is not the tree of a head that it signed. */
  | { readonly type: "leafHashesWrong" }
  | Unanswered;

type Target = Pick<HeadRow, "size" | "root">;

/** Leaf hashes up to a verified head, so that this device can prove by itself what it was shown. */
export async function advanceMirror(
  { host, mirror }: AuditContext,
  log: Bytes,
  /** Where to begin when there is no mirror yet. */
  beginSize: number,
  target: Target,
): Promise<MirrorAdvance> {
  const tree = await mirror.tree(log);
  const from = tree?.size ?? beginSize;
  if (tree && from >= target.size) {
    const isCovered = target.size < tree.firstSize || equalBytes(tree.root(target.size), target.root);
    return { type: isCovered ? "advanced" : "leafHashesWrong" };
  }
  const fetched = await fetchLeafHashes(host, log, from, target.size);
  if (fetched.type !== "fetched") return fetched;
  if (!isFrontier(from, fetched.frontier)) return { type: "leafHashesWrong" };
  const extended = await mirror.extend(log, { size: from, peaks: fetched.frontier }, fetched.hashes, target);
  return { type: extended.ok ? "advanced" : "leafHashesWrong" };
}

export type FetchedHashes =
  | { readonly type: "fetched"; readonly frontier: readonly Bytes[]; readonly hashes: readonly Bytes[] }
  | Unanswered;

/** The peaks at `from` and the leaf hashes up to `to`, as the server claims them. */
export async function fetchLeafHashes(
  { sessions }: Pick<AuditContext["host"], "sessions">,
  log: Bytes,
  from: number,
  to: number,
): Promise<FetchedHashes> {
  // Sizes come from notes that the server signs: one could ask for more than any memory holds.
  if (to - from > MAX_HASHES) return withheld("LogTooLong");
  let frontier: readonly Bytes[] | undefined;
  const hashes: Bytes[] = [];
  do {
    const at = from + hashes.length;
    const answer = await sessions.call(readLeafHashes, {
      log,
      from: at,
      to: Math.min(to, at + CHUNK_HASHES),
    });
    if (!answer.ok) return { ...unansweredOf(answer.error), proof: "leafHashes" };
    frontier ??= answer.value.body.frontier;
    const got = answer.value.body.hashes;
    // A reply has room for all of them: nobody needs a request for each handful.
    if (got.length < Math.min(to - at, MIN_HASHES)) return withheld("LeafHashesMissing");
    hashes.push(...got.slice(0, to - at));
  } while (from + hashes.length < to);
  return { type: "fetched", frontier, hashes };
}

function withheld(detail: string): Unanswered {
  return { type: "unanswered", because: "refused", detail, proof: "leafHashes" };
}

/** A tree has one peak for each 1 bit of its size. */
export function isFrontier(size: number, peaks: readonly Bytes[]): boolean {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return peaks.length === ones;
}

/** At most 32 MiB of hashes at once: leaves of a year's absence from a busy log. */
const MAX_HASHES = 1_048_576;
/** Of one request. */
const CHUNK_HASHES = 32_768;
/** Of one reply that is not the last. */
const MIN_HASHES = 1_000;

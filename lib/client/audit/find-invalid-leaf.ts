import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { Head } from "#protocol/log/head.ts";
import type { ProvenLeaf } from "#protocol/log/receipt.ts";
import type { InvalidLeaf, LogReplay } from "#protocol/log/replay.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { fetchLeafHashes } from "./advance-mirror.ts";
import type { AuditContext } from "./audit-context.ts";
import { loadReplay } from "./kept-replay.ts";
import {
  createReplay,
  fetchLeaves,
  LEAVES_PER_SLICE,
  leafHashOfBytes,
  MAX_REPLAY_BYTES,
  memoryOf,
  type PreparedReplay,
} from "./log-replays.ts";

/** A leaf that honest code could not have written. */
export interface FoundLeaf {
  readonly error: InvalidLeaf;
  readonly leaf: ProvenLeaf;
  /** Null at index 0. */
  readonly before: ProvenLeaf | null;
  /** The log as it was before the leaf. */
  readonly replay: LogReplay;
  /** All leaves of the head. */
  readonly tree: MerkleTree;
}

/**
 * The first such leaf below a head, if there is one and the log is not too large: from where an earlier replay of the
 * same history had stopped. Leaves come from the server, but each must be the one that the head vouches for.
 */
export async function findInvalidLeaf(context: AuditContext, head: Head): Promise<FoundLeaf | undefined> {
  const kept = await loadReplay(context, head.log);
  const tree = await treeOf(context, head, kept.replay);
  if (tree || kept.replay.size === 0) return tree && findFrom(context, head, kept, tree);
  const anew = createReplay(context.host, head.log);
  const whole = await treeOf(context, head, anew.replay);
  return whole && findFrom(context, head, anew, whole);
}

async function findFrom(
  { host, pause }: AuditContext,
  head: Head,
  { replay, append }: PreparedReplay,
  tree: MerkleTree,
): Promise<FoundLeaf | undefined> {
  const provenAt = (leaf: Bytes, index: number): ProvenLeaf => ({
    leaf,
    index,
    inclusionPath: tree.inclusionPath(index, head.size),
  });
  let before: Bytes | undefined;
  // The last one of an earlier replay is only looked at again.
  let next = Math.max(0, replay.size - 1);
  while (next < head.size) {
    const fetched = await fetchLeaves(host, head.log, next, head.size);
    if (!fetched.ok || memoryOf(replay) > MAX_REPLAY_BYTES) return undefined;
    for (const leaf of fetched.value) {
      const index = next++;
      if (index % LEAVES_PER_SLICE === 0) await pause();
      if (!equalBytes(leafHashOfBytes(host.suite, leaf), tree.leafHash(index))) return undefined;
      const appended = index < replay.size ? undefined : await append(leaf);
      if (appended && !appended.ok) {
        const { error } = appended;
        if (error.type === "unanswered" || error.type === "OrganizationBehind") return undefined;
        const last = before ? provenAt(before, index - 1) : null;
        return { error, leaf: provenAt(leaf, index), before: last, replay, tree };
      }
      before = leaf;
    }
  }
  return undefined;
}

/** The leaf hashes of a head: those of a replay, and the others as the server gives them. */
async function treeOf(
  { host }: AuditContext,
  { log, size, root }: Head,
  replay: LogReplay,
): Promise<MerkleTree | undefined> {
  if (replay.size > size) return undefined;
  const fetched = await fetchLeafHashes(host, log, replay.size, size);
  if (fetched.type !== "fetched") return undefined;
  const tree = new MerkleTree(host.suite.sha256);
  for (let index = 0; index < replay.size; index++) tree.append(replay.leafHash(index));
  for (const hash of fetched.hashes) tree.append(hash);
  return equalBytes(tree.root(), root) ? tree : undefined;
}

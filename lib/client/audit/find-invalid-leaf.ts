import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { Head } from "#protocol/log/head.ts";
import type { ProvenLeaf } from "#protocol/log/receipt.ts";
import type { InvalidLeaf, LogReplay } from "#protocol/log/replay.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import type { AuditContext } from "./audit-context.ts";
import { createReplay, fetchLeaves, leafHashOfBytes } from "./log-replays.ts";

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
 * The first such leaf below a head, if there is one and the log is not too long. The leaves come from the server,
 * but they must hash to the head, so they are the ones that it vouched for.
 */
export async function findInvalidLeaf(
  { host, pause }: AuditContext,
  head: Head,
): Promise<FoundLeaf | undefined> {
  if (head.size > MAX_REPLAYED_LEAVES) return undefined;
  const leaves: Bytes[] = [];
  let sizeBytes = 0;
  const tree = new MerkleTree(host.suite.sha256);
  while (leaves.length < head.size) {
    const fetched = await fetchLeaves(host, head.log, leaves.length, head.size);
    if (!fetched.ok) return undefined;
    for (const leaf of fetched.value) {
      leaves.push(leaf);
      sizeBytes += leaf.length;
      tree.append(leafHashOfBytes(host.suite, leaf));
    }
    if (sizeBytes > MAX_REPLAYED_BYTES) return undefined;
  }
  if (!equalBytes(tree.root(), head.root)) return undefined;
  const provenAt = (index: number): ProvenLeaf => ({
    leaf: leaves[index] ?? new Uint8Array(0),
    index,
    inclusionPath: tree.inclusionPath(index, head.size),
  });
  const { replay, append } = createReplay(host, head.log);
  for (const [index, bytes] of leaves.entries()) {
    if (index % LEAVES_PER_SLICE === 0) await pause();
    const appended = await append(bytes);
    if (appended.ok) continue;
    const { error } = appended;
    if (error.type === "unanswered" || error.type === "OrganizationBehind") return undefined;
    const before = index > 0 ? provenAt(index - 1) : null;
    return { error, leaf: provenAt(index), before, replay, tree };
  }
  return undefined;
}

export const MAX_REPLAYED_LEAVES = 20_000;
/** All leaves are held until their root is known; a server could make each of them as long as a record may be. */
const MAX_REPLAYED_BYTES = 256 * 1024 * 1024;
/** About 10 ms of work. */
export const LEAVES_PER_SLICE = 100;

import type { Bytes } from "#protocol/bytes/bytes.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { fetchLeafHashes, isFrontier } from "./advance-mirror.ts";
import type { AuditContext } from "./audit-context.ts";

/** A tree that nobody has vouched for yet, from leaf hashes as the server gives them. */
export async function fetchTree(
  host: AuditContext["host"],
  log: Bytes,
  from: number,
  to: number,
): Promise<MerkleTree | undefined> {
  const fetched = await fetchLeafHashes(host, log, from, to);
  if (fetched.type !== "fetched" || !isFrontier(from, fetched.frontier)) return undefined;
  const tree = new MerkleTree(host.suite.sha256, { size: from, peaks: fetched.frontier });
  for (const hash of fetched.hashes) tree.append(hash);
  return tree;
}

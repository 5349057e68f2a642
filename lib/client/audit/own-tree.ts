import type { Bytes } from "#protocol/bytes/bytes.ts";
import { leafHashOf } from "#protocol/log/leaf.ts";
import type { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import type { AuditContext } from "./audit-context.ts";
import { receiptedOperation } from "./own-operations.ts";

/**
 * The mirror, continued by the leaves that this device itself got receipts for since. A server that takes them back
 * would not give their hashes any more, and it is not asked. Whoever uses the tree compares its root with a head:
 * leaves of others in between end it early.
 */
export async function ownTree(
  { host, mirror }: Pick<AuditContext, "host" | "mirror">,
  log: Bytes,
): Promise<MerkleTree | undefined> {
  const tree = await mirror.tree(log);
  if (!tree) return undefined;
  const leaves = new Map<number, Bytes>();
  for (const row of await host.journal.openOperations(log)) {
    const operation = receiptedOperation(host.suite, row);
    if (!operation || row.receipt === null) continue;
    const { record, signature, receipt } = row;
    leaves.set(operation.stamp.index, leafHashOf(host.suite, { record, signature, stamp: receipt.stamp }));
  }
  for (let leaf = leaves.get(tree.size); leaf; leaf = leaves.get(tree.size)) tree.append(leaf);
  return tree;
}

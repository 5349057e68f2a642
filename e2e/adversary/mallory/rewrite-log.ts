import Database from "libsql";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { parseLeaf, parseStamp } from "#protocol/log/leaf.ts";
import { MerkleTree } from "#protocol/merkle/merkle-tree.ts";
import { unwrap } from "#protocol/result.ts";
import { LiveLog } from "#server/log/live-log.ts";
import { LogDraft } from "#server/log/log-draft.ts";
import type { CommitBatch, LogTail, Store } from "#server/store/store.ts";
import { type Branch, type BranchParts, closeBranch, openBranch } from "./branch.ts";

/** What else one rewriting puts into the database. */
export type Beside = Pick<CommitBatch, "contents" | "openings">;

/**
 * Rewrites a log underneath the server: everything from `keep` on is deleted, then `write` appends what mallory
 * likes. The draft asks no questions: leaves need not follow from anything, and maps are what she says they are.
 */
export async function rewriteLog(
  parts: BranchParts,
  branch: Branch,
  log: Bytes,
  keep: number,
  write: (draft: LogDraft) => Partial<Beside> | undefined,
): Promise<Branch> {
  const row = await branch.store.log(log);
  if (!row) throw new Error("there is no such log to rewrite");
  await branch.engine.idle();
  const isShorter = keep < row.tail.size;
  const tail = isShorter ? await tailAt(parts, branch.store, log, keep) : row.tail;
  await closeBranch(branch);
  if (isShorter) truncate(branch.file, log, tail);
  const reopened = await openBranch(parts, branch.file);
  const { store } = reopened;
  const live = LiveLog.load(
    parts.suite,
    { id: log, kind: row.kind, organization: row.organization },
    tail,
    await store.leafHashes(log, 0, tail.size),
    await store.mapEntries(log, tail.size),
  );
  const draft = new LogDraft(parts.suite, live);
  const beside = write(draft) ?? {};
  if (draft.isChanged) {
    await store.commit({
      commitNumber: (await store.commitNumber()) + 1,
      logs: [draft.rows()],
      openings: [],
      contents: [],
      rings: [],
      profiles: [],
      checkpoints: [],
      closings: [],
      ...beside,
    });
  }
  await closeBranch(reopened);
  return openBranch(parts, branch.file);
}

/** What the log row says when leaf `size - 1` is the newest. */
async function tailAt({ suite }: BranchParts, store: Store, log: Bytes, size: number): Promise<LogTail> {
  const hashes = await store.leafHashes(log, 0, size);
  const tree = new MerkleTree(suite.sha256);
  for (const hash of hashes) tree.append(hash);
  const [newest] = await store.leaves(log, size - 1, size, Number.MAX_SAFE_INTEGER);
  if (!newest) throw new Error("a log keeps at least its first leaf");
  const leaf = unwrap(parseLeaf(newest));
  const stamp = unwrap(parseStamp(leaf.stamp));
  const checkpoint = await newestCheckpoint(store, log, stamp.epoch, size);
  return {
    size,
    root: tree.root(),
    lastTime: stamp.serverTime,
    lastEpoch: stamp.epoch,
    isClosed: leaf.signature.length === 0,
    organizationSize: stamp.organizationSize,
    checkpoint,
  };
}

async function newestCheckpoint(
  store: Store,
  log: Bytes,
  epoch: number,
  size: number,
): Promise<LogTail["checkpoint"]> {
  const found = await store.checkpointUpTo(log, epoch);
  if (!found) return null;
  if (found.size <= size) return { epoch: found.epoch, size: found.size, root: found.root };
  return found.epoch > 0 ? newestCheckpoint(store, log, found.epoch - 1, size) : null;
}

function truncate(file: string, log: Bytes, tail: LogTail): void {
  const database = new Database(file);
  const id = Buffer.from(log);
  for (const table of ["leaves", "map_entries", "openings"]) {
    database.prepare(`delete from ${table} where log = ? and idx >= ?`).run(id, tail.size);
  }
  database.prepare("delete from checkpoints where log = ? and size > ?").run(id, tail.size);
  database
    .prepare(
      `update logs set size = ?, root = ?, last_time = ?, last_epoch = ?, is_closed = ?, organization_size = ?,
       checkpoint_epoch = ?, checkpoint_size = ?, checkpoint_root = ? where id = ?`,
    )
    .run(
      tail.size,
      Buffer.from(tail.root),
      tail.lastTime,
      tail.lastEpoch,
      tail.isClosed ? 1 : 0,
      tail.organizationSize,
      tail.checkpoint?.epoch ?? null,
      tail.checkpoint?.size ?? null,
      tail.checkpoint ? Buffer.from(tail.checkpoint.root) : null,
      id,
    );
  database.close();
}

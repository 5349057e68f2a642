import type { Kysely, Transaction } from "kysely";
import type { LogTable, Tables } from "./schema.ts";
import type { CommitBatch, LogRow } from "./store.ts";
import { StoreError } from "./store-error.ts";

/** Rows per insert: with the widest table far below both databases' limit on parameters. */
const ROWS_PER_INSERT = 200;
/** Bound parameters are copied, and a content may have 16 MiB: beyond this an insert takes no more rows. */
const BYTES_PER_INSERT = 1024 * 1024;

/** One transaction; fails as a whole when another writer has committed since. */
export async function commitBatch(database: Kysely<Tables>, batch: CommitBatch): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const counted = await transaction
      .updateTable("deployment_state")
      .set({ commit_number: batch.commitNumber })
      .where("id", "=", 1)
      .where("commit_number", "=", batch.commitNumber - 1)
      .executeTakeFirst();
    if (counted.numUpdatedRows !== 1n) throw new StoreError("another process has written to this database");
    await insertLogs(transaction, batch);
    await insertCiphertexts(transaction, batch);
    await insertEpochs(transaction, batch);
  });
}

async function insertLogs(transaction: Transaction<Tables>, { logs, openings }: CommitBatch): Promise<void> {
  for (const rows of chunks(logs.map(({ row }) => logColumns(row)))) {
    await transaction
      .insertInto("logs")
      .values(rows)
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet((expression) => ({
          size: expression.ref("excluded.size"),
          root: expression.ref("excluded.root"),
          last_time: expression.ref("excluded.last_time"),
          last_epoch: expression.ref("excluded.last_epoch"),
          is_closed: expression.ref("excluded.is_closed"),
          organization_size: expression.ref("excluded.organization_size"),
          checkpoint_epoch: expression.ref("excluded.checkpoint_epoch"),
          checkpoint_size: expression.ref("excluded.checkpoint_size"),
          checkpoint_root: expression.ref("excluded.checkpoint_root"),
        })),
      )
      .execute();
  }
  const leaves = logs.flatMap(({ row, leaves: added }) =>
    added.map((leaf) => ({
      log: row.id,
      idx: leaf.index,
      leaf: leaf.leaf,
      leaf_hash: leaf.leafHash,
      record_hash: leaf.recordHash,
    })),
  );
  for (const rows of chunks(leaves)) await transaction.insertInto("leaves").values(rows).execute();
  const entries = logs.flatMap(({ row, entries: changed }) =>
    changed.map(({ key, index, value }) => ({ log: row.id, key, idx: index, value })),
  );
  for (const rows of chunks(entries)) await transaction.insertInto("map_entries").values(rows).execute();
  for (const rows of chunks(openings)) {
    await transaction
      .insertInto("openings")
      .values(rows.map(({ log, index, opening }) => ({ log, idx: index, opening })))
      .execute();
  }
}

async function insertCiphertexts(
  transaction: Transaction<Tables>,
  { contents, rings, profiles }: CommitBatch,
): Promise<void> {
  for (const rows of chunks(contents, ({ ciphertext }) => ciphertext.length)) {
    await transaction
      .insertInto("contents")
      .values(rows)
      .onConflict((conflict) => conflict.columns(["log", "hash"]).doNothing())
      .execute();
  }
  for (const rows of chunks(rings)) {
    await transaction
      .insertInto("rings")
      .values(rows.map(({ user, ...row }) => ({ ...row, user_id: user })))
      .onConflict((conflict) => conflict.columns(["log", "hash", "user_id"]).doNothing())
      .execute();
  }
  for (const rows of chunks(profiles)) {
    await transaction
      .insertInto("profiles")
      .values(rows)
      .onConflict((conflict) => conflict.columns(["organization", "hash"]).doNothing())
      .execute();
  }
}

async function insertEpochs(
  transaction: Transaction<Tables>,
  { checkpoints, closings }: CommitBatch,
): Promise<void> {
  for (const rows of chunks(checkpoints)) {
    await transaction
      .insertInto("checkpoints")
      .values(rows.map(({ log, epoch, size, root }) => ({ log, epoch, size, root })))
      .execute();
  }
  for (const { epoch, ledgerHeight, ledgerHash } of closings) {
    await transaction
      .insertInto("epoch_closings")
      .values({ epoch, ledger_height: ledgerHeight, ledger_hash: ledgerHash })
      .execute();
  }
}

function logColumns({ id, kind, organization, tail }: LogRow): LogTable {
  return {
    id,
    kind,
    organization,
    size: tail.size,
    root: tail.root,
    last_time: tail.lastTime,
    last_epoch: tail.lastEpoch,
    is_closed: tail.isClosed ? 1 : 0,
    organization_size: tail.organizationSize,
    checkpoint_epoch: tail.checkpoint?.epoch ?? null,
    checkpoint_size: tail.checkpoint?.size ?? null,
    checkpoint_root: tail.checkpoint?.root ?? null,
  };
}

function chunks<T>(rows: readonly T[], sizeBytesOf: (row: T) => number = () => 0): T[][] {
  const out: T[][] = [];
  let chunk: T[] = [];
  let sizeBytes = 0;
  for (const row of rows) {
    if (chunk.length === ROWS_PER_INSERT || sizeBytes >= BYTES_PER_INSERT) {
      out.push(chunk);
      chunk = [];
      sizeBytes = 0;
    }
    chunk.push(row);
    sizeBytes += sizeBytesOf(row);
  }
  if (chunk.length > 0) out.push(chunk);
  return out;
}

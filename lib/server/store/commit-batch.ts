import type { CompiledQuery, Kysely } from "kysely";
import { BulkInsert } from "./bulk-insert.ts";
import type { LogTable, Tables } from "./schema.ts";
import type { CommitBatch, LogRow } from "./store.ts";

/**
 * The statements of one transaction of the writer, in order. The first fails, and with it the transaction, when
 * another writer has committed since.
 */
export function createBatchCompiler(
  database: Kysely<Tables>,
): (batch: CommitBatch) => readonly CompiledQuery[] {
  const compileLogs = createLogCompiler(database);
  const compileCiphertexts = createCiphertextCompiler(database);
  const compileEpochs = createEpochCompiler(database);
  return (batch) => [
    compileCount(database, batch.commitNumber),
    ...compileLogs(batch),
    ...compileCiphertexts(batch),
    ...compileEpochs(batch),
  ];
}

/** Null, which the column does not take, when `commitNumber` does not follow the stored one. */
function compileCount(database: Kysely<Tables>, commitNumber: number): CompiledQuery {
  return database
    .updateTable("deployment_state")
    .set((expression) => ({
      commit_number: expression
        .case()
        .when("commit_number", "=", commitNumber - 1)
        .then(expression("commit_number", "+", 1))
        .end()
        .$notNull(),
    }))
    .where("id", "=", 1)
    .compile();
}

function createLogCompiler(database: Kysely<Tables>) {
  const logRows = new BulkInsert((rows: readonly LogTable[]) =>
    database
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
      .compile(),
  );
  const leafRows = new BulkInsert((rows: readonly Tables["leaves"][]) =>
    database.insertInto("leaves").values(rows).compile(),
  );
  const entryRows = new BulkInsert((rows: readonly Tables["map_entries"][]) =>
    database.insertInto("map_entries").values(rows).compile(),
  );
  const openingRows = new BulkInsert((rows: readonly Tables["openings"][]) =>
    database.insertInto("openings").values(rows).compile(),
  );
  return ({ logs, openings }: CommitBatch): CompiledQuery[] => {
    const leaves = logs.flatMap(({ row: { id: log }, leaves: added }) =>
      added.map(({ index: idx, leaf, leafHash: leaf_hash, recordHash: record_hash }) => ({
        log,
        idx,
        leaf,
        leaf_hash,
        record_hash,
      })),
    );
    const entries = logs.flatMap(({ row: { id: log }, entries: changed }) =>
      changed.map(({ key, index: idx, value }) => ({ log, key, idx, value })),
    );
    return [
      ...logRows.queries(logs.map(({ row }) => logColumns(row))),
      ...leafRows.queries(leaves),
      ...entryRows.queries(entries),
      ...openingRows.queries(openings.map(({ log, index, opening }) => ({ log, idx: index, opening }))),
    ];
  };
}

function createCiphertextCompiler(database: Kysely<Tables>) {
  const contentRows = new BulkInsert((rows: readonly Tables["contents"][]) =>
    database
      .insertInto("contents")
      .values(rows)
      .onConflict((conflict) => conflict.columns(["log", "hash"]).doNothing())
      .compile(),
  );
  const ringRows = new BulkInsert((rows: readonly Tables["rings"][]) =>
    database
      .insertInto("rings")
      .values(rows)
      .onConflict((conflict) => conflict.columns(["log", "hash", "user_id"]).doNothing())
      .compile(),
  );
  const profileRows = new BulkInsert((rows: readonly Tables["profiles"][]) =>
    database
      .insertInto("profiles")
      .values(rows)
      .onConflict((conflict) => conflict.columns(["organization", "hash"]).doNothing())
      .compile(),
  );
  return ({ contents, rings, profiles }: CommitBatch): CompiledQuery[] => [
    ...contentRows.queries(
      contents.map(({ log, hash, ciphertext }) => ({ log, hash, ciphertext })),
      ({ ciphertext }) => ciphertext.length,
    ),
    ...ringRows.queries(
      rings.map(({ log, hash, user, ciphertext }) => ({ log, hash, user_id: user, ciphertext })),
    ),
    ...profileRows.queries(
      profiles.map(({ organization, hash, ciphertext }) => ({ organization, hash, ciphertext })),
    ),
  ];
}

function createEpochCompiler(database: Kysely<Tables>) {
  const checkpointRows = new BulkInsert((rows: readonly Tables["checkpoints"][]) =>
    database.insertInto("checkpoints").values(rows).compile(),
  );
  const closingRows = new BulkInsert((rows: readonly Tables["epoch_closings"][]) =>
    database.insertInto("epoch_closings").values(rows).compile(),
  );
  return ({ checkpoints, closings }: CommitBatch): CompiledQuery[] => [
    ...checkpointRows.queries(checkpoints.map(({ log, epoch, size, root }) => ({ log, epoch, size, root }))),
    ...closingRows.queries(
      closings.map(({ epoch, ledgerHeight, ledgerHash }) => ({
        epoch,
        ledger_height: ledgerHeight,
        ledger_hash: ledgerHash,
      })),
    ),
  ];
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

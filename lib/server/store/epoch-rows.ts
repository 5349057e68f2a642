import type { Kysely } from "kysely";
import type { StoredEpochRecord } from "../ports.ts";
import type { EpochRecordTable, Tables } from "./schema.ts";
import type { Store } from "./store.ts";

type EpochQuestions = Pick<
  Store,
  | "openEpoch"
  | "epochClosing"
  | "unclosedLogs"
  | "checkpointsMadeIn"
  | "checkpointsUpTo"
  | "checkpointUpTo"
  | "isCheckpointSize"
  | "epochRecord"
  | "newestEpochRecord"
  | "epochRecordHashes"
>;

type EpochRecordWrites = Pick<Store, "insertEpochRecord" | "setEpochTransaction" | "setAnchored">;

export function createEpochQuestions(database: Kysely<Tables>): EpochQuestions {
  return {
    openEpoch: async () => {
      const row = await database
        .selectFrom("epoch_closings")
        .select("epoch")
        .orderBy("epoch", "desc")
        .limit(1)
        .executeTakeFirst();
      return row ? row.epoch + 1 : 0;
    },
    epochClosing: async (epoch) => {
      const row = await database
        .selectFrom("epoch_closings")
        .selectAll()
        .where("epoch", "=", epoch)
        .executeTakeFirst();
      return row && { epoch, ledgerHeight: row.ledger_height, ledgerHash: row.ledger_hash };
    },
    unclosedLogs: async (epoch) => {
      const rows = await database
        .selectFrom("logs")
        .select("id")
        .where("is_closed", "=", 0)
        .where("last_epoch", "<=", epoch)
        // "organization" sorts before "workspace".
        .orderBy("kind")
        .orderBy("id")
        .execute();
      return rows.map((row) => row.id);
    },
    checkpointsMadeIn: (epoch) =>
      database.selectFrom("checkpoints").selectAll().where("epoch", "=", epoch).orderBy("log").execute(),
    checkpointsUpTo: (epoch) =>
      database
        .selectFrom("checkpoints")
        .innerJoin(
          database
            .selectFrom("checkpoints")
            .select(({ fn }) => ["log", fn.max("epoch").as("newest")])
            .where("epoch", "<=", epoch)
            .groupBy("log")
            .as("n"),
          (join) => join.onRef("n.log", "=", "checkpoints.log").onRef("n.newest", "=", "checkpoints.epoch"),
        )
        .selectAll("checkpoints")
        .orderBy("checkpoints.log")
        .execute(),
    checkpointUpTo: (log, epoch) =>
      database
        .selectFrom("checkpoints")
        .selectAll()
        .where("log", "=", log)
        .where("epoch", "<=", epoch)
        .orderBy("epoch", "desc")
        .limit(1)
        .executeTakeFirst(),
    isCheckpointSize: async (log, size) => {
      const row = await database
        .selectFrom("checkpoints")
        .select("epoch")
        .where("log", "=", log)
        .where("size", "=", size)
        .executeTakeFirst();
      return row !== undefined;
    },
    epochRecord: async (epoch) => {
      const row = await database
        .selectFrom("epoch_records")
        .selectAll()
        .where("epoch", "=", epoch)
        .executeTakeFirst();
      return row && toEpochRecord(row);
    },
    newestEpochRecord: async () => {
      const row = await database
        .selectFrom("epoch_records")
        .selectAll()
        .orderBy("epoch", "desc")
        .limit(1)
        .executeTakeFirst();
      return row && toEpochRecord(row);
    },
    epochRecordHashes: async (fromEpoch) => {
      const rows = await database
        .selectFrom("epoch_records")
        .select(["epoch", "record_hash"])
        .where("epoch", ">=", fromEpoch)
        .orderBy("epoch")
        .execute();
      return rows.map((row) => ({ epoch: row.epoch, recordHash: row.record_hash }));
    },
  };
}

export function createEpochRecordWrites(database: Kysely<Tables>): EpochRecordWrites {
  return {
    insertEpochRecord: async ({ epoch, record, recordHash, transaction, anchoredHeight }) => {
      await database
        .insertInto("epoch_records")
        .values({
          epoch,
          record,
          record_hash: recordHash,
          ledger_transaction: transaction,
          anchored_height: anchoredHeight,
        })
        .onConflict((conflict) => conflict.column("epoch").doNothing())
        .execute();
    },
    setEpochTransaction: async (epoch, transaction) => {
      await database
        .updateTable("epoch_records")
        .set({ ledger_transaction: transaction })
        .where("epoch", "=", epoch)
        .where("ledger_transaction", "is", null)
        .execute();
    },
    setAnchored: async (epoch, height) => {
      await database
        .updateTable("epoch_records")
        .set({ anchored_height: height })
        .where("epoch", "=", epoch)
        .execute();
    },
  };
}

function toEpochRecord(row: EpochRecordTable): StoredEpochRecord {
  return {
    epoch: row.epoch,
    record: row.record,
    recordHash: row.record_hash,
    transaction: row.ledger_transaction,
    anchoredHeight: row.anchored_height,
  };
}

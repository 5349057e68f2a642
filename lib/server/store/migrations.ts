import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { StoreUnusable } from "./store-error.ts";

/** One step of the schema. Steps are only ever added: the database's version is the number of those applied. */
export type Migration = (database: Kysely<Tables>, blob: RawBuilder<unknown>) => Promise<void>;

export const MIGRATIONS: readonly Migration[] = [createFirstTables, refuseFirstBlocks, createBlockTables];

async function createFirstTables(database: Kysely<Tables>, blob: RawBuilder<unknown>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable("deployment_state")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("commit_number", "bigint", (column) => column.notNull())
    .execute();
  await sql`insert into deployment_state (id, commit_number) values (1, 0)`.execute(database);
  await schema
    .createTable("logs")
    .addColumn("id", blob, (column) => column.primaryKey())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("organization", blob, (column) => column.notNull())
    .addColumn("size", "bigint", (column) => column.notNull())
    .addColumn("root", blob, (column) => column.notNull())
    .addColumn("last_time", "bigint", (column) => column.notNull())
    .addColumn("last_epoch", "bigint", (column) => column.notNull())
    .addColumn("is_closed", "integer", (column) => column.notNull())
    .addColumn("organization_size", "bigint", (column) => column.notNull())
    .addColumn("checkpoint_epoch", "bigint")
    .addColumn("checkpoint_size", "bigint")
    .addColumn("checkpoint_root", blob)
    .execute();
  await schema.createIndex("logs_by_organization").on("logs").column("organization").execute();
  await schema.createIndex("logs_by_epoch").on("logs").columns(["is_closed", "last_epoch"]).execute();
  await schema
    .createTable("leaves")
    .addColumn("log", blob, (column) => column.notNull())
    .addColumn("idx", "bigint", (column) => column.notNull())
    .addColumn("leaf", blob, (column) => column.notNull())
    .addColumn("leaf_hash", blob, (column) => column.notNull())
    .addColumn("record_hash", blob)
    .addPrimaryKeyConstraint("leaves_key", ["log", "idx"])
    .addUniqueConstraint("leaves_by_record", ["log", "record_hash"])
    .execute();
  await schema
    .createTable("map_entries")
    .addColumn("log", blob, (column) => column.notNull())
    .addColumn("key", blob, (column) => column.notNull())
    .addColumn("idx", "bigint", (column) => column.notNull())
    .addColumn("value", blob, (column) => column.notNull())
    .addPrimaryKeyConstraint("map_entries_key", ["log", "key", "idx"])
    .execute();
  await schema
    .createTable("openings")
    .addColumn("log", blob, (column) => column.notNull())
    .addColumn("idx", "bigint", (column) => column.notNull())
    .addColumn("opening", blob, (column) => column.notNull())
    .addPrimaryKeyConstraint("openings_key", ["log", "idx"])
    .execute();
  await createCiphertextTables(database, blob);
  await createEpochTables(database, blob);
}

async function createCiphertextTables(database: Kysely<Tables>, blob: RawBuilder<unknown>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable("contents")
    .addColumn("log", blob, (column) => column.notNull())
    .addColumn("hash", blob, (column) => column.notNull())
    .addColumn("ciphertext", blob, (column) => column.notNull())
    .addPrimaryKeyConstraint("contents_key", ["log", "hash"])
    .execute();
  await schema
    .createTable("rings")
    .addColumn("log", blob, (column) => column.notNull())
    .addColumn("hash", blob, (column) => column.notNull())
    .addColumn("user_id", blob, (column) => column.notNull())
    .addColumn("ciphertext", blob, (column) => column.notNull())
    .addPrimaryKeyConstraint("rings_key", ["log", "hash", "user_id"])
    .execute();
  await schema
    .createTable("profiles")
    .addColumn("organization", blob, (column) => column.notNull())
    .addColumn("hash", blob, (column) => column.notNull())
    .addColumn("ciphertext", blob, (column) => column.notNull())
    .addPrimaryKeyConstraint("profiles_key", ["organization", "hash"])
    .execute();
}

async function createEpochTables(database: Kysely<Tables>, blob: RawBuilder<unknown>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable("checkpoints")
    .addColumn("log", blob, (column) => column.notNull())
    .addColumn("epoch", "bigint", (column) => column.notNull())
    .addColumn("size", "bigint", (column) => column.notNull())
    .addColumn("root", blob, (column) => column.notNull())
    .addPrimaryKeyConstraint("checkpoints_key", ["log", "epoch"])
    .execute();
  await schema.createIndex("checkpoints_by_epoch").on("checkpoints").column("epoch").execute();
  await schema
    .createTable("epoch_closings")
    .addColumn("epoch", "bigint", (column) => column.primaryKey())
    .addColumn("ledger_height", "bigint", (column) => column.notNull())
    .addColumn("ledger_hash", blob, (column) => column.notNull())
    .execute();
  await schema
    .createTable("epoch_records")
    .addColumn("epoch", "bigint", (column) => column.primaryKey())
    .addColumn("record", blob, (column) => column.notNull())
    .addColumn("record_hash", blob, (column) => column.notNull())
    .addColumn("ledger_transaction", blob)
    .addColumn("anchored_height", "bigint")
    .execute();
}

/** Blocks were sealed with XChaCha20-Poly1305 before, which no client opens any more: their files would look damaged. */
async function refuseFirstBlocks(database: Kysely<Tables>): Promise<void> {
  const { rows } = await sql`select 1 from logs limit 1`.execute(database);
  if (rows.length === 0) return;
  throw new StoreUnusable(
    "The database was written by an older Holdfast, whose blocks this one cannot read. Run that version, or start with an empty data folder.",
  );
}

async function createBlockTables(database: Kysely<Tables>, blob: RawBuilder<unknown>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable("block_usage")
    .ifNotExists()
    .addColumn("organization", blob, (column) => column.notNull())
    .addColumn("device", blob, (column) => column.notNull())
    .addColumn("size_bytes", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("block_usage_key", ["organization", "device"])
    .execute();
  await schema
    .createTable("block_reservations")
    .ifNotExists()
    .addColumn("organization", blob, (column) => column.notNull())
    .addColumn("id", blob, (column) => column.notNull())
    .addColumn("device", blob, (column) => column.notNull())
    .addColumn("size_bytes", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("block_reservations_key", ["organization", "id"])
    .execute();
}

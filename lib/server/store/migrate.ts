import { type Kysely, type RawBuilder, sql } from "kysely";
import { MIGRATIONS, type Migration } from "./migrations.ts";
import type { Tables } from "./schema.ts";
import { StoreUnusable } from "./store-error.ts";

/**
 * Brings the schema up to date in one transaction, or throws `StoreUnusable` when a newer version of Holdfast
 * made it.
 */
export async function migrate(
  database: Kysely<Tables>,
  blobType: "blob" | "bytea",
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const blob: RawBuilder<unknown> = sql.raw(blobType);
  await database.transaction().execute(async (transaction) => {
    await sql`create table if not exists schema_version (id integer primary key, version integer not null)`.execute(
      transaction,
    );
    const rows = await sql<{ version: number }>`select version from schema_version where id = 1`.execute(
      transaction,
    );
    const version = rows.rows[0]?.version ?? 0;
    if (version > migrations.length) {
      throw new StoreUnusable(
        `The database was written by a newer Holdfast (schema ${version}; this one knows ${migrations.length}). Run that version, or start with an empty data folder.`,
      );
    }
    if (version === migrations.length) return;
    for (const step of migrations.slice(version)) await step(transaction, blob);
    await sql`insert into schema_version (id, version) values (1, ${migrations.length})
      on conflict (id) do update set version = excluded.version`.execute(transaction);
  });
}

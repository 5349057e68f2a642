import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type CompiledQuery, Kysely } from "kysely";
import { createBlockChangeCompiler, createBlockQuestions } from "./block-usage-rows.ts";
import { createBatchCompiler } from "./commit-batch.ts";
import { createGuardedDialect, PING } from "./dialect.ts";
import { createEpochQuestions, createEpochRecordWrites } from "./epoch-rows.ts";
import { migrate } from "./migrate.ts";
import { createPostgresDialect, PostgresLock, PostgresTransactions } from "./postgres.ts";
import { createCiphertextQuestions } from "./read-ciphertexts.ts";
import { createLogQuestions } from "./read-logs.ts";
import type { Tables } from "./schema.ts";
import { createSqliteDialects } from "./sqlite.ts";
import type { Store } from "./store.ts";
import { StoreError, StoreUnusable } from "./store-error.ts";

export type StoreLocation =
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "postgres"; readonly url: string; readonly onIdleError: (error: Error) => void };

/**
 * Opens the database and brings its schema up to date. Throws `StoreError` while it is out of reach (worth trying
 * again) and `StoreUnusable` when an operator has to act.
 */
export async function openStore(location: StoreLocation): Promise<Store> {
  switch (location.kind) {
    case "sqlite": {
      mkdirSync(dirname(location.file), { recursive: true, mode: 0o700 });
      const { write, read } = createSqliteDialects(location.file);
      const writer = new Kysely<Tables>({ dialect: createGuardedDialect(write) });
      const reader = new Kysely<Tables>({ dialect: createGuardedDialect(read) });
      const close = async () => {
        await reader.destroy();
        await writer.destroy();
      };
      await closeOnFailure(close, () => migrate(writer, "blob"));
      const transact: Transact = (queries) =>
        writer.transaction().execute(async (transaction) => {
          for (const query of queries) await transaction.executeQuery(query);
        });
      return assemble(writer, reader, transact, close);
    }
    case "postgres": {
      const lock = new PostgresLock(location.url);
      const dialect = createPostgresDialect(location.url, location.onIdleError);
      const database = new Kysely<Tables>({ dialect: createGuardedDialect(dialect) });
      const transactions = new PostgresTransactions(location.url, location.onIdleError);
      const close = async () => {
        await transactions.close();
        await database.destroy();
        await lock.release();
      };
      const holdLock = () => asStoreError(() => lock.hold());
      await closeOnFailure(close, async () => {
        await holdLock();
        await migrate(database, "bytea");
      });
      const transact: Transact = async (queries) => {
        await holdLock();
        await transactions.run(queries);
      };
      return assemble(database, database, transact, close);
    }
  }
}

/** All of them in one transaction, durable when it resolves. */
type Transact = (queries: readonly CompiledQuery[]) => Promise<void>;

function assemble(
  writer: Kysely<Tables>,
  reader: Kysely<Tables>,
  transact: Transact,
  close: () => Promise<void>,
): Store {
  const compileBatch = createBatchCompiler(writer);
  const compileBlockChange = createBlockChangeCompiler(writer);
  return {
    ...createLogQuestions(reader),
    ...createCiphertextQuestions(reader),
    ...createEpochQuestions(reader),
    ...createBlockQuestions(reader),
    ...createEpochRecordWrites(writer),
    commitNumber: async () => {
      const row = await reader
        .selectFrom("deployment_state")
        .select("commit_number")
        .executeTakeFirstOrThrow();
      return row.commit_number;
    },
    commit: async (batch) => {
      try {
        await transact(compileBatch(batch));
      } catch (cause) {
        if (!isCountRefused(cause)) throw cause;
        throw new StoreError("another process has written to this database", { cause });
      }
    },
    recordBlocks: (change) => transact(compileBlockChange(change)),
    ping: async () => {
      await reader.executeQuery(PING);
    },
    close,
  };
}

/** Both databases name the column that did not take a null: see `createBatchCompiler`. */
function isCountRefused(cause: unknown): boolean {
  return cause instanceof StoreError && cause.message.includes("commit_number");
}

async function closeOnFailure(close: () => Promise<void>, open: () => Promise<void>): Promise<void> {
  try {
    await open();
  } catch (error) {
    await close();
    throw error;
  }
}

async function asStoreError(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (cause) {
    if (cause instanceof StoreUnusable) throw cause;
    throw new StoreError(`database: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

import { type Dialect, SqliteDialect, type SqliteStatement } from "kysely";
import Database from "libsql";

/** How long a statement waits for another connection of this process before it fails. */
const BUSY_TIMEOUT_MS = 5000;
/** Prepared statements kept per connection; bulk inserts come in as many texts as they have row counts. */
const MAX_STATEMENTS = 200;

export interface SqliteDialects {
  /** The only connection that writes. */
  readonly write: Dialect;
  /** Reads beside a running write transaction, and refuses to write. */
  readonly read: Dialect;
}

/** One file in WAL mode; `synchronous=FULL` makes each commit one real fsync. */
export function createSqliteDialects(file: string): SqliteDialects {
  return {
    write: dialectOf(file, ["journal_mode=WAL", "synchronous=FULL"]),
    read: dialectOf(file, ["query_only=1"]),
  };
}

function dialectOf(file: string, pragmas: readonly string[]): Dialect {
  return new SqliteDialect({
    database: async () => {
      const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
      for (const pragma of pragmas) database.pragma(pragma);
      const statements = new Map<string, SqliteStatement>();
      return {
        close: () => {
          statements.clear();
          database.close();
        },
        prepare: (sql: string) => {
          const known = statements.get(sql);
          if (known) {
            // Last used goes to the end, so that the first is the one to drop.
            statements.delete(sql);
            statements.set(sql, known);
            return known;
          }
          const prepared = prepare(database, sql);
          statements.set(sql, prepared);
          if (statements.size > MAX_STATEMENTS) {
            for (const oldest of statements.keys()) {
              statements.delete(oldest);
              break;
            }
          }
          return prepared;
        },
      };
    },
  });
}

function prepare(database: Database.Database, sql: string): SqliteStatement {
  const statement = database.prepare(sql);
  return {
    reader: statement.reader,
    all: (parameters) => statement.all([...parameters]),
    run: (parameters) => statement.run([...parameters]),
    iterate: (parameters) => statement.iterate([...parameters]),
  };
}

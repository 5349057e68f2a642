import { type CompiledQuery, type Dialect, PostgresDialect } from "kysely";
import pg from "pg";
import { guard } from "./dialect.ts";
import { StoreUnusable } from "./store-error.ts";

const MIN_VERSION = 150_000;
const CONNECT_TIMEOUT_MS = 5000;
const QUERY_TIMEOUT_MS = 60_000;
const MAX_CONNECTIONS = 8;
/** PostgreSQL's object id of int8: sizes and indices fit 53 bits, so they are read as numbers. */
const INT8 = 20;

/** `onIdleError` hears of connections that broke while nobody used them; the pool replaces those by itself. */
export function createPostgresDialect(url: string, onIdleError: (error: Error) => void): Dialect {
  return new PostgresDialect({
    pool: async () => {
      const pool = new pg.Pool({
        ...clientConfig(url),
        max: MAX_CONNECTIONS,
        types: {
          getTypeParser: (type: number, format?: "text" | "binary"): unknown =>
            type === INT8 ? Number : builtinParsers.getTypeParser(type, format ?? "text"),
        },
      });
      pool.on("error", onIdleError);
      return pool;
    },
  });
}

/**
 * Transactions that are sent as a whole, without waiting for the answer to one statement before the next leaves: one
 * round trip each, and the database works while the rest is still being sent. Over a connection of their own.
 */
export class PostgresTransactions {
  readonly #pool: pg.Pool;

  constructor(url: string, onIdleError: (error: Error) => void) {
    this.#pool = new pg.Pool({ ...clientConfig(url), max: 1, pipeline: true });
    this.#pool.on("error", onIdleError);
  }

  /** All of it or nothing, durable when it resolves. Rejects with `StoreError`; then it is unknown which. */
  run(queries: readonly CompiledQuery[]): Promise<void> {
    return guard(async () => {
      const client = await this.#pool.connect();
      const answers = await Promise.allSettled([
        client.query("begin"),
        ...queries.map(({ sql, parameters }) => client.query(sql, [...parameters])),
        // After a statement that failed this rolls back.
        client.query("commit"),
      ]);
      const failed = answers.find((answer) => answer.status === "rejected");
      client.release(failed !== undefined);
      if (failed) throw failed.reason;
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/**
 * An advisory lock, held by a connection of its own for as long as the process lives: a second server on the
 * same database is refused. The lock ends with the connection, also after kill -9.
 */
export class PostgresLock {
  readonly #url: string;
  #client: pg.Client | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** Takes the lock if it is not held (any more). Throws `StoreUnusable` when another server has it. */
  async hold(): Promise<void> {
    if (this.#client) return;
    const client = new pg.Client(clientConfig(this.#url));
    client.on("error", () => this.#forget(client));
    client.on("end", () => this.#forget(client));
    await client.connect();
    try {
      await requireVersion(client);
      const answer = await client.query<{ held: boolean }>(
        "select pg_try_advisory_lock($1, $2) as held",
        LOCK_KEY,
      );
      if (answer.rows[0]?.held !== true) {
        throw new StoreUnusable(
          "Another Holdfast server is using this PostgreSQL database. Stop it, or give this one another DATABASE_URL.",
        );
      }
    } catch (error) {
      await client.end();
      throw error;
    }
    this.#client = client;
  }

  async release(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  #forget(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined;
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const answer = await client.query<{ server_version_num: string }>("show server_version_num");
  const version = Number(answer.rows[0]?.server_version_num);
  if (version >= MIN_VERSION) return;
  throw new StoreUnusable(`PostgreSQL 15 or newer is needed; this server says ${version}.`);
}

function clientConfig(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    application_name: "holdfast",
    // A commit that is answered before it is durable could be signed and then forgotten.
    options: "-c synchronous_commit=on",
  };
}

/** "hold", "fast". */
const LOCK_KEY = [0x686f6c64, 0x66617374];

/** Types are numbers on the wire; pg's own declarations list only those that it knows. */
const builtinParsers: { readonly getTypeParser: (type: number, format: "text" | "binary") => unknown } =
  pg.types;

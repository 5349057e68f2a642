import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import { StoreError } from "./store-error.ts";

/**
 * The given dialect with two promises added: whatever the driver throws arrives as a `StoreError`, and every
 * blob arrives as a plain `Uint8Array` of its own (libsql gives ArrayBuffers, pg gives Buffers that are views
 * of larger network chunks).
 */
export function createGuardedDialect(inner: Dialect): Dialect {
  return {
    createAdapter: () => inner.createAdapter(),
    createIntrospector: (database) => inner.createIntrospector(database),
    createQueryCompiler: () => inner.createQueryCompiler(),
    createDriver: () => new GuardedDriver(inner.createDriver()),
  };
}

class GuardedDriver implements Driver {
  readonly #inner: Driver;

  constructor(inner: Driver) {
    this.#inner = inner;
  }

  init(): Promise<void> {
    return guard(() => this.#inner.init());
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new GuardedConnection(await guard(() => this.#inner.acquireConnection()));
  }

  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return guard(() => this.#inner.beginTransaction(innerOf(connection), settings));
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return guard(() => this.#inner.commitTransaction(innerOf(connection)));
  }

  /**
   * Never fails, since the error that led here is the one to tell: SQLite on a full disk has rolled back by itself and
   * knows of no transaction any more. One that were still open would fail the next one's begin.
   */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#inner.rollbackTransaction(innerOf(connection)).catch(() => undefined);
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return guard(() => this.#inner.releaseConnection(innerOf(connection)));
  }

  destroy(): Promise<void> {
    return guard(() => this.#inner.destroy());
  }
}

class GuardedConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;

  constructor(inner: DatabaseConnection) {
    this.inner = inner;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result = await guard(() => this.inner.executeQuery<R>(query));
    for (const row of result.rows) normaliseBlobs(row);
    return result;
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("queries are not streamed");
  }
}

export const PING = CompiledQuery.raw("select 1");

function innerOf(connection: DatabaseConnection): DatabaseConnection {
  return connection instanceof GuardedConnection ? connection.inner : connection;
}

/** What the driver throws arrives as a `StoreError`. */
export async function guard<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw cause instanceof StoreError ? cause : toStoreError(cause);
  }
}

function toStoreError(cause: unknown): StoreError {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  const message = cause instanceof Error ? cause.message : String(cause);
  const isFull = code === "SQLITE_FULL" || code === POSTGRES_DISK_FULL;
  return new StoreError(`database: ${message}`, { reason: isFull ? "full" : "unavailable", cause });
}

/** Rows are fresh objects of the driver, so they are changed in place. */
function normaliseBlobs(row: unknown): void {
  if (typeof row !== "object" || row === null) return;
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer) Object.assign(row, { [name]: new Uint8Array(value) });
    else if (value instanceof Uint8Array) Object.assign(row, { [name]: Uint8Array.from(value) });
  }
}

const POSTGRES_DISK_FULL = "53100";

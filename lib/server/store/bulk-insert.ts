import { CompiledQuery } from "kysely";

/** Rows per insert: with the widest table far below both databases' limit on parameters. */
const ROWS_PER_INSERT = 200;
/** Bound parameters are copied, and a content may have 16 MiB: beyond this an insert takes no more rows. */
const BYTES_PER_INSERT = 1024 * 1024;

/**
 * Inserts of many rows into one table. Building and compiling such a query takes longer than sending it, so its text
 * is kept for each number of rows. Rows MUST all be made by one and the same object literal.
 */
export class BulkInsert<Row extends object> {
  readonly #compile: (rows: readonly Row[]) => CompiledQuery;
  readonly #texts = new Map<number, string>();

  constructor(compile: (rows: readonly Row[]) => CompiledQuery) {
    this.#compile = compile;
  }

  queries(rows: readonly Row[], sizeBytesOf: (row: Row) => number = () => 0): CompiledQuery[] {
    return chunks(rows, sizeBytesOf).map((chunk) => {
      const text = this.#texts.get(chunk.length) ?? this.#compile(chunk).sql;
      this.#texts.set(chunk.length, text);
      return CompiledQuery.raw(
        text,
        chunk.flatMap((row): unknown[] => Object.values(row)),
      );
    });
  }
}

function chunks<T>(rows: readonly T[], sizeBytesOf: (row: T) => number): T[][] {
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

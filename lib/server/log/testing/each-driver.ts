import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { StoreLocation } from "../../store/open-store.ts";
import { isPostgresInstalled, startPostgres, type TestPostgres } from "../../store/testing/postgres.ts";

/** Where a test's server keeps its data: in the folder, or in a new database. */
export type CreateLocation = (folder: string) => StoreLocation;

/** The same tests on both databases. */
export function describeEachDriver(
  name: string,
  run: (createLocation: CreateLocation, driver: "SQLite" | "PostgreSQL") => void,
): void {
  describe(`${name} on SQLite`, () => {
    run((folder) => ({ kind: "sqlite", file: join(folder, "holdfast.sqlite") }), "SQLite");
  });

  describe.skipIf(!isPostgresInstalled())(`${name} on PostgreSQL (skipped where it is not installed)`, () => {
    let postgres: TestPostgres;
    let counter = 0;

    beforeAll(async () => {
      postgres = await startPostgres();
    }, 30_000);
    afterAll(() => postgres.stop());

    run(
      () => ({
        kind: "postgres",
        url: postgres.createDatabase(`test${counter++}`),
        onIdleError: () => undefined,
      }),
      "PostgreSQL",
    );
  });
}

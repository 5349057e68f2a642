import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockFolder } from "./folder-lock.ts";
import { openStore, type StoreLocation } from "./open-store.ts";
import { StoreError, StoreUnusable } from "./store-error.ts";
import { isPostgresInstalled, startPostgres, type TestPostgres } from "./testing/postgres.ts";
import { describeStoreContract } from "./testing/store-contract.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-store-"));
let counter = 0;
const sqlite = (): StoreLocation => ({
  kind: "sqlite",
  file: join(folder, String(counter++), "test.sqlite"),
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeStoreContract("SQLite", sqlite);

describe.skipIf(!isPostgresInstalled())("PostgreSQL (skipped where it is not installed)", () => {
  let postgres: TestPostgres;
  const fresh = (): StoreLocation => ({
    kind: "postgres",
    url: postgres.createDatabase(`test${counter++}`),
    onIdleError: () => undefined,
  });

  beforeAll(async () => {
    postgres = await startPostgres();
  }, 30_000);
  afterAll(() => postgres.stop());

  describeStoreContract("PostgreSQL", fresh);

  it("lets one server in, and the next when the first has gone", async () => {
    const location = fresh();
    const first = await openStore(location);
    await expect(openStore(location)).rejects.toThrow(/Another Holdfast server/);
    await first.close();
    await (await openStore(location)).close();
  });

  it("fails while the server is down and works again when it is back", async () => {
    const store = await openStore(fresh());
    expect(await store.commitNumber()).toBe(0);
    await postgres.crash();
    await expect(store.commitNumber()).rejects.toThrow(StoreError);
    await expect(store.commit({ ...emptyBatch, commitNumber: 1 })).rejects.toThrow(StoreError);
    await postgres.restart();
    await store.commit({ ...emptyBatch, commitNumber: 1 });
    expect(await store.commitNumber()).toBe(1);
    await store.close();
  });

  it("cannot be opened where nothing listens, and says that this may pass", async () => {
    const location = {
      kind: "postgres",
      url: "postgres://holdfast@127.0.0.1:1/x",
      onIdleError: () => undefined,
    };
    await expect(openStore(location as StoreLocation)).rejects.toThrow(StoreError);
  });
});

describe("schema", () => {
  it("is refused when a newer version made it", async () => {
    const location = sqlite();
    await (await openStore(location)).close();
    if (location.kind !== "sqlite") throw new Error("unreachable");
    const database = new Database(location.file);
    database.exec("update schema_version set version = 99");
    database.close();
    await expect(openStore(location)).rejects.toThrow(StoreUnusable);
    await expect(openStore(location)).rejects.toThrow(/newer Holdfast \(schema 99/);
  });

  it("is refused when an older version wrote a log under it, and brought up to date before", async () => {
    const location = sqlite();
    await (await openStore(location)).close();
    if (location.kind !== "sqlite") throw new Error("unreachable");
    const database = new Database(location.file);
    database.exec("update schema_version set version = 1");
    await (await openStore(location)).close();
    database.exec("update schema_version set version = 1");
    database.exec(
      "insert into logs values (x'01', 'workspace', x'02', 1, x'03', 0, 0, 0, 1, null, null, null)",
    );
    database.close();
    await expect(openStore(location)).rejects.toThrow(StoreUnusable);
    await expect(openStore(location)).rejects.toThrow(/older Holdfast/);
  });
});

describe("folder lock", () => {
  it("is held once, and free after release", () => {
    const place = join(folder, "lock-a");
    const lock = lockFolder(place);
    expect(() => lockFolder(place)).toThrow(/Another Holdfast server is using the data folder/);
    lock.release();
    lockFolder(place).release();
  });

  it("dies with its process, also by kill -9", async () => {
    const place = join(folder, "lock-b");
    const child = fork(new URL("testing/hold-lock.ts", import.meta.url), [place], {
      execArgv: ["--import", "tsx"],
    });
    await new Promise((resolve) => child.once("message", resolve));
    expect(() => lockFolder(place)).toThrow(StoreUnusable);
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
    lockFolder(place).release();
  }, 15_000);
});

const emptyBatch = {
  logs: [],
  openings: [],
  contents: [],
  rings: [],
  profiles: [],
  checkpoints: [],
  closings: [],
};

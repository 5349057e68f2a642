import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProductSuite } from "#crypto/product-suite.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import { isPostgresInstalled, startPostgres } from "#server/store/testing/postgres.ts";
import { createWorld } from "#server/testing/world.ts";
import { createHttpDoor } from "../scripts/start/testing/http-client.ts";
import { HttpConnection } from "./support/http-connection.ts";
import { median } from "./support/measure.ts";
import type { ServerCpu, ServerStarted } from "./support/measured-server.ts";
import { type BenchRow, IS_QUICK, reportRows } from "./support/rows.ts";
import { WritingDevice } from "./support/writing-device.ts";

/**
 * Writes per second of many people in one workspace, each waiting for its receipt, against the same server storing
 * the same contents as durably without a log. The server is a process of its own; both kinds of load take turns
 * on it. Run alone by `npx tsx bench/server-operations.ts`.
 */
const DEVICES = 32;
const CONTENT_BYTES = 1024;
const ROUNDS = IS_QUICK ? 2 : 7;
const ROUND_MS = IS_QUICK ? 1000 : 4000;
const TARGET = 0.5;

interface Load {
  readonly perSecond: number;
  /** Of the server's process, for each operation. */
  readonly cpuMs: number;
}

const suite = await createProductSuite();
const rows: BenchRow[] = [await measure("SQLite", [])];
if (isPostgresInstalled()) {
  const postgres = await startPostgres();
  try {
    rows.push(
      await measure("PostgreSQL", [postgres.createDatabase("logged"), postgres.createDatabase("plain")]),
    );
  } finally {
    await postgres.stop();
  }
}
reportRows(rows);

async function measure(database: string, urls: readonly string[]): Promise<BenchRow> {
  const dataDir = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  const server = await startServer(dataDir, urls);
  try {
    const devices = await createDevices(suite, server.started);
    const plainWrites = devices.map((device) => device.createPlainWrite());
    const loggedWrites = devices.map((device) => () => device.writeLogged());
    // Both until the engine has compiled what it will.
    await run(server, plainWrites, ROUND_MS);
    await run(server, loggedWrites, ROUND_MS);
    const logged: Load[] = [];
    const plain: Load[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      plain.push(await run(server, plainWrites, ROUND_MS));
      logged.push(await run(server, loggedWrites, ROUND_MS));
    }
    const ratio = median(
      logged.map(({ perSecond }, round) => perSecond / (plain[round]?.perSecond ?? Number.NaN)),
    );
    return {
      name: `logged, receipted writes of ${DEVICES} devices, ${database}`,
      ours: describe(logged),
      comparedWith: `${describe(plain)} without a log`,
      ratio,
      target: `≥ ${TARGET}`,
      isReached: ratio >= TARGET,
    };
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function describe(loads: readonly Load[]): string {
  const perSecond = median(loads.map((load) => load.perSecond));
  const cpuMs = median(loads.map((load) => load.cpuMs));
  return `${perSecond.toFixed(0)}/s, ${cpuMs.toFixed(2)} ms of the server's CPU each`;
}

interface MeasuredServer {
  readonly started: ServerStarted;
  readonly cpuMs: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

async function startServer(dataDir: string, urls: readonly string[]): Promise<MeasuredServer> {
  const child = fork(join(import.meta.dirname, "support/measured-server.ts"), [dataDir, ...urls]);
  // The child is this project's own code: what it sends is of the types that its file exports.
  const answer = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const fail = () => reject(new Error("the server ended"));
      child.once("exit", fail);
      child.once("message", (message: T) => {
        child.off("exit", fail);
        resolve(message);
      });
    });
  return {
    started: await answer<ServerStarted>(),
    cpuMs: async () => {
      const answered = answer<ServerCpu>();
      child.send("cpu");
      return (await answered).cpuMs;
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.send("stop");
      await ended;
    },
  };
}

/** Members of one workspace, one device each. */
async function createDevices(suite: CryptoSuite, started: ServerStarted): Promise<WritingDevice[]> {
  const world = await createWorld({
    suite,
    door: createHttpDoor(started.apiOrigin),
    instanceKeys: [unwrap(fromHex(started.instanceKeyHex))],
    deployment: unwrap(fromHex(started.deploymentHex)),
    name: "bench",
  });
  const place = await world.createWorkspace(world.alice);
  const devices: WritingDevice[] = [];
  for (let index = 0; index < DEVICES; index++) {
    const person = world.createPerson(`writer ${index}`);
    await world.addUser(person, "standard");
    await world.setRole(world.alice, place, person, "contributor");
    const connection = await HttpConnection.open(Number(new URL(started.apiOrigin).port));
    devices.push(new WritingDevice(suite, { person, place, connection, contentBytes: CONTENT_BYTES }));
  }
  return devices;
}

async function run(
  server: MeasuredServer,
  writes: readonly (() => Promise<void>)[],
  durationMs: number,
): Promise<Load> {
  const cpuBeforeMs = await server.cpuMs();
  const beginMs = performance.now();
  const counts = await Promise.all(
    writes.map(async (write) => {
      let count = 0;
      for (; performance.now() - beginMs < durationMs; count++) await write();
      return count;
    }),
  );
  const elapsedMs = performance.now() - beginMs;
  const operations = counts.reduce((sum, count) => sum + count, 0);
  return {
    perSecond: (1000 * operations) / elapsedMs,
    cpuMs: ((await server.cpuMs()) - cpuBeforeMs) / operations,
  };
}

import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as v from "valibot";
import { type Deployment, parseDeployment } from "#client/transport/deployment.ts";
import { unwrap } from "#protocol/result.ts";
import type { Composition } from "#server/main.ts";
import type { ProductOptions } from "../../../scripts/start/options.ts";
import { type Product, startProduct } from "../../../scripts/start/product.ts";
import { type CreateLie, createMallory, type Lie, type Mallory } from "../mallory/mallory.ts";
import { createTestClock, type TestClock } from "./clock.ts";

/** The whole product behind real HTTP on a free port, sealing when it is told to, with mallory inside. */
export interface HostileProduct {
  readonly product: Product;
  readonly mallory: Mallory;
  readonly clock: TestClock;
  /** As a device reads it from the app's own origin. */
  readonly deployment: () => Deployment;
  readonly dataDir: string;
  /** One more anchored epoch. */
  readonly seal: () => Promise<void>;
  /** Resolves when the ledger has made so many more blocks. */
  readonly nextBlocks: (count: number) => Promise<void>;
  /** Another server on the same data, as after a crash or an operator's restart. */
  readonly restart: () => Promise<void>;
  /** The same after something was done to its data folder. */
  readonly restartAfter: (between: () => Promise<void>) => Promise<void>;
  /** Of the ledger's newest block. */
  readonly height: () => Promise<number>;
  /** The same after the instance lost its key and memory: it comes back with a new key. */
  readonly restartWithNewKey: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface HostileInput {
  /** None leaves the server honest. */
  readonly createLie?: CreateLie;
  readonly isWithholding?: boolean;
  readonly isHidingLeaves?: boolean;
  readonly decorate?: (composition: Composition) => Composition;
}

const HONEST: CreateLie = (): Lie => ({ victim: () => undefined });

/** Longer than any test: what is sealed is sealed on demand. */
const EPOCH_MS = 60_000;
const IDLE_EPOCH_MS = 600_000;
/** The ledger makes a block at least this often. */
const HEARTBEAT_MS = 100;

export async function startHostileProduct(input: HostileInput = {}): Promise<HostileProduct> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "holdfast-mallory-"));
  const clock = createTestClock();
  const start = async (port: number) => {
    const mallory = createMallory({
      createLie: input.createLie ?? HONEST,
      isWithholding: input.isWithholding ?? false,
      isHidingLeaves: input.isHidingLeaves ?? false,
      dataDir,
    });
    const product = await startProduct({
      options: optionsOf(dataDir, port),
      version: "test",
      outDir: dataDir,
      decorate: (honest) => {
        const environment = { ...honest.environment, clock: clock.now };
        const composition = { ...honest, environment, admit: () => true };
        return mallory.decorate(input.decorate?.(composition) ?? composition);
      },
    });
    return { mallory, product };
  };
  let running = await start(0);
  const stop = async () => {
    await running.product.close();
    await running.mallory.close();
  };
  const restart = async (between: () => Promise<void>) => {
    const port = running.product.apiPort;
    await stop();
    await between();
    running = await start(port);
  };
  return {
    get product() {
      return running.product;
    },
    get mallory() {
      return running.mallory;
    },
    clock,
    deployment: () => unwrap(parseDeployment(readFileSync(running.product.deploymentFile, "utf8"))),
    dataDir,
    seal: async () => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        if ((await running.product.sealNow()).type === "anchored") return;
      }
      throw new Error("the epoch was not anchored");
    },
    nextBlocks: async (count) => {
      const target = (await newestHeight(running.product.apiOrigin)) + count;
      while ((await newestHeight(running.product.apiOrigin)) < target) await delay(HEARTBEAT_MS / 2);
    },
    restart: () => restart(async () => undefined),
    restartAfter: restart,
    height: () => newestHeight(running.product.apiOrigin),
    restartWithNewKey: () => restart(() => rm(path.join(dataDir, "instance"), { recursive: true })),
    close: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A lying epoch record is anchored at the sealer's second try. */
const MAX_ATTEMPTS = 3;

async function newestHeight(api: string): Promise<number> {
  const status: unknown = await (await fetch(`${api}/ledger/status`)).json();
  return Number(v.parse(statusSchema, status).result.sync_info.latest_block_height);
}

const statusSchema = v.object({
  result: v.object({ sync_info: v.object({ latest_block_height: v.string() }) }),
});

function optionsOf(dataDir: string, port: number): ProductOptions {
  return {
    server: {
      dataDir,
      host: "127.0.0.1",
      port,
      databaseUrl: null,
      bootstrapToken: null,
      epochLengthMs: EPOCH_MS,
    },
    appOrigin: "http://localhost:3000",
    appPort: null,
    idleEpochMs: IDLE_EPOCH_MS,
    heartbeatMs: HEARTBEAT_MS,
    logLevel: "silent",
    metricsToken: null,
  };
}

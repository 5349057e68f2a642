import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Composition } from "#server/main.ts";
import { startAppHost } from "../../scripts/app-host.mjs";
import type { ProductOptions } from "../../scripts/start/options.ts";
import { type Product, startProduct } from "../../scripts/start/product.ts";

export interface WorldInput {
  /** Shorter than in the product, so that seals come while a journey runs. */
  readonly epochLengthMs?: number;
  readonly decorate?: (composition: Composition, dataDir: string) => Composition;
}

/** The built app and a real server, each on its own origin, with one data folder that outlives both. */
export interface ProductWorld {
  readonly appOrigin: string;
  readonly apiOrigin: string;
  readonly dataDir: string;
  /** Seals an epoch now instead of when it is due. */
  readonly sealNow: () => Promise<void>;
  /** The server goes away; the app's own host stays. */
  readonly stopServer: () => Promise<void>;
  /** The server comes back on the same port with the same data. */
  readonly startServer: () => Promise<void>;
  /** Removes the data as well. */
  readonly close: () => Promise<void>;
}

const outDir = path.resolve(import.meta.dirname, "../../out");

export async function startWorld(input: WorldInput = {}): Promise<ProductWorld> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "holdfast-journey-"));
  const start = (appOrigin: string | null, apiPort: number): Promise<Product> =>
    startProduct({
      options: optionsOf(input, dataDir, appOrigin, apiPort),
      version: "test",
      outDir,
      decorate: (composition) => input.decorate?.(composition, dataDir) ?? composition,
    });
  // The server has to know the app's origin, and the app's host the server's file: the port comes first.
  const first = await start(null, 0);
  if (first.appOrigin === null) throw new Error("the product serves its app here");
  const { appOrigin, apiOrigin, apiPort, deploymentFile } = first;
  await first.close();
  const app = await startAppHost({
    outDir,
    deployment: deploymentFile,
    port: Number(new URL(appOrigin).port),
  });
  let server: Product | undefined = await start(appOrigin, apiPort);
  const stopServer = async (): Promise<void> => {
    await server?.close();
    server = undefined;
  };
  return {
    appOrigin,
    apiOrigin,
    dataDir,
    sealNow: async () => {
      if (!server) throw new Error("the server is stopped");
      await server.sealNow();
    },
    stopServer,
    startServer: async () => {
      server = await start(appOrigin, apiPort);
    },
    close: async () => {
      await app.close();
      await stopServer();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const EPOCH_LENGTH_MS = 1500;
const HEARTBEAT_MS = 1000;
/** Longer than any journey: what is sealed after the start was sealed because something was done. */
const IDLE_EPOCH_MS = 600_000;

function optionsOf(
  { epochLengthMs = EPOCH_LENGTH_MS }: WorldInput,
  dataDir: string,
  appOrigin: string | null,
  apiPort: number,
): ProductOptions {
  return {
    server: {
      dataDir,
      host: "127.0.0.1",
      port: apiPort,
      databaseUrl: null,
      bootstrapToken: null,
      epochLengthMs,
    },
    appOrigin,
    appPort: appOrigin === null ? 0 : null,
    idleEpochMs: IDLE_EPOCH_MS,
    heartbeatMs: HEARTBEAT_MS,
    logLevel: "silent",
    metricsToken: null,
  };
}

import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { TrustAnchor } from "#protocol/comet/trust-anchor.ts";
import { nativeSha256 } from "#server/block-store/native-sha256.ts";
import type { SealOutcome } from "#server/epoch/seal-epoch.ts";
import { createEventHub } from "#server/event/event-hub.ts";
import { createAdmission } from "#server/limits/admission.ts";
import { createStreamLimit } from "#server/limits/stream-limit.ts";
import { type Composition, startServer } from "#server/main.ts";
import { createLogger } from "#server/observability/logger.ts";
import { createMetrics, type Metrics } from "#server/observability/metrics.ts";
import { StoreUnusable } from "#server/store/store-error.ts";
import { startAppHost } from "../app-host.mjs";
import { type ConnectedParts, connectParts } from "./connect-parts.ts";
import type { ProductOptions } from "./options.ts";
import { StartFailed } from "./start-failed.ts";

export interface ProductInput {
  readonly options: ProductOptions;
  readonly version: string;
  /** Folder of the built app. */
  readonly outDir: string;
  /** Lines for the operator. */
  readonly say?: (line: string) => void;
  /** Parts that a test or the hostile server puts in place of the honest ones. */
  readonly decorate?: (composition: Composition) => Composition;
}

export interface Product {
  /** Null where no app is served. */
  readonly appOrigin: string | null;
  readonly apiOrigin: string;
  readonly apiPort: number;
  readonly deploymentFile: string;
  /** As deployment.json names it at first. */
  readonly anchor: TrustAnchor;
  /** Seals an epoch at once instead of when it is due. */
  readonly sealNow: () => Promise<SealOutcome>;
  readonly close: () => Promise<void>;
}

/**
 * The whole product in this process: ledger, server, app host. Throws `StartFailed` for everything that an
 * operator can mend, with nothing left running.
 */
export async function startProduct(input: ProductInput): Promise<Product> {
  const { options, outDir } = input;
  const appPort = options.appPort === 0 ? await findFreePort() : options.appPort;
  const appOrigin = options.appOrigin ?? `http://localhost:${String(appPort ?? 3000)}`;
  const running = await startApi(input, appOrigin);
  if (appPort === null) return running;
  try {
    const app = await startAppHost({ outDir, deployment: running.deploymentFile, port: appPort }).catch(
      (error: unknown) => {
        throw explainListening(error, appPort, "HOLDFAST_APP_PORT");
      },
    );
    const close = async (): Promise<void> => {
      await app.close();
      await running.close();
    };
    return { ...running, appOrigin, close };
  } catch (error) {
    await running.close();
    throw error;
  }
}

async function startApi(
  { options, version, say = () => undefined, decorate = (composition) => composition }: ProductInput,
  appOrigin: string,
): Promise<Product> {
  const logger = createLogger(options.logLevel);
  const streams = createStreamLimit({ total: 1000, perHolder: 4 });
  const metrics = createMetrics({ openStreams: streams.open });
  const hub = createEventHub({ runId: randomBytes(6).toString("hex") });
  const admit = createAdmission(Date.now);
  let tellOrigin: (origin: string) => void = () => undefined;
  const apiOrigin = new Promise<string>((resolve) => (tellOrigin = resolve));
  let connected: ConnectedParts | undefined;
  const suite = await createProductSuite();
  const server = await startServer(
    { ...options.server, appOrigin },
    decorate({
      suite: { ...suite, sha256: nativeSha256 },
      environment: { clock: Date.now, randomBytes: (length) => new Uint8Array(randomBytes(length)) },
      version,
      events: hub,
      connect: async (parts) => {
        connected = await connectParts({ options, apiOrigin, hub, streams, metrics, logger, say }, parts);
        return connected.connections;
      },
      admit: (request) => {
        const isAdmitted = admit(request);
        if (!isAdmitted) metrics.turnedAway();
        return isAdmitted;
      },
      onReply: metrics.request,
      onStep: timeGroups(metrics),
      // What keeps it from starting is thrown below.
      onError: (where, error) => {
        if (where !== "start") logger.error({ where, error }, "error");
      },
    }),
  ).catch((error: unknown) => {
    throw explainListening(error, options.server.port, "HOLDFAST_API_PORT");
  });
  const origin = `http://localhost:${server.port}`;
  tellOrigin(origin);
  try {
    await server.ready;
    if (!connected) throw new StartFailed("The server was stopped while it started.");
  } catch (error) {
    await server.close();
    throw explain(error);
  }
  const { deploymentFile, anchor, sealer } = connected;
  return {
    appOrigin: null,
    apiOrigin: origin,
    apiPort: server.port,
    deploymentFile,
    anchor,
    sealNow: sealer.sealNow,
    close: () => server.close(),
  };
}

/** Durations of the writer's transactions, from the steps it tells. */
function timeGroups({ groupCommitted }: Pick<Metrics, "groupCommitted">): Composition["onStep"] & object {
  let decided = { records: 0, atMs: 0 };
  return (step, jobs) => {
    if (step === "decided") decided = { records: jobs, atMs: performance.now() };
    else if (step === "remembered") groupCommitted(decided.records, performance.now() - decided.atMs);
  };
}

function explainListening(error: unknown, port: number, variable: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return new StartFailed(
      `Port ${port} is in use. Stop the program that has it, or choose another: ${variable}=${port + 10} npm start`,
    );
  }
  if (code === "EACCES") {
    return new StartFailed(
      `Port ${port} needs more rights than this user has. Choose one above 1023: ${variable}.`,
    );
  }
  return explain(error);
}

function explain(error: unknown): unknown {
  if (error instanceof StoreUnusable) return new StartFailed(error.message);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const words = typeof code === "string" ? DISK_WORDS[code] : undefined;
  return words === undefined ? error : new StartFailed(words);
}

const DISK_WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "The disk of the data folder is full. Make room and start again; nothing is lost.",
  EDQUOT: "The disk quota of the data folder is used up. Make room and start again; nothing is lost.",
  EROFS: "The data folder is on a disk that takes no writes. Mount it writable, or set HOLDFAST_DATA.",
  EIO: "The disk of the data folder reports errors. Check it (dmesg) before you start again.",
};

/** Free at this moment. The app's origin must be known before the API that names it starts. */
async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "localhost", resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

import type { Socket } from "node:net";
import { join } from "node:path";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { createBlockIntake } from "./block-store/block-intake.ts";
import type { CommandParts } from "./command/command-parts.ts";
import { createCommands } from "./command/commands.ts";
import type { ServedCommand } from "./command/served-command.ts";
import { NO_QUOTAS, type ServerConfig } from "./config.ts";
import { type AdmissionRequest, createHttpApp, type ExtraRoute, type HttpBudgets } from "./http/http-app.ts";
import { listen } from "./http/http-server.ts";
import { socketOf } from "./http/node-parts.ts";
import { type BodyPace, DEFAULT_BODY_PACE } from "./http/read-body.ts";
import { createByteBudget } from "./limits/byte-budget.ts";
import { createClientOf, createIsTrusted, networkOf } from "./limits/client-address.ts";
import { createConnectionLimit } from "./limits/connection-limit.ts";
import {
  ANONYMOUS_PART,
  ANONYMOUS_PART_PER_ADDRESS,
  DEFAULT_LIMITS,
  type ServerLimits,
} from "./limits/server-limits.ts";
import { type InstanceMemory, openInstanceMemory } from "./log/instance-memory.ts";
import { createInstanceSigner, type InstanceSigner } from "./log/instance-signer.ts";
import { createLogEngine, type LogEngine } from "./log/log-engine.ts";
import type { WriterStep } from "./log/writer.ts";
import type { Access, BlockStore, Environment, EpochTrees, EventHub, LedgerBundles } from "./ports.ts";
import { createAccess } from "./session/access.ts";
import { createSessions } from "./session/sessions.ts";
import { lockFolder } from "./store/folder-lock.ts";
import { openStore } from "./store/open-store.ts";
import type { Store } from "./store/store.ts";
import { StoreError } from "./store/store-error.ts";

/** What the composition gets to connect the rest of the server with. */
export interface ServerParts {
  readonly suite: CryptoSuite;
  readonly environment: Environment;
  readonly store: Store;
  readonly memory: InstanceMemory;
  readonly signer: InstanceSigner;
  readonly engine: LogEngine;
  readonly access: Access;
}

/** What commands need from the other parts. */
export interface Connections {
  readonly deployment: Bytes;
  readonly blockStore: BlockStore;
  readonly epochTrees: EpochTrees;
  readonly ledgerBundles: LedgerBundles;
  readonly routes: readonly ExtraRoute[];
  /** Why a part beside the database cannot work now; undefined while all can. */
  readonly fault?: () => string | undefined;
  /** Called once commands are served, as when the sealer may start. */
  readonly onServing: () => void;
  /** Called before the logs and the database are closed. */
  readonly close: () => Promise<void>;
}

/**
 * The parts of a server that are chosen from outside: by `npm start`, by tests, and by the hostile server of the
 * adversary tests, which decorates honest parts instead of switching anything in here.
 */
export interface Composition {
  readonly environment: Environment;
  readonly version: string;
  readonly events: EventHub;
  readonly connect: (parts: ServerParts) => Promise<Connections>;
  readonly suite?: CryptoSuite;
  readonly decorateStore?: (store: Store) => Store;
  readonly decorateSigner?: (signer: InstanceSigner) => InstanceSigner;
  readonly decorateEngine?: (engine: LogEngine) => LogEngine;
  readonly decorateCommands?: (
    commands: ReadonlyMap<string, ServedCommand>,
    parts: CommandParts,
  ) => ReadonlyMap<string, ServedCommand>;
  /** False turns a request away; everything is admitted without it. */
  readonly admit?: (request: AdmissionRequest) => boolean;
  readonly bodyPace?: BodyPace;
  readonly onReply?: (command: string, reply: string, durationMs: number) => void;
  readonly onStep?: (step: WriterStep, jobs: number) => void;
  /** `where` is a command's name or a part's. */
  readonly onError?: (where: string, error: unknown) => void;
}

export interface RunningServer {
  readonly port: number;
  /** Resolves when the database was reached and commands are served; rejects when that will never be. */
  readonly ready: Promise<void>;
  readonly close: () => Promise<void>;
}

/** Between two attempts to reach a database that is away at the start. */
const RETRY_MS = 1000;

/**
 * Listens at once. While the database cannot be reached every command is answered `databaseUnavailable`, and the
 * server goes on trying. Rejects with `StoreUnusable` when another server has the data folder.
 */
export async function startServer(config: ServerConfig, composition: Composition): Promise<RunningServer> {
  const { onError = () => undefined } = composition;
  const suite = composition.suite ?? (await createProductSuite());
  const lock = lockFolder(config.dataDir);
  const stopping = new AbortController();
  let serving: Serving | undefined;
  const limits = config.limits ?? DEFAULT_LIMITS;
  const isTrusted = createIsTrusted(limits.trustedProxies);
  const connections = createConnectionLimit({
    total: limits.maxConnections,
    perAddress: limits.maxConnectionsPerAddress,
  });
  const app = createHttpApp({
    appOrigin: config.appOrigin,
    commands: () => serving?.commands,
    routes: () => serving?.routes ?? [],
    checkHealth: async () => {
      if (!serving) throw new StoreError("the database has not been reached yet");
      await serving.checkHealth();
    },
    admit: composition.admit ?? (() => true),
    onReply: composition.onReply ?? (() => undefined),
    clientOf: createClientOf(isTrusted),
    onCaller: (context) => {
      const socket = socketOf(context);
      if (socket) connections.prove(socket);
    },
    budgets: createBudgets(limits),
    bodyPace: composition.bodyPace ?? DEFAULT_BODY_PACE,
    onError: (error) => onError("http", error),
  });
  const onConnection = (socket: Socket): void => {
    const address = socket.remoteAddress ?? "";
    connections.admit(socket, isTrusted(address) ? undefined : networkOf(address));
  };
  const listening = await listen(app, { host: config.host, port: config.port, onConnection }).catch(
    (error: unknown) => {
      lock.release();
      throw error;
    },
  );
  const ready = connectWithRetry(config, composition, suite, stopping.signal, onError).then((connected) => {
    serving = connected;
    connected?.onServing();
  });
  // Whoever does not wait for it still hears of it.
  ready.catch((error: unknown) => onError("start", error));
  return {
    port: listening.port,
    ready,
    close: async () => {
      stopping.abort();
      await ready.catch(() => undefined);
      const stopped = serving;
      serving = undefined;
      await stopped?.stopParts();
      await listening.close();
      await stopped?.closeStore();
      lock.release();
    },
  };
}

function createBudgets({ maxBytesInFlight, maxBytesInFlightPerCaller }: ServerLimits): HttpBudgets {
  const anonymousBytes = maxBytesInFlight * ANONYMOUS_PART;
  return {
    inFlight: createByteBudget({ total: maxBytesInFlight, perHolder: maxBytesInFlightPerCaller }),
    anonymous: createByteBudget({
      total: anonymousBytes,
      perHolder: anonymousBytes * ANONYMOUS_PART_PER_ADDRESS,
    }),
  };
}

interface Serving {
  readonly commands: ReadonlyMap<string, ServedCommand>;
  readonly routes: readonly ExtraRoute[];
  readonly checkHealth: () => Promise<void>;
  readonly onServing: () => void;
  readonly stopParts: () => Promise<void>;
  readonly closeStore: () => Promise<void>;
}

async function connectWithRetry(
  config: ServerConfig,
  composition: Composition,
  suite: CryptoSuite,
  signal: AbortSignal,
  onError: (where: string, error: unknown) => void,
): Promise<Serving | undefined> {
  while (!signal.aborted) {
    try {
      return await connect(config, composition, suite, onError);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      onError("database", error);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, RETRY_MS);
        signal.addEventListener("abort", () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
  return undefined;
}

async function connect(
  config: ServerConfig,
  composition: Composition,
  suite: CryptoSuite,
  onError: (where: string, error: unknown) => void,
): Promise<Serving> {
  const { environment, version, events, onStep } = composition;
  const { dataDir, databaseUrl } = config;
  const opened = await openStore(
    databaseUrl === null
      ? { kind: "sqlite", file: join(dataDir, "holdfast.sqlite") }
      : { kind: "postgres", url: databaseUrl, onIdleError: (error) => onError("database", error) },
  );
  let memory: InstanceMemory | undefined;
  try {
    const store = composition.decorateStore?.(opened) ?? opened;
    memory = await openInstanceMemory({
      suite,
      randomBytes: environment.randomBytes,
      file: join(dataDir, "instance"),
      databaseCommit: await store.commitNumber(),
    });
    const honestSigner = createInstanceSigner(suite, memory.secretKey);
    const signer = composition.decorateSigner?.(honestSigner) ?? honestSigner;
    const { clock } = environment;
    const honestEngine = await createLogEngine({
      suite,
      store,
      memory,
      signer,
      events,
      clock,
      ...(onStep ? { onStep } : {}),
    });
    const engine = composition.decorateEngine?.(honestEngine) ?? honestEngine;
    const sessions = createSessions(environment);
    const access = createAccess(suite, sessions, engine.reader);
    const connections = await composition.connect({
      suite,
      environment,
      store,
      memory,
      signer,
      engine,
      access,
    });
    const { deployment, blockStore, epochTrees, ledgerBundles, routes, onServing } = connections;
    const { bootstrapToken, epochLengthMs, quotas = NO_QUOTAS } = config;
    const blockIntake = createBlockIntake({ store, blockStore, quotas });
    const parts: CommandParts = {
      ...{
        suite,
        deployment,
        engine,
        store,
        sessions,
        access,
        blockStore,
        blockIntake,
        epochTrees,
        ledgerBundles,
      },
      ...{ bootstrapToken, epochLengthMs, clock, version, onError },
    };
    const honestCommands = createCommands(parts);
    const closeMemory = memory.close;
    return {
      commands: composition.decorateCommands?.(honestCommands, parts) ?? honestCommands,
      routes,
      checkHealth: async () => {
        await store.ping();
        const fault = connections.fault?.();
        if (fault !== undefined) throw new Error(fault);
      },
      onServing,
      stopParts: () => connections.close(),
      closeStore: async () => {
        await engine.idle();
        await closeMemory();
        await opened.close();
      },
    };
  } catch (error) {
    await memory?.close();
    await opened.close();
    throw error;
  }
}

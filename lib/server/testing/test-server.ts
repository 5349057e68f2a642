import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { openFileSystemBlockStore } from "../block-store/file-system-block-store.ts";
import type { ServerConfig } from "../config.ts";
import { createEpochTrees } from "../epoch/epoch-trees.ts";
import { type Composition, type RunningServer, type ServerParts, startServer } from "../main.ts";
import { HttpClient } from "./http-door.ts";

/** The whole server on a free port, without sealer and ledger: a test seals when it wants to. */
export interface TestServer {
  readonly server: RunningServer;
  readonly client: HttpClient;
  /** Set once the server is ready. */
  readonly parts: () => ServerParts;
  readonly errors: readonly string[];
  readonly close: () => Promise<void>;
}

export const APP_ORIGIN = "http://localhost:3000";

export async function startTestServer(input: {
  readonly suite: CryptoSuite;
  readonly folder: string;
  readonly deployment: Bytes;
  readonly config?: Partial<ServerConfig>;
  readonly composition?: Partial<Composition>;
}): Promise<TestServer> {
  const { suite, folder, deployment } = input;
  let parts: ServerParts | undefined;
  const errors: string[] = [];
  const server = await startServer(
    {
      dataDir: folder,
      host: "127.0.0.1",
      port: 0,
      appOrigin: APP_ORIGIN,
      databaseUrl: null,
      bootstrapToken: null,
      epochLengthMs: 60_000,
      ...input.config,
    },
    {
      suite,
      environment: { clock: Date.now, randomBytes: (length) => Uint8Array.from(randomBytes(length)) },
      version: "test",
      events: { publish: () => undefined },
      connect: async (given) => {
        parts = given;
        return {
          deployment,
          blockStore: await openFileSystemBlockStore({
            folder: join(folder, "blocks"),
            sha256: suite.sha256,
          }),
          epochTrees: createEpochTrees(suite, given.engine.epochLogs),
          ledgerBundles: { bundle: async () => undefined },
          routes: [],
          onServing: () => undefined,
          close: async () => undefined,
        };
      },
      onError: (where, error) => errors.push(`${where}: ${String(error)}`),
      ...input.composition,
    },
  );
  return {
    server,
    client: new HttpClient(`http://127.0.0.1:${server.port}`),
    parts: () => {
      if (!parts) throw new Error("the server is not ready");
      return parts;
    },
    errors,
    close: () => server.close(),
  };
}

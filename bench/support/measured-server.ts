import { join } from "node:path";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { openStore } from "#server/store/open-store.ts";
import { startProduct } from "../../scripts/start/product.ts";
import { createPlainRoute } from "./plain-store.ts";

/**
 * The child process of `server-operations`: the whole product as `npm start` runs it, with one route more. Its
 * limit on requests from one address is lifted, since here one address is many devices.
 *
 * Arguments: data folder; database URL and the plain route's one, or nothing for SQLite.
 */
export interface ServerStarted {
  readonly apiOrigin: string;
  readonly deploymentHex: string;
  readonly instanceKeyHex: string;
}

/** Answer to the message `cpu`. */
export interface ServerCpu {
  readonly cpuMs: number;
}

const [dataDir = "", databaseUrl, plainUrl] = process.argv.slice(2);
let instanceKey: Bytes | undefined;
const plain = await openStore(
  plainUrl === undefined
    ? { kind: "sqlite", file: join(dataDir, "plain.sqlite") }
    : {
        kind: "postgres",
        url: plainUrl,
        onIdleError: (error) => {
          throw error;
        },
      },
);
const plainRoute = await createPlainRoute(await createProductSuite(), plain);
const product = await startProduct({
  options: {
    server: {
      dataDir,
      host: "127.0.0.1",
      port: 0,
      databaseUrl: databaseUrl ?? null,
      bootstrapToken: null,
      epochLengthMs: 3_600_000,
    },
    appOrigin: null,
    appPort: null,
    idleEpochMs: 3_600_000,
    heartbeatMs: 60_000,
    logLevel: "error",
    metricsToken: null,
  },
  version: "bench",
  outDir: "",
  decorate: (composition) => ({
    ...composition,
    admit: () => true,
    connect: async (parts) => {
      instanceKey = parts.signer.verifyKey;
      const connections = await composition.connect(parts);
      return { ...connections, routes: [...connections.routes, plainRoute] };
    },
  }),
});
if (!instanceKey) throw new Error("the server started without an instance key");
const started: ServerStarted = {
  apiOrigin: product.apiOrigin,
  deploymentHex: toHex(product.anchor.deploymentId),
  instanceKeyHex: toHex(instanceKey),
};
process.on("message", (message) => {
  if (message === "cpu") {
    const { user, system } = process.cpuUsage();
    const answer: ServerCpu = { cpuMs: (user + system) / 1000 };
    process.send?.(answer);
    return;
  }
  void product
    .close()
    .then(() => plain.close())
    .then(() => process.disconnect());
});
process.send?.(started);

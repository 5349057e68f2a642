import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deployment } from "#client/transport/deployment.ts";
import { parseDeployment } from "#client/transport/deployment.ts";
import { unwrap } from "#protocol/result.ts";
import type { Composition } from "#server/main.ts";
import { type Product, startProduct } from "../../scripts/start/product.ts";

export interface TestProduct extends Product {
  readonly deployment: Deployment;
  /** Stops it and removes its data. */
  readonly end: () => Promise<void>;
}

/** The whole product on free ports with data of its own; epochs are sealed by hand. */
export async function startTestProduct(
  decorate?: (composition: Composition) => Composition,
): Promise<TestProduct> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "holdfast-"));
  const product = await startProduct({
    options: {
      server: {
        dataDir,
        host: "127.0.0.1",
        port: 0,
        databaseUrl: null,
        bootstrapToken: null,
        epochLengthMs: 3_600_000,
      },
      appOrigin: null,
      appPort: null,
      idleEpochMs: 3_600_000,
      heartbeatMs: 1000,
      logLevel: "silent",
      metricsToken: null,
    },
    version: "test",
    outDir: dataDir,
    ...(decorate ? { decorate } : {}),
  });
  return {
    ...product,
    deployment: unwrap(parseDeployment(readFileSync(product.deploymentFile, "utf8"))),
    end: async () => {
      await product.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startAppHost } from "../../scripts/app-host.mjs";

export interface RunningApp {
  readonly origin: string;
  close(): Promise<void>;
}

const deploymentFixture = {
  version: 1,
  api: "http://localhost:3001",
  instances: ["http://localhost:3001"],
  stores: [],
  validators: [],
  ledger: {
    engine: "devchain",
    chainId: "shell-fixture",
    height: "1",
    headerHash: "5a".repeat(32),
    deploymentId: "c3".repeat(32),
  },
};

/** Serves the built app on a free port, with a deployment file of its own; `ledger` takes the place of its anchor. */
export async function startApp(ledger: object = deploymentFixture.ledger): Promise<RunningApp> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-app-"));
  const deployment = path.join(folder, "deployment.json");
  await writeFile(deployment, JSON.stringify({ ...deploymentFixture, ledger }));
  const host = await startAppHost({
    outDir: path.resolve(import.meta.dirname, "../../out"),
    deployment,
    port: 0,
  });
  return {
    origin: host.origin,
    close: async () => {
      await host.close();
      await rm(folder, { recursive: true });
    },
  };
}

import path from "node:path";
import { createDevchain, type Devchain } from "#ledger/devchain/devchain.ts";
import { createLedgerPort } from "#ledger/port.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import type { TrustAnchor } from "#protocol/comet/trust-anchor.ts";
import { openFileSystemBlockStore } from "#server/block-store/file-system-block-store.ts";
import { nativeSha256 } from "#server/block-store/native-sha256.ts";
import { answerChallenges } from "#server/epoch/answer-challenges.ts";
import { createEpochTrees } from "#server/epoch/epoch-trees.ts";
import { createSealer, type Sealer } from "#server/epoch/sealer.ts";
import type { ReadableEventHub } from "#server/event/event-hub.ts";
import { createEventRoute } from "#server/event/event-route.ts";
import type { StreamLimit } from "#server/limits/stream-limit.ts";
import type { Connections, ServerParts } from "#server/main.ts";
import type { createLogger } from "#server/observability/logger.ts";
import { shortHex } from "#server/observability/logger.ts";
import { meterBlockStore } from "#server/observability/metered-block-store.ts";
import type { Metrics } from "#server/observability/metrics.ts";
import { createMetricsRoute } from "#server/observability/metrics-route.ts";
import { createLedgerBundles } from "#server/proxy/ledger-bundles.ts";
import { createLedgerRoute } from "#server/proxy/ledger-route.ts";
import { ensureDeploymentFile } from "./deployment-file.ts";
import { type Governance, openGovernance } from "./governance-file.ts";
import type { ProductOptions } from "./options.ts";
import { ensureRegistered } from "./register-deployment.ts";
import { createAnchorRenewal } from "./renew-anchor.ts";

export interface ConnectInput {
  readonly options: ProductOptions;
  /** Known once the API listens. */
  readonly apiOrigin: Promise<string>;
  readonly hub: ReadableEventHub;
  readonly streams: StreamLimit;
  readonly metrics: Metrics;
  readonly logger: ReturnType<typeof createLogger>;
  readonly say: (line: string) => void;
}

export interface ConnectedParts {
  readonly connections: Connections;
  readonly chain: Devchain;
  readonly sealer: Sealer;
  readonly anchor: TrustAnchor;
  readonly deploymentFile: string;
}

/**
 * Everything around the logs on one machine: local ledger, registration, deployment.json, blocks in files, sealer,
 * routes. All of it lives in the data folder, which this process has locked by now.
 */
export async function connectParts(input: ConnectInput, parts: ServerParts): Promise<ConnectedParts> {
  const { dataDir } = input.options.server;
  const governance = await openGovernance(
    path.join(dataDir, "governance.json"),
    parts.environment.randomBytes,
  );
  const chain = createDevchain({
    suite: parts.suite,
    dir: path.join(dataDir, "ledger"),
    chainId: governance.chainId,
    heartbeatMs: input.options.heartbeatMs,
    randomBytes: parts.environment.randomBytes,
    nowMs: parts.environment.clock,
    onDisk: (fault) => {
      if (fault)
        input.logger.error({ error: fault }, "the disk takes no block of the local ledger; trying again");
      else input.logger.info("the local ledger goes on");
    },
  });
  try {
    return await connectTo(input, parts, governance, chain);
  } catch (error) {
    chain.close();
    throw error;
  }
}

async function connectTo(
  { options, apiOrigin, hub, streams, metrics, logger, say }: ConnectInput,
  { suite, environment, memory, signer, engine, access, store }: ServerParts,
  governance: Governance,
  chain: Devchain,
): Promise<ConnectedParts> {
  const { dataDir, epochLengthMs } = options.server;
  const { idleEpochMs: idleEpochLengthMs } = options;
  const ledger = createLedgerPort(suite, chain);
  const origin = await apiOrigin;
  const deployment = await ensureRegistered({
    suite,
    ledger,
    governance,
    instanceSecretKey: memory.secretKey,
    origin,
    policy: { threshold: 1, epochLengthMs, idleEpochLengthMs },
    file: path.join(dataDir, "registration.cbor"),
  });
  const first = chain.firstHeader();
  const anchor: TrustAnchor = {
    chainId: governance.chainId,
    height: BigInt(first.height),
    headerHash: first.headerHash,
    deploymentId: deployment,
  };
  const deploymentFile = path.join(dataDir, "deployment.json");
  await ensureDeploymentFile(
    deploymentFile,
    {
      api: origin,
      ledger: {
        engine: "devchain",
        chainId: anchor.chainId,
        height: String(anchor.height),
        headerHash: toHex(anchor.headerHash),
        deploymentId: toHex(deployment),
        earlier: [],
      },
    },
    say,
  );
  const renewal = createAnchorRenewal({
    ...{ suite, chain, file: deploymentFile, nowMs: environment.clock, schedule: scheduleTimeout },
    onError: (error) => logger.error({ error }, "deployment.json could not be renewed; trying again"),
  });
  await renewal.start();
  const blockStore = await openFileSystemBlockStore({
    folder: path.join(dataDir, "blocks"),
    sha256: nativeSha256,
    onDamaged: () => {
      metrics.blockDamaged();
      logger.error("a block's bytes have changed on the disk; it was set aside");
    },
  });
  const epochTrees = createEpochTrees(suite, engine.epochLogs);
  const sealer = createSealer({
    suite,
    chainId: governance.chainId,
    deployment,
    instanceKey: signer.verifyKey,
    logs: engine.epochLogs,
    trees: epochTrees,
    ledgerPosition: () => newestPosition(suite, chain),
    answerChallenges: (epoch, root) =>
      answerChallenges(
        {
          ...{ suite, ledger, deployment, reader: engine.reader, trees: epochTrees },
          checkpointUpTo: store.checkpointUpTo,
        },
        epoch,
        root,
      ),
    publish: (transaction) => ledger.publish(transaction),
    onStep: (step) => metrics.sealStep(step),
    epochLengthMs,
    idleEpochLengthMs,
    clock: () => performance.now(),
    schedule: scheduleTimeout,
    onOutcome: (outcome) => {
      metrics.seal(outcome.type);
      switch (outcome.type) {
        case "anchored":
          metrics.epochs(engine.epochLogs.openEpoch(), Date.now());
          hub.publishSealed(outcome.epoch);
          logger.debug({ epoch: outcome.epoch, height: outcome.height }, "epoch anchored");
          break;
        case "failed":
          logger.error({ error: outcome.error }, "a seal failed; trying again");
          break;
        case "notSigned":
        case "ledgerUnavailable":
        case "ledgerRefused":
        case "recordContradicted":
          logger.error({ outcome }, "an epoch could not be anchored; trying again");
          break;
      }
    },
  });
  const ledgerRoute = createLedgerRoute(ledger);
  const connections: Connections = {
    deployment,
    blockStore: meterBlockStore(blockStore, metrics),
    epochTrees,
    ledgerBundles: createLedgerBundles(ledger, deployment, (error) =>
      logger.error({ error }, "the ledger gave no bundle"),
    ),
    routes: [
      { method: "POST", path: "/v1/events", handle: createEventRoute({ hub, access, limit: streams }) },
      { method: "GET", path: "/ledger/:method", handle: ledgerRoute },
      { method: "POST", path: "/ledger/:method", handle: ledgerRoute },
      { method: "GET", path: "/metrics", handle: createMetricsRoute(metrics, options.metricsToken) },
    ],
    fault: () => chain.diskFault()?.message,
    onServing: () => sealer.start(),
    close: async () => {
      await sealer.stop();
      await renewal.stop();
      chain.close();
    },
  };
  logger.info({ deployment: shortHex(deployment), isNewKey: memory.isNewKey }, "connected");
  return { connections, chain, sealer, anchor, deploymentFile };
}

async function newestPosition(suite: ServerParts["suite"], chain: Devchain) {
  const height = await chain.newestHeight();
  const block = await chain.lightBlock(height);
  if (!block) throw new Error(`the ledger has no block ${height}`);
  return { height, headerHash: hashHeader(suite, block.header) };
}

function scheduleTimeout(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

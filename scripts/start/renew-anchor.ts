import { MAX_EARLIER_ANCHORS } from "#client/transport/deployment.ts";
import type { Devchain, Schedule } from "#ledger/devchain/devchain.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import type { LightBlock } from "#protocol/comet/types.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { readOwnDeploymentFile, writeDeploymentFile } from "./deployment-file.ts";

export interface AnchorRenewalOptions {
  readonly suite: CryptoSuite;
  readonly chain: Pick<Devchain, "newestHeight" | "lightBlock">;
  /** Path of deployment.json. */
  readonly file: string;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  readonly schedule: Schedule;
  readonly onError: (error: unknown) => void;
}

export interface AnchorRenewal {
  /** Renews if it is due, and from then on by itself. */
  readonly start: () => Promise<void>;
  /** Resolves when a look at the file that has begun is over. */
  readonly settled: () => Promise<void>;
  /** The same, for good. */
  readonly stop: () => Promise<void>;
}

/**
 * Light clients trust a header for 30 days, so a deployment.json that names the first one is worth nothing to a new
 * device a month later. Once a week it gets the newest header instead, and keeps the one before among the earlier ones;
 * as long as this program alone has written it. Where an operator has edited it, the anchors are the operator's to choose.
 */
export function createAnchorRenewal(options: AnchorRenewalOptions): AnchorRenewal {
  const { schedule, onError } = options;
  let cancel: () => void = () => undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  const run = async (): Promise<void> => {
    const isDone = await renewAnchor(options).catch((error: unknown) => {
      onError(error);
      return false;
    });
    if (isStopped) return;
    cancel = schedule(
      () => {
        running = run();
      },
      isDone ? CHECK_MS : RETRY_MS,
    );
  };

  return {
    start: () => {
      running = run();
      return running;
    },
    settled: () => running,
    stop: async () => {
      isStopped = true;
      cancel();
      await running;
    },
  };
}

/** False while there is nothing newer to name: after a long sleep the ledger's next block is still to come. */
async function renewAnchor({ suite, chain, file, nowMs }: AnchorRenewalOptions): Promise<boolean> {
  const own = await readOwnDeploymentFile(file);
  if (!own) return true;
  const { height, headerHash } = own.ledger;
  const named = await chain.lightBlock(Number(height));
  // Nobody but an operator could have named a header that this ledger does not have.
  if (!named || toHex(hashHeader(suite, named.header)) !== headerHash) return true;
  if (!isOld(named, nowMs())) return true;
  const newest = await chain.lightBlock(await chain.newestHeight());
  if (!newest || newest.header.height <= named.header.height) return false;
  const before = { height, headerHash };
  const ledger = {
    ...own.ledger,
    earlier: [before, ...own.ledger.earlier].slice(0, MAX_EARLIER_ANCHORS),
    height: String(newest.header.height),
    headerHash: toHex(hashHeader(suite, newest.header)),
  };
  await writeDeploymentFile(file, { ...own, ledger });
  return !isOld(newest, nowMs());
}

function isOld({ header }: LightBlock, nowMs: number): boolean {
  return nowMs - Number(header.time.seconds) * 1000 >= RENEWED_AFTER_MS;
}

const RENEWED_AFTER_MS = 7 * 86_400_000;
const CHECK_MS = 6 * 3_600_000;
const RETRY_MS = 10_000;

import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import { unwrap } from "#protocol/result.ts";
import { createEpochTrees } from "../epoch/epoch-trees.ts";
import type { Checkpoint, EpochLogs } from "../ports.ts";
import type { World } from "./world.ts";

/**
 * Closes the open epoch as the sealer would, without a ledger, and lets everybody in the world know of it.
 */
export async function sealEpoch(
  world: World,
  logs: EpochLogs,
  deployment: Bytes,
): Promise<readonly Checkpoint[]> {
  const epoch = logs.openEpoch();
  await logs.raiseEpoch({ epoch, ledgerHeight: epoch + 1, ledgerHash: new Uint8Array(32).fill(epoch) });
  const checkpoints = await logs.closeLogs(epoch);
  await recordEpoch(world, logs, deployment, epoch);
  return checkpoints;
}

/** Only the record of an epoch that was raised before. */
export async function recordEpoch(
  world: World,
  logs: EpochLogs,
  deployment: Bytes,
  epoch: number,
): Promise<void> {
  const previous = epoch > 0 ? (await logs.epochRecord(epoch - 1))?.recordHash : undefined;
  const stored = await logs.storeEpochRecord(
    encodeEpochRecord({
      v: 1,
      deployment,
      epoch,
      previous: previous ?? new Uint8Array(32),
      root: await createEpochTrees(world.suite, logs).close(epoch, await logs.closeLogs(epoch)),
    }),
  );
  unwrap(await logs.signEpochRecord(epoch));
  world.sealed.epoch = epoch;
  world.sealed.hash = stored.recordHash;
}

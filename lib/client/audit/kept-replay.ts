import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { ReplayPart } from "#protocol/log/replay-part.ts";
import { putRow, removeRow, type SealedChange } from "../storage/sealed-rows.ts";
import type { AuditContext } from "./audit-context.ts";
import { createReplay, type PreparedReplay } from "./log-replays.ts";
import { PROGRESS, REPLAY_PARTS } from "./tables.ts";

/** A replay of a workspace's log that goes on where an earlier one, perhaps before the last lock, had stopped. */
export interface KeptReplay extends PreparedReplay {
  /** Leaves up to here need not be fetched and replayed again. */
  keptSize: number;
}

/** From what is kept: each part must lead to the map root of its own last stamp. */
export async function loadReplay(
  { host, pause }: Pick<AuditContext, "host" | "pause">,
  log: Bytes,
): Promise<KeptReplay> {
  const prepared = createReplay(host, log);
  const { replay } = prepared;
  for (;;) {
    const part = await host.rows.get(REPLAY_PARTS, log, replay.size);
    if (!part) return { ...prepared, keptSize: replay.size };
    await pause();
    if (!replay.resume(part)) return { ...createReplay(host, log), keptSize: 0 };
  }
}

/** What was replayed since the last time; to be called once it is proven to belong under a seal. */
export async function keepReplay(
  { host }: Pick<AuditContext, "host">,
  log: Bytes,
  kept: KeptReplay,
): Promise<void> {
  const { replay, keptSize } = kept;
  if (replay.log.kind !== "workspace" || keptSize >= replay.size) return;
  const part: ReplayPart = replay.partSince(keptSize);
  await host.rows.write([putRow(REPLAY_PARTS, [log, keptSize], part)]);
  kept.keptSize = replay.size;
}

/** It led to another history than the sealed one: the next replay begins at the first leaf. */
export async function forgetReplay({ host }: Pick<AuditContext, "host">, log: Bytes): Promise<void> {
  const changes: SealedChange[] = [];
  for (let from = 0; ; ) {
    const part = await host.rows.get(REPLAY_PARTS, log, from);
    if (!part) break;
    changes.push(removeRow(REPLAY_PARTS, [log, from]));
    from += part.leafHashes.length / HASH_BYTES;
  }
  const progress = await host.rows.get(PROGRESS, log);
  if (progress) changes.push(putRow(PROGRESS, [log], { ...progress, replayed: null, isReplayFull: false }));
  await host.rows.write(changes);
}

const HASH_BYTES = 32;

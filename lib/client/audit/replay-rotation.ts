import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { putRow } from "../storage/sealed-rows.ts";
import type { AuditContext, AuditFault } from "./audit-context.ts";
import { LEAVES_PER_SLICE, MAX_REPLAYED_LEAVES } from "./find-invalid-leaf.ts";
import { createReplay, fetchLeaves, type PreparedReplay } from "./log-replays.ts";
import { CHECKPOINTS, type CheckpointRow, PROGRESS } from "./tables.ts";

/** Checks E6 to E8 by rotation: other people's operations too, a bounded number of leaves at a time. */
export interface ReplayRotation {
  /** Goes on with the first log that needs it, else with the one whose replay is the furthest behind. */
  readonly turn: (logs: readonly Bytes[], first: readonly Bytes[]) => Promise<ReplayTurn>;
  /** Whether every leaf up to the log's newest checkpoint went through; true for logs that are too long for it. */
  readonly isThrough: (log: Bytes) => Promise<boolean>;
}

type ReplayTurn =
  | { readonly type: "advanced" }
  | { readonly type: "failed"; readonly log: Bytes; readonly fault: AuditFault };

export function createReplayRotation(context: AuditContext): ReplayRotation {
  const { host, pause } = context;
  /** In memory, and so from the first leaf again after each unlock: a replay is worth the state it has verified itself. */
  const replays = new Map<string, PreparedReplay>();
  const replayOf = (log: Bytes): PreparedReplay => {
    const known = replays.get(toHex(log)) ?? createReplay(host, log);
    replays.set(toHex(log), known);
    return known;
  };

  /** The name of a fault; undefined if there is none so far. */
  const goOn = async (log: Bytes, target: CheckpointRow): Promise<string | undefined> => {
    const { replay, append } = replayOf(log);
    let left = MAX_LEAVES_PER_TURN;
    while (replay.size < target.size && left > 0) {
      const fetched = await fetchLeaves(host, log, replay.size, Math.min(target.size, replay.size + left));
      if (!fetched.ok) return undefined;
      for (const leaf of fetched.value) {
        if (left-- % LEAVES_PER_SLICE === 0) await pause();
        const appended = await append(leaf);
        if (appended.ok) continue;
        const { error } = appended;
        if (error.type === "unanswered" || error.type === "OrganizationBehind") return undefined;
        replays.delete(toHex(log));
        return error.type;
      }
    }
    if (replay.size < target.size) return undefined;
    if (!equalBytes(replay.root(target.size), target.root)) {
      replays.delete(toHex(log));
      return "ReplayedRootDiffers";
    }
    const progress = await host.rows.get(PROGRESS, log);
    if (progress && progress.replayedSize !== target.size) {
      await host.rows.write([putRow(PROGRESS, [log], { ...progress, replayedSize: target.size })]);
    }
    return undefined;
  };

  return {
    isThrough: async (log) => {
      const target = (await host.rows.list(CHECKPOINTS, log)).at(-1);
      if (!target || target.size > MAX_REPLAYED_LEAVES) return true;
      return (replays.get(toHex(log))?.replay.size ?? 0) >= target.size;
    },
    turn: async (logs, first) => {
      let furthest:
        | { readonly log: Bytes; readonly target: CheckpointRow; readonly missing: number }
        | undefined;
      for (const log of logs) {
        const target = (await host.rows.list(CHECKPOINTS, log)).at(-1);
        if (!target || target.size > MAX_REPLAYED_LEAVES) continue;
        const behind = target.size - (replays.get(toHex(log))?.replay.size ?? 0);
        const isFirst = behind > 0 && first.some((urgent) => equalBytes(urgent, log));
        const missing = isFirst ? Number.POSITIVE_INFINITY : behind;
        if (missing > (furthest?.missing ?? 0)) furthest = { log, target, missing };
      }
      if (!furthest) return { type: "advanced" };
      const { log, target } = furthest;
      const detail = await goOn(log, target);
      if (detail === undefined) return { type: "advanced" };
      const { slot } = target;
      const fault: AuditFault = {
        check: "I3",
        detail,
        epoch: slot.epoch,
        slot,
        notes: [],
        subject: { type: "none" },
        needsReplay: true,
      };
      return { type: "failed", log, fault };
    },
  };
}

const MAX_LEAVES_PER_TURN = 2_000;

import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { putRow } from "../storage/sealed-rows.ts";
import type { AuditContext, AuditFault } from "./audit-context.ts";
import { LEAVES_PER_SLICE, MAX_REPLAYED_LEAVES } from "./find-invalid-leaf.ts";
import { createReplay, fetchLeaves, leafHashOfBytes, type PreparedReplay } from "./log-replays.ts";
import { CHECKPOINTS, type CheckpointRow, PROGRESS } from "./tables.ts";

/** Checks E6 to E8 by rotation: other people's operations too, a bounded number of leaves at a time. */
export interface ReplayRotation {
  /** Goes on with the first log that needs it, else with the one whose replay is the furthest behind. */
  readonly turn: (logs: readonly Bytes[], first: readonly Bytes[]) => Promise<ReplayTurn>;
  /** Whether every leaf up to the log's newest checkpoint went through; true for logs that are too long for it. */
  readonly isThrough: (log: Bytes) => Promise<boolean>;
}

interface ReplayFault {
  readonly check: AuditFault["check"];
  readonly detail: string;
  readonly subject: AuditFault["subject"];
}

interface Rotated extends PreparedReplay {
  /** Of the stamp of each leaf. */
  readonly epochs: number[];
}

type ReplayTurn =
  | { readonly type: "advanced" }
  | { readonly type: "failed"; readonly log: Bytes; readonly fault: AuditFault };

export function createReplayRotation(context: AuditContext): ReplayRotation {
  const { host, pause } = context;
  /** In memory, and so from the first leaf again after each unlock: a replay is worth the state it has verified itself. */
  const replays = new Map<string, Rotated>();
  const replayOf = (log: Bytes): Rotated => {
    const known = replays.get(toHex(log)) ?? { ...createReplay(host, log), epochs: [] };
    replays.set(toHex(log), known);
    return known;
  };

  /**
   * The log grew from each kept checkpoint on in later epochs than the one that was sealed with it: whoever saw that
   * seal could rely on nothing more being added to its epoch. Asked of every leaf once the seal over them is reached.
   */
  const findBeyondSeal = async (log: Bytes, target: CheckpointRow): Promise<ReplayFault | undefined> => {
    const { replay, epochs } = replayOf(log);
    const detail = "LeafBeyondSeal";
    for (const { size: index, slot } of await host.rows.list(CHECKPOINTS, log)) {
      const stamped = index < target.size ? epochs[index] : undefined;
      if (stamped === undefined || stamped > slot.epoch) continue;
      const fetched = await fetchLeaves(host, log, index, index + 1);
      const leaf = fetched.ok ? fetched.value[0] : undefined;
      const isSame =
        leaf !== undefined && equalBytes(leafHashOfBytes(host.suite, leaf), replay.leafHash(index));
      if (!isSame) return { check: "E4", detail, subject: { type: "none" } };
      const inclusionPath = replay.inclusionPath(index, target.size);
      const subject = {
        type: "beyondSeal",
        leaf: { leaf, index, inclusionPath },
        epoch: slot.epoch,
      } as const;
      return { check: "E4", detail, subject };
    }
    return undefined;
  };

  /** Undefined if there is no fault so far. */
  const goOn = async (log: Bytes, target: CheckpointRow): Promise<ReplayFault | undefined> => {
    const { replay, append, epochs } = replayOf(log);
    let left = MAX_LEAVES_PER_TURN;
    while (replay.size < target.size && left > 0) {
      const fetched = await fetchLeaves(host, log, replay.size, Math.min(target.size, replay.size + left));
      if (!fetched.ok) return undefined;
      for (const leaf of fetched.value) {
        if (left-- % LEAVES_PER_SLICE === 0) await pause();
        const appended = await append(leaf);
        if (appended.ok) {
          epochs.push(replay.lastStamp?.epoch ?? 0);
          continue;
        }
        const { error } = appended;
        if (error.type === "unanswered" || error.type === "OrganizationBehind") return undefined;
        replays.delete(toHex(log));
        return { check: "I3", detail: error.type, subject: { type: "none" } };
      }
    }
    if (replay.size < target.size) return undefined;
    if (!equalBytes(replay.root(target.size), target.root)) {
      replays.delete(toHex(log));
      return { check: "I3", detail: "ReplayedRootDiffers", subject: { type: "none" } };
    }
    const beyond = await findBeyondSeal(log, target);
    if (beyond) {
      replays.delete(toHex(log));
      return beyond;
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
      const found = await goOn(log, target);
      if (!found) return { type: "advanced" };
      const { slot } = target;
      const fault: AuditFault = {
        ...found,
        epoch: slot.epoch,
        slot,
        notes: [],
        needsReplay: true,
      };
      return { type: "failed", log, fault };
    },
  };
}

const MAX_LEAVES_PER_TURN = 2_000;

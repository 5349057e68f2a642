import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { LogReplay } from "#protocol/log/replay.ts";
import { verifyConsistency } from "#protocol/merkle/merkle-proof.ts";
import { auditEpoch } from "#protocol/wire/audit.ts";
import { putRow } from "../storage/sealed-rows.ts";
import { type AuditContext, type AuditFault, type Unanswered, unansweredOf } from "./audit-context.ts";
import { forgetReplay, type KeptReplay, keepReplay, loadReplay } from "./kept-replay.ts";
import {
  fetchLeaves,
  isCutShort,
  LEAVES_PER_SLICE,
  leafHashOfBytes,
  MAX_REPLAY_BYTES,
  memoryOf,
} from "./log-replays.ts";
import { progressOf } from "./progress.ts";
import { CHECKPOINTS, type CheckpointRow, PROGRESS, type Replayed } from "./tables.ts";

/** Checks E6 to E8 by rotation: other people's operations too, a bounded number of leaves at a time. */
export interface ReplayRotation {
  /** Goes on with the first logs that need it, then with those whose replays are the furthest behind. */
  readonly turn: (logs: readonly Bytes[], first: readonly Bytes[]) => Promise<readonly FailedReplay[]>;
  /** Whether every leaf up to the log's newest checkpoint went through; never true for logs that are too large for it. */
  readonly isThrough: (log: Bytes) => Promise<boolean>;
}

export interface ReplayLimits {
  /** Of memory, for all replays together. */
  readonly maxBytes: number;
  /** Kept in one row, once they are proven to belong under a seal. */
  readonly leavesPerPart: number;
  /** Of all logs in one turn: about two seconds of work. */
  readonly leavesPerTurn?: number;
}

interface ReplayFault {
  readonly check: AuditFault["check"];
  readonly detail: string;
  readonly subject: AuditFault["subject"];
}

interface FailedReplay {
  readonly log: Bytes;
  readonly fault: AuditFault;
}

/** What one turn came to: the goal, no room for more, as far as this device went for now, silence, or a fault. */
type Advance =
  | { readonly type: "reached"; readonly replay: LogReplay }
  | { readonly type: "full" }
  | { readonly type: "later" }
  | Unanswered
  | Failed;
interface Failed {
  readonly type: "failed";
  readonly fault: ReplayFault;
}

const LATER = { type: "later" } as const;

export function createReplayRotation(
  context: AuditContext,
  { maxBytes, leavesPerPart, leavesPerTurn = MAX_LEAVES_PER_TURN }: ReplayLimits = LIMITS,
): ReplayRotation {
  const { host, pause } = context;
  /** Those used last at the end. */
  const replays = new Map<string, KeptReplay>();
  /** Leaves that went through with every check in this session. */
  const through = new Map<string, Pick<CheckpointRow, "size" | "root">>();
  /** In this turn. */
  let leavesLeft = 0;

  const replayOf = async (log: Bytes): Promise<KeptReplay> => {
    const name = toHex(log);
    const known = replays.get(name) ?? (await loadReplay(context, log));
    replays.delete(name);
    replays.set(name, known);
    let held = [...replays.values()].reduce((sum, { replay }) => sum + memoryOf(replay), 0);
    for (const [oldest, { replay }] of replays) {
      if (held <= maxBytes || oldest === name) break;
      held -= memoryOf(replay);
      replays.delete(oldest);
    }
    return known;
  };

  /** The organization's log is replayed for every other check already, from the leaves that this device keeps. */
  const advanceOrganization = async (target: CheckpointRow): Promise<Advance> => {
    const { replay, catchUp } = host.organizationLog;
    const caughtUp = await catchUp(target);
    if (caughtUp.ok) return { type: "reached", replay };
    return caughtUp.error.type === "engine"
      ? unanswered("offline", caughtUp.error.error.type)
      : failed("I3", caughtUp.error.detail);
  };

  const advance = async (log: Bytes, target: CheckpointRow): Promise<Advance> => {
    const kept = await replayOf(log);
    const { replay } = kept;
    const end = Math.min(target.size, kept.keptSize + leavesLeft);
    while (kept.keptSize < end) {
      if (memoryOf(replay) > maxBytes) {
        replays.delete(toHex(log));
        return { type: "full" };
      }
      // Leaves that no seal has been asked about yet come first: what is kept in one row is bounded.
      const isPending = replay.size > kept.keptSize;
      const partEnd = Math.min(end, kept.keptSize + leavesPerPart);
      const replayed = await replayTo(log, kept, isPending ? replay.size : partEnd);
      const isPrefix =
        replayed.type === "reached" ? await isPrefixOf(context, log, replay, target) : replayed;
      if (isPrefix === true) {
        leavesLeft -= replay.size - kept.keptSize;
        await keepReplay(context, log, kept);
        await noteProgress(log, { size: replay.size, root: replay.root(), sealedRoot: target.root });
        continue;
      }
      // What is not known to belong under the seal is not gone on with: it may be another history's.
      if (replayed.type === "failed" || isPrefix === false) replays.delete(toHex(log));
      return isPrefix === false ? failed("I3", "ReplayedRootDiffers") : isPrefix;
    }
    return replay.size < target.size ? LATER : { type: "reached", replay };
  };

  const replayTo = async (
    log: Bytes,
    { replay, append, keptSize }: KeptReplay,
    end: number,
  ): Promise<Advance> => {
    let changes = 0;
    while (replay.size < end) {
      const fetched = await fetchLeaves(host, log, replay.size, end);
      if (!fetched.ok) return fetched.error;
      const isShort = isCutShort(fetched.value, replay.size, end);
      for (const leaf of fetched.value) {
        if ((replay.size - keptSize) % LEAVES_PER_SLICE === 0) await pause();
        const appended = await append(leaf);
        if (appended.ok) {
          changes += appended.value.application?.changes.length ?? 1;
          if (changes >= CHANGES_PER_PART) return { type: "reached", replay };
          continue;
        }
        const { error } = appended;
        if (error.type === "unanswered") return error;
        // The organization's log comes first: what is sealed rests on nothing that is not.
        if (error.type === "OrganizationBehind") return unanswered("refused", error.type);
        return failed("I3", error.type);
      }
      if (isShort && replay.size < end) return unanswered("refused", "LeavesCutShort");
    }
    return { type: "reached", replay };
  };

  /**
   * The log grew from each kept checkpoint on in later epochs than the one that was sealed with it: whoever saw that
   * seal could rely on nothing more being added to its epoch. Asked of every leaf once the seal over them is reached.
   */
  const findBeyondSeal = async (
    log: Bytes,
    replay: LogReplay,
    target: CheckpointRow,
  ): Promise<ReplayFault | undefined> => {
    const detail = "LeafBeyondSeal";
    for (const { size: index, slot } of await host.rows.list(CHECKPOINTS, log)) {
      const stamped = index < target.size ? replay.epochAt(index) : undefined;
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

  /** `reached`: proven to be the beginning of what is sealed; null where the replay ends for want of room. */
  const noteProgress = async (log: Bytes, reached: Replayed | null): Promise<void> => {
    const progress = await progressOf(host.rows, log);
    if (!progress) return;
    const before = progress.replayed;
    const isReplayFull = reached === null;
    const isNews =
      reached !== null &&
      (reached.size > (before?.size ?? 0) ||
        (reached.size === before?.size && !equalBytes(reached.sealedRoot, before.sealedRoot)));
    if (!isNews && progress.isReplayFull === isReplayFull) return;
    const replayed = isNews ? reached : before;
    await host.rows.write([putRow(PROGRESS, [log], { ...progress, replayed, isReplayFull })]);
    host.emit({ type: "trust" });
  };

  /** Undefined if there is no fault so far. */
  const goOn = async (log: Bytes, target: CheckpointRow): Promise<ReplayFault | undefined> => {
    const isOrganization = equalBytes(log, host.identity.organization);
    const advanced = isOrganization ? await advanceOrganization(target) : await advance(log, target);
    const proof = isOrganization ? "organization" : "replay";
    if (advanced.type === "failed") return advanced.fault;
    if (advanced.type === "later") return undefined;
    if (advanced.type === "unanswered") {
      host.proofs.unanswered(log, proof, advanced);
      return undefined;
    }
    if (advanced.type === "full") {
      await noteProgress(log, null);
      return undefined;
    }
    const { replay } = advanced;
    // Asked again, since what was kept before a lock was compared with an earlier seal.
    const isPrefix = await isPrefixOf(context, log, replay, target);
    if (typeof isPrefix !== "boolean") {
      host.proofs.unanswered(log, proof, isPrefix);
      return undefined;
    }
    if (!isPrefix) {
      replays.delete(toHex(log));
      await forgetReplay(context, log);
      return { check: "I3", detail: "ReplayedRootDiffers", subject: { type: "none" } };
    }
    const beyond = await findBeyondSeal(log, replay, target);
    if (beyond) return beyond;
    host.proofs.verified(log, proof);
    const { size, root } = target;
    through.set(toHex(log), { size, root });
    await noteProgress(log, { size, root, sealedRoot: root });
    return undefined;
  };

  /** Leaves under the log's newest seal that have yet to go through. */
  const missingOf = async (log: Bytes): Promise<{ target: CheckpointRow; missing: number } | undefined> => {
    const target = (await host.rows.list(CHECKPOINTS, log)).at(-1);
    const done = through.get(toHex(log));
    if (!target || (done && equalBytes(done.root, target.root))) return undefined;
    return { target, missing: Math.max(1, target.size - (done?.size ?? 0)) };
  };

  const inOrder = async (logs: readonly Bytes[], first: readonly Bytes[]) => {
    const behind: { readonly log: Bytes; readonly target: CheckpointRow; readonly missing: number }[] = [];
    for (const log of logs) {
      const isFull = (await progressOf(host.rows, log))?.isReplayFull === true;
      const due = isFull ? undefined : await missingOf(log);
      const isFirst =
        equalBytes(log, host.identity.organization) || first.some((urgent) => equalBytes(urgent, log));
      if (due) behind.push({ ...due, log, missing: isFirst ? Number.POSITIVE_INFINITY : due.missing });
    }
    // Not by subtraction: two urgent ones have no difference.
    return behind.sort((a, b) => (a.missing === b.missing ? 0 : a.missing > b.missing ? -1 : 1));
  };

  return {
    isThrough: async (log) => (await missingOf(log)) === undefined,
    turn: async (logs, first) => {
      leavesLeft = leavesPerTurn;
      const faults: FailedReplay[] = [];
      for (const { log, target } of await inOrder(logs, first)) {
        const found = leavesLeft > 0 ? await goOn(log, target) : undefined;
        if (!found) continue;
        const { slot } = target;
        faults.push({ log, fault: { ...found, epoch: slot.epoch, slot, notes: [], needsReplay: true } });
      }
      return faults;
    },
  };
}

/** Whether the leaves so far are the first ones under a seal, where the server says so much. */
async function isPrefixOf(
  { host }: AuditContext,
  log: Bytes,
  replay: LogReplay,
  { size, root, slot }: CheckpointRow,
): Promise<boolean | Unanswered> {
  if (replay.size >= size) return equalBytes(replay.root(size), root);
  const question = { log, epoch: slot.epoch, fromSizes: [replay.size], keys: [] };
  const answer = await host.sessions.call(auditEpoch, question);
  if (!answer.ok) return unansweredOf(answer.error);
  if (answer.value.kind !== "audited") return unanswered("refused", answer.value.kind);
  return verifyConsistency(host.suite.sha256, {
    size1: BigInt(replay.size),
    size2: BigInt(size),
    root1: replay.root(),
    root2: root,
    path: answer.value.body.consistencyPaths[0] ?? [],
  }).ok;
}

function unanswered(because: Unanswered["because"], detail: string): Unanswered {
  return { type: "unanswered", because, detail };
}

function failed(check: ReplayFault["check"], detail: string): Failed {
  return { type: "failed", fault: { check, detail, subject: { type: "none" } } };
}

const LIMITS: ReplayLimits = { maxBytes: MAX_REPLAY_BYTES, leavesPerPart: 2_000 };
const MAX_LEAVES_PER_TURN = 10_000;
/** With them a part is a few MiB at most. */
const CHANGES_PER_PART = 16_384;

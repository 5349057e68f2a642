import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { verifyNote } from "#protocol/log/head.ts";
import type { MapProof } from "#protocol/prefix-map/map-proof.ts";
import type { Suspicion } from "../journal/tables.ts";
import { putRow, removeRow } from "../storage/sealed-rows.ts";
import { accuse, type VerifyEvidence } from "./accuse.ts";
import { type AuditContext, type AuditFault, auditedLogs } from "./audit-context.ts";
import { fetchTree } from "./fetch-tree.ts";
import { receiptedOperation } from "./own-operations.ts";
import { type ProvenClaim, proveFault } from "./prove-fault.ts";
import { proveRefusal } from "./prove-refusal.ts";
import {
  FAULTS,
  type FaultRow,
  FINDINGS,
  type FindingRow,
  MAX_FAULT_NOTES,
  type RefusedRecord,
} from "./tables.ts";

/**
 * From failed checks to verdicts (protocol §8). A fault pauses writes in its log at once and stays amber; it is red
 * only by a finding, and then for good. An amber one goes away by itself when the checks pass again.
 */
export interface FaultDesk {
  /** Writes a fault down for the next round. Takes no lock: who found it holds the log's. */
  readonly note: (log: Bytes, fault: AuditFault) => Promise<void>;
  /** Writes it down, pauses writes, and looks for a proof. */
  readonly raise: (
    log: Bytes,
    fault: AuditFault,
    instanceKeys: readonly Bytes[],
    absence?: MapProof,
  ) => Promise<void>;
  /**
   * The checks of this log passed: whatever was suspected is taken back, unless it was proven, or the server has
   * signed something that still has no place in the log.
   */
  readonly settle: (log: Bytes, sealedEpoch: number, instanceKeys: readonly Bytes[]) => Promise<void>;
  /** Saves a claim that is about the deployment as a whole. */
  readonly report: (epoch: number, proven: ProvenClaim) => Promise<FindingRow | undefined>;
}

export function createFaultDesk(context: AuditContext, verifyEvidence: VerifyEvidence): FaultDesk {
  const { host } = context;
  const { rows, journal } = host;
  const moment = (): Moment => ({ now: host.now(), sealedEpoch: host.ledger.known()?.sealedEpoch ?? -1 });

  /** One step over all tabs, as every other change of a log's row is made by somebody who holds the log's lock. */
  const changeRow = (log: Bytes, next: (before: FaultRow | undefined) => FaultRow): Promise<FaultRow> =>
    host.lockLog(log, async () => {
      const row = next(await rows.get(FAULTS, log));
      await rows.write([putRow(FAULTS, [log], row)]);
      return row;
    });

  const pauseWrites = async (log: Bytes, { check, detail, since }: Suspicion): Promise<void> => {
    const isNew = await host.lockLog(log, async () => {
      const { suspicion } = await journal.log(log);
      if (suspicion !== null) return false;
      await journal.suspect(log, { check, detail, since });
      return true;
    });
    if (!isNew) return;
    host.emit({ type: "notice", code: "writesPaused", values: { workspace: toHex(log) } });
    host.emit({ type: "workspaces" });
  };

  /** What contradicts itself about the deployment as a whole has no log left to write to. */
  const pauseAll = async (finding: FindingRow): Promise<void> => {
    if (!isRed(finding)) return;
    for (const { log } of await auditedLogs(host)) {
      await pauseWrites(log, { check: "E3", detail: finding.kind, since: finding.foundAt });
    }
  };

  const closeContradicted = async (log: Bytes, { subject }: AuditFault): Promise<void> => {
    if (subject.type === "none" || subject.type === "beyondSeal") return;
    await host.lockLog(log, async () => {
      const open = await journal.openOperations(log);
      const missed = open.find((row) => receiptedOperation(host.suite, row)?.stamp.index === subject.index);
      if (missed) await journal.settle(log, { ...missed, state: "contradicted" });
    });
  };

  /** Nothing new is wrong, but what was signed before still is. */
  const raiseAgain = async (log: Bytes, known: FaultRow, keys: readonly Bytes[]): Promise<void> => {
    const { check, detail, epoch, slot, notes } = known;
    const fault: AuditFault = { check, detail, epoch, slot, notes, subject: { type: "none" } };
    const row = await changeRow(log, (before = known) => faultRow(log, fault, before, moment()));
    await search(log, row, fault, keys);
  };

  const search = async (
    log: Bytes,
    row: FaultRow,
    fault: AuditFault,
    keys: readonly Bytes[],
    absence?: MapProof,
  ) => {
    if (await hasFinding(context, log)) return;
    // What was shown before and is withheld now still stands.
    const { check, detail, epoch, slot, notes, refused, rival } = row;
    const { subject } = fault;
    const kept = { ...(refused && { refused }), ...(rival && { rival }) };
    const standing: AuditFault = { check, detail, epoch, slot, notes, subject, ...kept };
    const finding = await unlessBroken(async () => {
      const proven = await proveFault(context, log, standing, absence ?? null, keys);
      return proven && accuse(context, verifyEvidence, log, epoch, proven);
    });
    if (!finding) return;
    await closeContradicted(log, fault);
    if (finding.log === null) await pauseAll(finding);
    host.emit({ type: "trust" });
    host.emit({ type: "workspaces" });
  };

  /**
   * A refusal that is untrue by what this device knew is looked into at once, since the map that it is about is soon
   * gone. It is believed only when all was shown and it proves nothing against it.
   */
  const believe = async (
    log: Bytes,
    row: FaultRow,
    refused: RefusedRecord,
    keys: readonly Bytes[],
  ): Promise<boolean> => {
    const judged = await unlessBroken(async () => {
      const proven = await proveRefusal(context, log, refused, keys);
      return proven && { finding: await accuse(context, verifyEvidence, log, row.epoch, proven) };
    });
    if (judged && !judged.finding) {
      await changeRow(log, (now = row) => (isSameFault(now, row) ? { ...now, refused: null } : now));
      return true;
    }
    if (!judged) await raiseAgain(log, row, keys);
    host.emit({ type: "trust" });
    host.emit({ type: "workspaces" });
    return false;
  };

  return {
    note: async (log, fault) => {
      const { now, sealedEpoch } = moment();
      const row = faultRow(log, fault, await rows.get(FAULTS, log), { now, sealedEpoch });
      const due = { ...row, nextAttemptAt: now, foundAfterEpoch: sealedEpoch };
      await rows.write([putRow(FAULTS, [log], due)]);
      host.emit({ type: "trust" });
    },
    raise: async (log, fault, instanceKeys, absence) => {
      const row = await changeRow(log, (before) => faultRow(log, fault, before, moment()));
      await pauseWrites(log, row);
      host.emit({ type: "trust" });
      await search(log, row, fault, instanceKeys, absence);
    },
    settle: async (log, sealedEpoch, instanceKeys) => {
      const row = await rows.get(FAULTS, log);
      const { suspicion } = await journal.log(log);
      if (!row) {
        if (suspicion === null) return;
        // Told to the journal a moment ago, or its row was lost with the cache: it counts as found now.
        const { check, detail } = suspicion;
        const fault = {
          check,
          detail,
          epoch: null,
          slot: null,
          notes: [],
          subject: { type: "none" },
        } as const;
        await changeRow(log, (now) => now ?? faultRow(log, fault, undefined, moment()));
        return;
      }
      if (await hasFinding(context, log)) return;
      if (row.rival) {
        await raiseAgain(log, row, instanceKeys);
        return;
      }
      if (row.refused && !(await believe(log, row, row.refused, instanceKeys))) return;
      // What failed in an operation is only answered by a seal over that operation.
      if (row.foundAfterEpoch >= sealedEpoch) return;
      for (const note of row.notes) {
        if (await isInOwnTree(context, log, note, instanceKeys)) continue;
        await raiseAgain(log, row, instanceKeys);
        return;
      }
      const isTakenBack = await host.lockLog(log, async () => {
        // Looking took its time, in which something else may have failed.
        const now = await rows.get(FAULTS, log);
        if (!now || !isSameFault(now, row)) return false;
        await rows.write([removeRow(FAULTS, [log])]);
        await journal.suspect(log, null);
        return true;
      });
      if (!isTakenBack) return;
      host.emit({ type: "trust" });
      host.emit({ type: "workspaces" });
    },
    report: async (epoch, proven) => {
      const finding = await accuse(context, verifyEvidence, null, epoch, proven);
      if (!finding) return undefined;
      await pauseAll(finding);
      host.emit({ type: "trust" });
      return finding;
    },
  };
}

/**
 * What the server gives goes into the search for a proof: an error in it leaves the suspicion as it is, and must not
 * keep the other logs from being checked.
 */
async function unlessBroken<T>(search: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await search();
  } catch {
    return undefined;
  }
}

/** Whether something about this log, or about all of them, was proven that accuses their keepers. */
async function hasFinding({ host }: AuditContext, log: Bytes): Promise<boolean> {
  const findings = await host.rows.list(FINDINGS);
  return findings.some((finding) => (finding.log === null || equalBytes(finding.log, log)) && isRed(finding));
}

/** Liveness is never red, and other people's mistakes are not the server's. */
export function isRed({ accused }: FindingRow): boolean {
  return accused === "instance" || accused === "deployment";
}

/**
 * A note that an instance signed must be a place in the one history, whatever came with it. Nothing is owed for a
 * note that no instance has signed.
 */
async function isInOwnTree(
  { host, mirror }: AuditContext,
  log: Bytes,
  note: Bytes,
  instanceKeys: readonly Bytes[],
): Promise<boolean> {
  const signed = verifyNote(host.suite, note, instanceKeys);
  if (!signed.ok || !equalBytes(signed.value.log, log) || signed.value.size === 0) return true;
  const { size, root } = signed.value;
  const own = await mirror.tree(log);
  if (own && own.firstSize <= size && size <= own.size) return equalBytes(own.root(size), root);
  const { head } = await host.journal.log(log);
  if (!head || size > head.size) return false;
  const tree = await fetchTree(host, log, size, head.size);
  return tree !== undefined && equalBytes(tree.root(), head.root) && equalBytes(tree.root(size), root);
}

interface Moment {
  readonly now: number;
  readonly sealedEpoch: number;
}

function faultRow(
  log: Bytes,
  fault: AuditFault,
  before: FaultRow | undefined,
  { now, sealedEpoch }: Moment,
): FaultRow {
  const { slot, notes } = fault;
  const { check, detail, epoch } = before && fault.detail === WITHHELD ? before : fault;
  const attempts = (before?.attempts ?? 0) + 1;
  const known = before?.notes ?? [];
  const added = notes.filter((note) => !known.some((other) => equalBytes(other, note)));
  return {
    v: 1,
    log,
    check,
    detail,
    epoch,
    since: before?.since ?? now,
    attempts,
    nextAttemptAt: now + Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 16)),
    notes: firstAndNewest([...known, ...added]),
    slot: slot ?? before?.slot ?? null,
    needsReplay: fault.needsReplay === true || before?.needsReplay === true,
    foundAfterEpoch: before?.foundAfterEpoch ?? (fault.epoch === null ? sealedEpoch : -1),
    refused: fault.refused ?? before?.refused ?? null,
    rival: before?.rival ?? fault.rival ?? null,
  };
}

/** Nothing was added to it since. */
function isSameFault(a: FaultRow, b: FaultRow): boolean {
  return a.attempts === b.attempts && a.since === b.since && a.nextAttemptAt === b.nextAttemptAt;
}

/** Faults that come to nothing later cannot push out the notes that came first. */
function firstAndNewest(notes: readonly Bytes[]): Bytes[] {
  return [...notes.slice(0, FIRST_NOTES), ...notes.slice(FIRST_NOTES).slice(FIRST_NOTES - MAX_FAULT_NOTES)];
}

/** The server answers, but not this. */
export const WITHHELD = "ProofsWithheld";

const FIRST_NOTES = 8;
const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_MS = 600_000;

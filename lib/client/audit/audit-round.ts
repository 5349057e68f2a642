import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { createOverdueEpoch } from "#protocol/evidence/create-overdue-epoch.ts";
import type { Result } from "#protocol/result.ts";
import type { LedgerFault, LedgerView } from "../ledger/ledger-client.ts";
import { advanceMirror } from "./advance-mirror.ts";
import { type AuditContext, auditedLogs } from "./audit-context.ts";
import { auditLog, KEPT_LEAVES, type LogAudit } from "./audit-log.ts";
import { proveRewritten } from "./epoch-seals.ts";
import type { FaultDesk } from "./fault-desk.ts";
import { ledgerReasons, missedSignatures, overdueAt, overdueGraceMs, unansweredReasons } from "./liveness.ts";
import { sealedSizesOf, waitingOperations } from "./own-operations.ts";
import { progressOf } from "./progress.ts";
import { findBeyondKeptSeal, unsealedReasons } from "./receipts-in-time.ts";
import type { ReplayRotation } from "./replay-rotation.ts";
import { createRoundReport } from "./round-report.ts";
import { createSilences } from "./silences.ts";
import { FAULTS, FINDINGS, type LivenessReason, SEALS } from "./tables.ts";

export interface AuditRound {
  /**
   * `isForced`: logs whose retry is not due yet are checked as well. `announcedEpoch`: what the server last called
   * sealed, -1 before it said anything.
   */
  readonly run: (isForced: boolean, announcedEpoch: number) => Promise<void>;
}

export function createAuditRound(
  context: AuditContext,
  desk: FaultDesk,
  rotation: ReplayRotation,
  heartbeatMs: number,
): AuditRound {
  const { host } = context;
  const report = createRoundReport(host, heartbeatMs);
  const silences = createSilences(host, desk);
  /** Newest sealed epoch at the last look at each log. */
  const newestLookedAt = new Map<string, number>();

  const auditOne = async (log: Bytes, view: LedgerView, isForced: boolean): Promise<boolean> => {
    const { instanceKeys, registry, sealedEpoch } = view;
    // A seal is news for a suspicion: it may prove it or clear it, however long the next attempt is off.
    const isNewSeal = sealedEpoch > (newestLookedAt.get(toHex(log)) ?? -1);
    const doubted = await host.rows.get(FAULTS, log);
    const beyond = await findBeyondKeptSeal(host, log);
    if (beyond && (!doubted || host.now() >= doubted.nextAttemptAt)) {
      await desk.raise(log, beyond, instanceKeys);
    }
    if (!(await isDue(context, log, sealedEpoch, isForced || isNewSeal))) return holdNewest(log, view);
    newestLookedAt.set(toHex(log), sealedEpoch);
    const open = await host.journal.openOperations(log);
    // Its outcome does not decide: what still has no answer is told apart by the check itself.
    const reconciled = open.some(({ state }) => state === "prepared") ? await host.reconcile(log) : undefined;
    if (sealedEpoch < 0) return true;
    const fault = await host.rows.get(FAULTS, log);
    const also = fault?.epoch ?? null;
    const question = { log, epoch: sealedEpoch, also, registry };
    const before = await sealedSizesOf(host, log);
    let audited = await auditLog(context, question);
    // An instance may be a moment behind another one, or behind the ledger.
    for (let retry = 0; retry < REFUSAL_RETRIES && isRefused(audited); retry++) {
      await context.pause(REFUSAL_PAUSE_MS);
      audited = await auditLog(context, question);
    }
    switch (audited.type) {
      case "passed": {
        host.proofs.verified(log, "seal");
        // Without a seal of the log there was nothing to compare them with.
        if (audited.newest) host.proofs.verified(log, "leafHashes");
        host.emit({ type: "trust" });
        // Entries that were in the record are sealed and checked from now on.
        if ((await sealedSizesOf(host, log)).verified > before.verified) {
          host.emit({ type: "folder", workspace: toHex(log) });
        }
        const wasAnswered = reconciled === undefined || reconciled.ok;
        const isReplayed = fault?.needsReplay !== true || (await rotation.isThrough(log));
        if (wasAnswered && isReplayed && (await isOrganizationInOrder(log))) {
          await desk.settle(log, sealedEpoch, instanceKeys);
        }
        return true;
      }
      case "failed":
        await desk.raise(log, audited.fault, instanceKeys, audited.absence?.proof);
        return true;
      case "unanswered":
        await silences.take(log, audited, view);
        return false;
    }
  };

  /** Between two seals the mirror follows the heads, so that what was shown can be proven even if it is taken back. */
  const holdNewest = async (log: Bytes, { sealedEpoch, instanceKeys }: LedgerView): Promise<boolean> => {
    const { head } = await host.journal.log(log);
    if (!head || sealedEpoch < 0) return true;
    const advanced = await advanceMirror(context, log, head.size > KEPT_LEAVES ? head.size : 0, head);
    if (advanced.type === "advanced") return true;
    if (advanced.type === "unanswered") {
      host.proofs.unanswered(log, "leafHashes", advanced);
      return advanced.because === "refused";
    }
    const detail = "LeafHashesNotOfHead";
    const subject = { type: "none" } as const;
    await desk.raise(log, { check: "I2", detail, epoch: null, slot: null, notes: [], subject }, instanceKeys);
    return true;
  };

  /** The organization's log is always replayed up to its newest head: who may do what is taken from nothing else. */
  const isOrganizationInOrder = async (log: Bytes): Promise<boolean> => {
    if (!equalBytes(log, host.identity.organization)) return true;
    const { head } = await host.journal.log(log);
    const caughtUp = head ? await host.organizationLog.catchUp(head) : undefined;
    if (!caughtUp || caughtUp.ok) return true;
    if (caughtUp.error.type === "engine") return false;
    const { check, detail } = caughtUp.error;
    const view = host.ledger.known();
    const subject = { type: "none" } as const;
    // The replay that its seal is compared with comes next, and proves what there is to prove.
    const fault = { check, detail, epoch: null, slot: null, notes: [], subject, needsReplay: true };
    await desk.raise(log, fault, view?.instanceKeys ?? []);
    return false;
  };

  const replayOn = async (logs: readonly Bytes[], instanceKeys: readonly Bytes[]): Promise<void> => {
    const urgent: Bytes[] = [];
    for (const log of logs) if ((await host.rows.get(FAULTS, log))?.needsReplay === true) urgent.push(log);
    for (const { log, fault } of await rotation.turn(logs, urgent))
      await desk.raise(log, fault, instanceKeys);
  };

  const checkOverdue = async (view: LedgerView): Promise<readonly LivenessReason[]> => {
    const { sealedEpoch } = view;
    if (sealedEpoch < 0) return [];
    const rows = await host.ledger.epochs(sealedEpoch, sealedEpoch);
    const newest = rows.ok ? rows.value[0] : undefined;
    if (!newest) return [];
    const epoch = sealedEpoch + 1;
    const sealedAt = newest.seconds * 1000;
    const claim = createOverdueEpoch({
      epoch,
      policy: view.deployment.policy,
      graceMs: overdueGraceMs(view),
      waitingSinceMs: sealedAt,
      ledgerTimeMs: Number(view.signedTimeNs / 1_000_000n),
    });
    if (!claim) return [];
    const findings = await host.rows.list(FINDINGS);
    const isSaved = findings.some((finding) => finding.kind === "overdueEpoch" && finding.epoch === epoch);
    if (!isSaved && (await context.archive.renew(sealedEpoch)).ok) {
      await desk.report(epoch, { claim, epochs: [sealedEpoch] });
    }
    const since = overdueAt(view, sealedAt);
    return [{ code: "E5", state: "suspect", workspace: null, since, detail: "EpochOverdue" }];
  };

  /**
   * No record that this device has checked may have become another one. The newest names the one before it; after an
   * absence it is the one behind the last that was checked here which says what that one was.
   */
  const lookAtLedger = async (maxAgeMs: number): Promise<Result<LedgerView, LedgerFault>> => {
    const current = await host.ledger.current(maxAgeMs);
    if (!current.ok || current.value.sealedEpoch < 0) return current;
    const { sealedEpoch } = current.value;
    const lastChecked = (await host.rows.list(SEALS)).at(-1)?.epoch ?? sealedEpoch;
    for (const epoch of new Set([Math.min(lastChecked + 1, sealedEpoch), sealedEpoch])) {
      const known = await host.ledger.epochs(epoch, epoch);
      if (!known.ok && known.error.type !== "LedgerTransportFailed") return known;
    }
    return current;
  };

  const reportRewritten = async (epoch: number): Promise<void> => {
    const isSaved = (await host.rows.list(FINDINGS)).some(
      (finding) => finding.kind === "twoEpochRecords" && finding.epoch === epoch,
    );
    const proven = isSaved ? undefined : await proveRewritten(context, epoch);
    if (proven) await desk.report(epoch, proven);
  };

  return {
    run: async (isForced, announcedEpoch) => {
      // A view from just before a seal is young and yet too old to find it in.
      const isBehind = (host.ledger.known()?.sealedEpoch ?? -1) < announcedEpoch;
      const ledger = await lookAtLedger(isForced || isBehind ? 0 : LEDGER_MAX_AGE_MS);
      if (!ledger.ok) {
        if (ledger.error.type === "LedgerEpochRewritten") await reportRewritten(ledger.error.epoch);
        return report.saveWithoutLedger(ledger.error);
      }
      host.proofs.answered();
      const view = ledger.value;
      const logs = await auditedLogs(host);
      let isAnswered = true;
      for (const { log } of logs) {
        isAnswered = (await auditOne(log, view, isForced)) && isAnswered;
        await context.pause();
      }
      await replayOn(
        logs.map(({ log }) => log),
        view.instanceKeys,
      );
      await silences.raise(
        logs.map(({ log }) => log),
        view,
      );
      const highest = (await host.journal.ledger())?.height ?? 0;
      const overdue = await checkOverdue(view);
      const overdueSince = overdue[0]?.since ?? null;
      const reasons = [
        ...ledgerReasons(view, highest, host.now(), heartbeatMs),
        ...overdue,
        ...(await unsealedReasons(host, logs, view.sealedEpoch, overdueSince)),
        ...(await missedSignatures(host, view.sealedEpoch)),
        ...(await unansweredReasons(host, logs, view.sealedEpoch)),
      ];
      return report.save(reasons, isAnswered);
    },
  };
}

/** Something was sealed since, or something is suspected and its time has come. */
async function isDue(
  { host }: AuditContext,
  log: Bytes,
  sealedEpoch: number,
  isForced: boolean,
): Promise<boolean> {
  const progress = await progressOf(host.rows, log);
  const fault = await host.rows.get(FAULTS, log);
  if (fault) return isForced || host.now() >= fault.nextAttemptAt;
  const { suspicion } = await host.journal.log(log);
  const isBehind = (progress?.verifiedEpoch ?? -1) < sealedEpoch;
  if (suspicion !== null || isForced || isBehind) return true;
  return (await waitingOperations(host, log)).some(({ stamp }) => stamp.epoch <= sealedEpoch);
}

const LEDGER_MAX_AGE_MS = 2_000;
/** Answers that decline to prove, before it counts as withholding. */
const REFUSAL_RETRIES = 2;
const REFUSAL_PAUSE_MS = 1_000;

function isRefused(audited: LogAudit): boolean {
  return audited.type === "unanswered" && audited.because === "refused";
}

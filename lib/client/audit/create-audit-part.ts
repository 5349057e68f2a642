import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { parseNote } from "#protocol/log/head.ts";
import { err, ok } from "#protocol/result.ts";
import type { ProofFileSummary } from "../engine.ts";
import type { AuditHost, AuditPart } from "../engine-parts.ts";
import { createMirror } from "../journal/mirror.ts";
import type { VerifyEvidence } from "./accuse.ts";
import { type AuditContext, type AuditFault, auditedLogs } from "./audit-context.ts";
import { createAuditRound } from "./audit-round.ts";
import { createFaultDesk } from "./fault-desk.ts";
import { createLedgerArchive } from "./ledger-archive.ts";
import { sealedSizesOf } from "./own-operations.ts";
import { readPeriod } from "./period-details.ts";
import { createProofFile } from "./proof-file.ts";
import { renewProof } from "./renew-proof.ts";
import { createReplayRotation } from "./replay-rotation.ts";
import { EVIDENCE, FAULTS, FINDINGS, type FindingRow } from "./tables.ts";
import { readPeriods, readStanding, readTrust } from "./timeline.ts";

export interface AuditOptions {
  readonly verifyEvidence: VerifyEvidence;
  /** `verify.mjs` from the app's own origin; null where it cannot be had now. */
  readonly fetchVerifier: () => Promise<Bytes | null>;
  /** Of the deployment's file: a ledger on the server's own machine protects nobody from its operator. */
  readonly ledgerEngine: "devchain" | "comet";
  /** How often the chain makes a block although it has nothing to record. */
  readonly heartbeatMs?: number;
  /** Longest time between two rounds. */
  readonly intervalMs?: number;
  /** Resolves after the delay, or when the signal is aborted. */
  readonly delay?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** Checks by itself, quietly, in the leading tab; answers for the trust page in every tab. */
export function createAuditPart(host: AuditHost, options: AuditOptions): AuditPart {
  const { heartbeatMs = 60_000, intervalMs = 60_000, delay = delayFor } = options;
  const { rows } = host;
  const archive = createLedgerArchive(host);
  const stopped = new AbortController();
  const context: AuditContext = {
    host,
    archive,
    mirror: createMirror(host.suite, rows),
    pause: (pauseMs = 0) => delay(pauseMs, stopped.signal),
  };
  const desk = createFaultDesk(context, options.verifyEvidence);
  const round = createAuditRound(context, desk, createReplayRotation(context), heartbeatMs);
  let running: Promise<void> | undefined;
  let wake: () => void = () => undefined;
  let announcedEpoch = -1;

  const run = (isForced: boolean): Promise<void> => {
    running ??= host.locks
      .run(`holdfast/audit/${toHex(host.identity.device)}`, () => round.run(isForced, announcedEpoch))
      .finally(() => {
        running = undefined;
        host.emit({ type: "trust" });
      });
    return running;
  };

  /** An error ends this round and not the ones after it; what it left unchecked shows as not checked since. */
  const runQuietly = (): Promise<void> => run(false).catch(() => undefined);

  const lead = async (signal: AbortSignal): Promise<void> => {
    const ended = AbortSignal.any([signal, stopped.signal]);
    while (!ended.aborted) {
      const woken = new AbortController();
      wake = () => woken.abort();
      await runQuietly();
      const delayMs = await pauseUntilNext(context, intervalMs).catch(() => intervalMs);
      await delay(delayMs, AbortSignal.any([ended, woken.signal]));
    }
  };

  /** A connection that comes and goes must not become a storm of checks; the last time it came is not forgotten. */
  let isResting = false;
  let cameAgain = false;
  const reconnected = (): void => {
    cameAgain = true;
    if (isResting) return;
    isResting = true;
    cameAgain = false;
    wake();
    void delay(RECONNECT_REST_MS, stopped.signal).then(() => {
      isResting = false;
      if (cameAgain && !stopped.signal.aborted) reconnected();
    });
  };

  return {
    lead,
    reconnected,
    stop: async () => {
      stopped.abort();
      await running?.catch(() => undefined);
    },
    sealed: (epoch) => {
      announcedEpoch = Math.max(announcedEpoch, epoch);
      wake();
    },
    sealedSizes: (log) => sealedSizesOf(host, log),
    report: async ({ log, check, detail, notes, operation, refusal }) => {
      const accepted = (await host.journal.heads(log)).map(({ note }) => toHex(note));
      const strange = notes.filter((note) => parseNote(note).ok && !accepted.includes(toHex(note)));
      const subject = { type: "none" } as const;
      // A read rests on what others wrote, which E1 does not look at.
      const needsReplay = check === "I3";
      const fault: AuditFault = {
        check,
        detail,
        epoch: null,
        slot: null,
        notes: strange,
        subject,
        needsReplay,
        ...(refusal && operation ? { refused: { refusal, ...operation.signed } } : {}),
      };
      await desk.note(log, fault);
      // Not awaited: whoever reports may hold the log's lock, which the round needs.
      wake();
      void runQuietly();
    },
    checkNow: async () => {
      await running?.catch(() => undefined);
      await run(true);
    },
    trust: async () =>
      readTrust(context, await readStanding(context), {
        isLocalLedger: options.ledgerEngine === "devchain",
        isChecking: running !== undefined,
        quietMs: 3 * intervalMs,
      }),
    periods: async (query) => readPeriods(context, await readStanding(context, query.workspace), query),
    period: async (epoch) => readPeriod(context, await readStanding(context), epoch),
    proofFiles: async () => {
      const names = new Map((await auditedLogs(host)).map(({ log, name }) => [toHex(log), name]));
      const findings = await rows.list(FINDINGS);
      return findings
        .toSorted((a, b) => b.foundAt - a.foundAt)
        .map((finding) => summarise(finding, (finding.log && names.get(toHex(finding.log))) ?? ""));
    },
    proofFile: async (id) => {
      const finding = (await rows.list(FINDINGS)).find((row) => toHex(row.id) === id);
      const evidence = finding && (await rows.get(EVIDENCE, finding.id));
      if (!finding || !evidence) return err({ type: "NotFound" });
      const renewed = await renewProof(context, options.verifyEvidence, evidence);
      return ok(await createProofFile(finding, renewed, await options.fetchVerifier()));
    },
    anchor: async () => {
      const { anchor } = host.ledger;
      const newest = await host.journal.ledger();
      const view = host.ledger.known();
      return {
        engine: options.ledgerEngine,
        chainId: anchor.chainId,
        height: anchor.height.toString(),
        headerHash: toHex(anchor.headerHash),
        deploymentId: toHex(anchor.deploymentId),
        newestHeight: newest ? String(newest.height) : null,
        newestTime: view ? Number(view.signedTimeNs / 1_000_000n) : null,
      };
    },
  };
}

function summarise(
  { id, kind, accused, log, epoch, foundAt }: FindingRow,
  workspaceName: string,
): ProofFileSummary {
  return { id: toHex(id), kind, accused, workspace: log && toHex(log), workspaceName, epoch, foundAt };
}

/** Until the interval is over, or sooner where a suspicion is due to be looked at again. */
async function pauseUntilNext({ host }: AuditContext, intervalMs: number): Promise<number> {
  let delayMs = intervalMs;
  for (const { log } of await auditedLogs(host)) {
    const fault = await host.rows.get(FAULTS, log);
    if (fault) delayMs = Math.min(delayMs, Math.max(MIN_PAUSE_MS, fault.nextAttemptAt - host.now()));
  }
  return delayMs;
}

function delayFor(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal.addEventListener("abort", end);
  });
}

const MIN_PAUSE_MS = 1_000;
/** Between two checks that are made because the server is there again. */
const RECONNECT_REST_MS = 5_000;

import type { Bytes } from "#protocol/bytes/bytes.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import {
  type LedgerError,
  type LedgerTrust,
  type VerifiedLedger,
  verifyLedgerBundle,
} from "#protocol/checkpoint/ledger-bundle.ts";
import type { RegistryEntry } from "#protocol/checkpoint/ledger-state.ts";
import type { VerifiedEpoch } from "#protocol/checkpoint/verify-state.ts";
import { encodeLightBlock, parseLightBlock } from "#protocol/comet/light-block-schema.ts";
import { createTrustAnchor, type TrustAnchor, verifyAnchorBlock } from "#protocol/comet/trust-anchor.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { ledgerBundle } from "#protocol/wire/audit.ts";
import type { Journal } from "../journal/journal.ts";
import type { EpochRow, LedgerRow } from "../journal/tables.ts";
import type { Transport, TransportError } from "../transport/transport.ts";

/** What the ledger says of the deployment, as this device verified it. */
export interface LedgerView {
  /** Newest anchored epoch; -1 before the first. */
  readonly sealedEpoch: number;
  /** Hash of its record; zeros before the first. */
  readonly sealedHash: Bytes;
  /** All keys that ever were an instance's. */
  readonly instanceKeys: readonly Bytes[];
  readonly registry: readonly RegistryEntry[];
  readonly deployment: NonNullable<VerifiedLedger["deployment"]>;
  readonly newest: VerifiedLedger["newTrusted"];
  /** Validators signed the newest header at this time or later. */
  readonly signedTimeNs: bigint;
  /** Clock of this device when the bundle had been verified, Unix milliseconds. */
  readonly verifiedAt: number;
}

export type LedgerFault =
  | { readonly type: "LedgerTransportFailed"; readonly cause: TransportError }
  | { readonly type: "LedgerRefused"; readonly cause: LedgerError }
  /** The bundle says nothing of the deployment. */
  | { readonly type: "LedgerSilentOnDeployment" }
  /** The ledger went back behind what it had said before. */
  | { readonly type: "LedgerEpochsShrank"; readonly before: number; readonly now: number }
  /** It has another record of an epoch than the one that this device verified before. */
  | { readonly type: "LedgerEpochRewritten"; readonly epoch: number }
  | { readonly type: "LedgerEpochMissing"; readonly epoch: number };

export interface LedgerClient {
  /** The anchor that this device was given at first. */
  readonly anchor: TrustAnchor;
  /** A view verified at most `maxAgeMs` ago, fetched anew if there is none. */
  readonly current: (maxAgeMs: number) => Promise<Result<LedgerView, LedgerFault>>;
  /** The newest view of this tab, however old. */
  readonly known: () => LedgerView | undefined;
  /**
   * When validators signed the newest header, Unix milliseconds, for somebody whose clock shows `nowMs`; undefined where
   * no signed header can be had. Nothing of it is kept, and how far it is ahead of that clock does not matter.
   */
  readonly signedTimeAt: (nowMs: number) => Promise<number | undefined>;
  /** THE records of these epochs, proven on the ledger; kept in the journal once verified. */
  readonly epochs: (fromEpoch: number, toEpoch: number) => Promise<Result<readonly EpochRow[], LedgerFault>>;
}

export interface LedgerClientOptions {
  readonly suite: CryptoSuite;
  readonly transport: Transport;
  readonly journal: Journal;
  readonly anchor: TrustAnchor;
  readonly now: () => number;
}

/** Bundles through the proxy of the API, verified here from the trusted header on. */
export function createLedgerClient(options: LedgerClientOptions): LedgerClient {
  const { suite, transport, journal, anchor, now } = options;
  let view: LedgerView | undefined;
  let fetching: Promise<Result<LedgerView, LedgerFault>> | undefined;

  const verify = async (
    fromEpoch: number,
    toEpoch: number | null,
  ): Promise<Result<LedgerView, LedgerFault>> => {
    let trusted = view
      ? ({ kind: "block", block: view.newest } as const)
      : await loadTrust(suite, journal, anchor);
    let isFromAnchor = false;
    // A chain whose validators changed a lot needs more than one bundle; each one gets nearer.
    for (let round = 0; ; round++) {
      const trustedHeight = Number(
        trusted.kind === "block" ? trusted.block.header.height : trusted.anchor.height,
      );
      const answer = await transport.call(ledgerBundle, { trustedHeight, fromEpoch, toEpoch });
      if (!answer.ok) return err({ type: "LedgerTransportFailed", cause: answer.error });
      const verified = verifyLedgerBundle({
        suite,
        trusted,
        deployment: anchor.deploymentId,
        bundle: answer.value.body.bytes,
        nowNs: BigInt(now()) * 1_000_000n,
        trustingPeriodNs: TRUSTING_PERIOD_NS,
        maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
      });
      if (verified.ok) return take(verified.value, isFromAnchor);
      if (
        isExpired(verified.error) &&
        trusted.kind === "block" &&
        anchor.height > trusted.block.header.height
      ) {
        // Away for longer than the trusting period; the app's own origin has named a newer block since.
        trusted = { kind: "anchor", anchor };
        isFromAnchor = true;
        continue;
      }
      if (verified.error.type !== "HeightNeeded" || round >= MAX_ROUNDS) {
        return err({ type: "LedgerRefused", cause: verified.error });
      }
      trusted = { kind: "block", block: verified.error.reached };
    }
  };

  const take = async (
    verified: VerifiedLedger,
    isFromAnchor: boolean,
  ): Promise<Result<LedgerView, LedgerFault>> => {
    const { newTrusted, deployment, signedTimeNs } = verified;
    if (!deployment) return err({ type: "LedgerSilentOnDeployment" });
    const sealedEpoch = deployment.state.epochs - 1;
    const before = await journal.ledger();
    // Another tab may have seen a newer ledger than this bundle; only a later header can go back on its word.
    const isLater = before !== undefined && newTrusted.header.height >= BigInt(before.height);
    if (isLater && sealedEpoch < before.sealedEpoch) {
      return err({ type: "LedgerEpochsShrank", before: before.sealedEpoch, now: sealedEpoch });
    }
    const rewritten = await rewrittenEpoch(journal, deployment, before);
    if (rewritten !== undefined) return err({ type: "LedgerEpochRewritten", epoch: rewritten });
    await journal.putEpochs(deployment.epochs.map(epochRowOf));
    if (!before || isLater) {
      const row: LedgerRow = {
        v: 1,
        chainId: anchor.chainId,
        deployment: anchor.deploymentId,
        lightBlock: encodeLightBlock(newTrusted),
        headerHash: createTrustAnchor(suite, newTrusted, anchor.deploymentId).headerHash,
        height: Number(newTrusted.header.height),
        sealedEpoch,
        sealedHash: deployment.state.head,
      };
      const isGap = isFromAnchor && before !== undefined && sealedEpoch > before.sealedEpoch;
      const gap = isGap
        ? ({ v: 1, fromEpoch: before.sealedEpoch + 1, throughEpoch: sealedEpoch } as const)
        : undefined;
      await journal.putLedger(row, gap);
    }
    view = {
      sealedEpoch,
      sealedHash: deployment.state.head,
      instanceKeys: deployment.registry.map(({ key }) => key),
      registry: deployment.registry,
      deployment,
      newest: newTrusted,
      signedTimeNs,
      verifiedAt: now(),
    };
    return ok(view);
  };

  return {
    anchor,
    known: () => view,
    signedTimeAt: async (nowMs) => {
      const trusted = view
        ? ({ kind: "block", block: view.newest } as const)
        : await loadTrust(suite, journal, anchor);
      for (const trust of [trusted, { kind: "anchor", anchor }] as const) {
        const trustedHeight = Number(
          trust.kind === "block" ? trust.block.header.height : trust.anchor.height,
        );
        const answer = await transport.call(ledgerBundle, { trustedHeight, fromEpoch: -1, toEpoch: -1 });
        if (!answer.ok) return undefined;
        const verified = verifyLedgerBundle({
          suite,
          trusted: trust,
          deployment: anchor.deploymentId,
          bundle: answer.value.body.bytes,
          nowNs: BigInt(nowMs) * 1_000_000n,
          trustingPeriodNs: TRUSTING_PERIOD_NS,
          maxClockDriftNs: ANY_DRIFT_NS,
        });
        if (verified.ok) return Number(verified.value.signedTimeNs / 1_000_000n);
      }
      return undefined;
    },
    current: async (maxAgeMs) => {
      const ageMs = view && now() - view.verifiedAt;
      // A clock that was set back says nothing about the age.
      if (view && ageMs !== undefined && ageMs >= 0 && ageMs <= maxAgeMs) return ok(view);
      // Several operations that start together share one bundle.
      fetching ??= verify(-1, -1).finally(() => {
        fetching = undefined;
      });
      return fetching;
    },
    epochs: async (fromEpoch, toEpoch) => {
      const rows: EpochRow[] = [];
      for (let epoch = fromEpoch; epoch <= toEpoch; epoch++) {
        let row = await journal.epoch(epoch);
        if (!row) {
          const fetched = await verify(epoch, toEpoch);
          if (!fetched.ok) return fetched;
          row = await journal.epoch(epoch);
        }
        if (!row) return err({ type: "LedgerEpochMissing", epoch });
        rows.push(row);
      }
      return ok(rows);
    },
  };
}

const MAX_ROUNDS = 16;
/** A thousand years. */
const ANY_DRIFT_NS = 31_557_600_000_000_000_000n;

/** The block trusted last, checked again as it comes from storage; the anchor where there is none. */
async function loadTrust(suite: CryptoSuite, journal: Journal, anchor: TrustAnchor): Promise<LedgerTrust> {
  const fallback: LedgerTrust = { kind: "anchor", anchor };
  const row = await journal.ledger();
  if (row?.chainId !== anchor.chainId || !equalBytes(row.deployment, anchor.deploymentId)) return fallback;
  const block = parseLightBlock(row.lightBlock);
  if (!block.ok) return fallback;
  const stored = { ...anchor, height: BigInt(row.height), headerHash: row.headerHash };
  const verified = verifyAnchorBlock(suite, stored, block.value);
  return verified.ok ? { kind: "block", block: verified.value } : fallback;
}

function isExpired(error: LedgerError): boolean {
  return error.type === "StepRefused" && error.reason.type === "TrustExpired";
}

/** An epoch of which the bundle has another record than the journal. Records name the ones before them as well. */
async function rewrittenEpoch(
  journal: Journal,
  { state, epochs }: LedgerView["deployment"],
  before: LedgerRow | undefined,
): Promise<number | undefined> {
  const newest = state.epochs - 1;
  if (before?.sealedEpoch === newest && !equalBytes(before.sealedHash, state.head)) return newest;
  const claimed = [
    { epoch: newest, hash: state.head },
    ...epochs.flatMap(({ hash, epochRecord: { epoch, previous } }) => [
      { epoch, hash },
      { epoch: epoch - 1, hash: previous },
    ]),
  ];
  for (const { epoch, hash } of claimed) {
    const known = epoch < 0 ? undefined : await journal.epoch(epoch);
    if (known && !equalBytes(known.hash, hash)) return epoch;
  }
  return undefined;
}

function epochRowOf({ record, hash, accepted, epochRecord }: VerifiedEpoch): EpochRow {
  return { v: 1, epoch: epochRecord.epoch, record, hash, height: accepted.height, seconds: accepted.seconds };
}

import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import {
  encodeLedgerBundle,
  type LedgerBundle,
  type LedgerTrust,
  parseLedgerBundle,
  verifyLedgerBundle,
} from "#protocol/checkpoint/ledger-bundle.ts";
import type { AnchoredEpoch } from "#protocol/checkpoint/verify-state.ts";
import { hashHeader } from "#protocol/comet/hash-header.ts";
import { type TrustAnchor, verifyAnchorBlock } from "#protocol/comet/trust-anchor.ts";
import type { LightBlock } from "#protocol/comet/types.ts";
import type { Verified } from "#protocol/comet/verified.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { ledgerBundle } from "#protocol/wire/audit.ts";
import type { LedgerFault } from "../ledger/ledger-client.ts";
import { putRow, removeRow, type SealedChange, type SealedRows } from "../storage/sealed-rows.ts";
import type { Transport } from "../transport/transport.ts";
import { ascending, isBlockOf, knownAnchors, recentAnchors, thinned } from "./known-anchors.ts";
import { ANCHORS, BLOCKS, type BlockRow, STATEMENTS, type StatementRow } from "./tables.ts";

/**
 * The ledger's own words, kept as they came: light blocks from the anchor on, and the statement that proved each
 * audited epoch. An epoch counts as sealed for the audit only once they are here, so that evidence about it can
 * be made even when the proxy has fallen silent.
 */
export interface LedgerArchive {
  /** THE record of an epoch, fetched and verified unless it is kept already. */
  readonly keep: (epoch: number) => Promise<Result<AnchoredEpoch, LedgerFault>>;
  /** The same under the newest header, whether or not it is kept. */
  readonly renew: (epoch: number) => Promise<Result<AnchoredEpoch, LedgerFault>>;
  /** Undefined where one of the epochs is not kept. */
  readonly bundlesFor: (epochs: readonly number[]) => Promise<KeptBundles | undefined>;
  /** A bundle of this ledger with the blocks of the newest anchors below its newest header, as far as they can be had. */
  readonly withAnchors: (bundle: Bytes) => Promise<Bytes>;
  /** All that this device was given, now or before; ascending. */
  readonly anchors: () => Promise<readonly TrustAnchor[]>;
  /** The oldest kept header that proves the epoch. */
  readonly headerOf: (epoch: number) => Promise<LightBlock | undefined>;
}

/** Ledger bundles that together prove what was asked for. */
interface KeptBundles {
  /** The newest one below all of them. Each bundle has its block, and that of the newest one below itself. */
  readonly anchor: TrustAnchor;
  readonly bundles: readonly Bytes[];
}

export function createLedgerArchive(options: {
  readonly suite: CryptoSuite;
  readonly transport: Pick<Transport, "call">;
  readonly rows: SealedRows;
  /** Ascending. Trust starts from the last one. */
  readonly anchors: readonly TrustAnchor[];
  readonly now: () => number;
}): LedgerArchive {
  const { suite, transport, rows, now } = options;
  const anchor = options.anchors.at(-1);
  if (!anchor) throw new Error("a deployment names an anchor");

  /** Ascending. */
  const blocks = async (): Promise<readonly LightBlock[]> =>
    (await rows.list(BLOCKS)).map(({ block }) => block);
  const anchors = () => knownAnchors(rows, options.anchors);
  const isKept = (chain: readonly LightBlock[]) => (known: TrustAnchor) =>
    chain.some((block) => isBlockOf(suite, known, block));
  /** No way leads from a newer anchor to what was kept under an older one, so the older one's block is kept as well. */
  const keptAnchors = async (): Promise<readonly TrustAnchor[]> =>
    (await anchors()).filter(isKept(await blocks()));
  const statementOf = async (epoch: number): Promise<StatementRow | undefined> => {
    const lowest = (await keptAnchors())[0]?.height;
    if (lowest === undefined) return undefined;
    return (await rows.list(STATEMENTS)).find(
      ({ height, firstEpoch, lastEpoch }) =>
        BigInt(height) >= lowest && firstEpoch <= epoch && epoch <= lastEpoch,
    );
  };

  const trust = async (): Promise<LedgerTrust> => {
    const chain = await blocks();
    const newest = chain.at(-1);
    if (!newest || !isKept(chain)(anchor)) return { kind: "anchor", anchor };
    const known = { ...anchor, height: newest.header.height, headerHash: hashHeader(suite, newest.header) };
    const verified = verifyAnchorBlock(suite, known, newest);
    return verified.ok ? { kind: "block", block: verified.value } : { kind: "anchor", anchor };
  };

  const store = async (bundle: LedgerBundle, newest: Verified<LightBlock>): Promise<void> => {
    const { height } = newest.header;
    let written: number | undefined;
    const changes: SealedChange[] = bundle.lightBlocks
      .filter(({ header }) => header.height <= height)
      .map((block) => putRow<BlockRow>(BLOCKS, [Number(block.header.height)], { v: 1, block }));
    const isThere = isKept(bundle.lightBlocks);
    for (const known of options.anchors.filter(isThere)) changes.push(rememberAnchor(known));
    const { statement } = bundle;
    if (statement && statement.epochs.length > 0) {
      const { firstEpoch } = statement;
      const lastEpoch = firstEpoch + statement.epochs.length - 1;
      const encoded = encodeLedgerBundle({ v: 1, lightBlocks: [], statement });
      const row: StatementRow = {
        v: 1,
        height: Number(height),
        firstEpoch,
        lastEpoch,
        statement: encoded,
      };
      changes.push(putRow(STATEMENTS, [lastEpoch], row));
      written = lastEpoch;
    }
    await rows.write(changes);
    await rows.write(await outdated(written));
  };

  /** Old statements but the one just written, and anchors and headers that neither they nor the way to them need. */
  const outdated = async (written: number | undefined): Promise<readonly SealedChange[]> => {
    const statements = await rows.list(STATEMENTS);
    const old = statements
      .slice(0, Math.max(0, statements.length - MAX_STATEMENTS))
      .filter(({ lastEpoch }) => lastEpoch !== written);
    const changes = old.map(({ lastEpoch }) => removeRow(STATEMENTS, [lastEpoch]));
    const heights = statements.filter((row) => !old.includes(row)).map(({ height }) => BigInt(height));
    const kept = await keptAnchors();
    const needed = new Set([...kept.slice(-2), ...heights.flatMap((height) => recentAnchors(kept, height))]);
    for (const unneeded of kept.filter((known) => !needed.has(known))) {
      changes.push(removeRow(ANCHORS, [Number(unneeded.height)]));
    }
    const starts = [...needed].map(({ height }) => height);
    const pinned = new Set([...heights, ...starts]);
    const isBelowAll = ({ header }: LightBlock) => starts.every((height) => header.height < height);
    const chain = await blocks();
    let before = chain[0];
    for (const [place, block] of chain.entries()) {
      const next = chain[place + 1];
      if (!before || !next) continue;
      const isSkipped = place > 0 && canSkip(before, next);
      if (!pinned.has(block.header.height) && (isSkipped || isBelowAll(block))) {
        changes.push(removeRow(BLOCKS, [Number(block.header.height)]));
      } else before = block;
    }
    return changes;
  };

  /** Its hash is known, so whoever brings it cannot lie; but the one accused may keep it back. */
  const blockOf = async (known: TrustAnchor): Promise<LightBlock | undefined> => {
    const kept = (await rows.get(BLOCKS, Number(known.height)))?.block;
    if (kept && isBlockOf(suite, known, kept)) return kept;
    const request = { trustedHeight: Number(known.height), fromEpoch: -1, toEpoch: -1 };
    const answer = await transport.call(ledgerBundle, request);
    const bundle = answer.ok ? parseLedgerBundle(answer.value.body.bytes) : answer;
    if (!bundle.ok) return undefined;
    return bundle.value.lightBlocks.find((block) => verifyAnchorBlock(suite, known, block).ok);
  };

  const fetch = async (epoch: number): Promise<Result<AnchoredEpoch, LedgerFault>> => {
    let trusted = await trust();
    for (let round = 0; ; round++) {
      const trustedHeight = Number(trusted.kind === "block" ? trusted.block.header.height : anchor.height);
      const answer = await transport.call(ledgerBundle, {
        trustedHeight,
        fromEpoch: epoch,
        toEpoch: epoch,
      });
      if (!answer.ok) return err({ type: "LedgerTransportFailed", cause: answer.error });
      const { bytes: bundle } = answer.value.body;
      const verified = verifyLedgerBundle({
        suite,
        trusted,
        deployment: anchor.deploymentId,
        bundle,
        nowNs: BigInt(now()) * 1_000_000n,
        trustingPeriodNs: TRUSTING_PERIOD_NS,
        maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
      });
      const parsed = parseLedgerBundle(bundle);
      if (!verified.ok) {
        if (verified.error.type !== "HeightNeeded" || round >= MAX_ROUNDS || !parsed.ok) {
          return err({ type: "LedgerRefused", cause: verified.error });
        }
        await store({ ...parsed.value, statement: null }, verified.error.reached);
        trusted = { kind: "block", block: verified.error.reached };
        continue;
      }
      const { deployment, newTrusted } = verified.value;
      if (!deployment || !parsed.ok) return err({ type: "LedgerSilentOnDeployment" });
      const anchored = deployment.epochs.find(({ epochRecord }) => epochRecord.epoch === epoch);
      if (!anchored) return err({ type: "LedgerEpochMissing", epoch });
      await store(parsed.value, newTrusted);
      return ok(anchored);
    }
  };

  return {
    keep: async (epoch) => {
      const row = await statementOf(epoch);
      const kept = row && parseLedgerBundle(row.statement);
      const statement = kept?.ok === true ? kept.value.statement : null;
      const anchored = statement?.epochs[epoch - statement.firstEpoch];
      return anchored ? ok(anchored) : fetch(epoch);
    },
    renew: fetch,
    anchors,
    bundlesFor: async (epochs) => {
      const chain = await blocks();
      const statements = new Map<number, StatementRow>();
      for (const epoch of epochs) {
        const row = await statementOf(epoch);
        if (!row) return undefined;
        statements.set(row.lastEpoch, row);
      }
      if (statements.size === 0) {
        const newest = (await rows.list(STATEMENTS)).at(-1);
        if (!newest) return undefined;
        statements.set(newest.lastEpoch, newest);
      }
      const kept = (await anchors()).filter(isKept(chain));
      const lowest = Math.min(...[...statements.values()].map(({ height }) => height));
      const starts = recentAnchors(kept, BigInt(lowest));
      const [from] = starts;
      const start = starts.at(-1);
      if (!from || !start) return undefined;
      const bundles = [...statements.values()].map(({ height, statement }) => {
        const parsed = parseLedgerBundle(statement);
        const way = chain.filter(
          ({ header }) => from.height <= header.height && header.height <= BigInt(height),
        );
        const pinned = [...starts, ...recentAnchors(kept, BigInt(height))].map((known) => known.height);
        return encodeLedgerBundle({
          v: 1,
          lightBlocks: thinned(way, new Set(pinned)),
          statement: parsed.ok ? parsed.value.statement : null,
        });
      });
      return { anchor: start, bundles };
    },
    withAnchors: async (bundle) => {
      const parsed = parseLedgerBundle(bundle);
      if (!parsed.ok) return bundle;
      let { lightBlocks } = parsed.value;
      const newest = lightBlocks.reduce((a, { header }) => (header.height > a ? header.height : a), 0n);
      const known = await anchors();
      const recent = recentAnchors(known, newest);
      for (const missing of recent.filter((it) => !isKept(lightBlocks)(it))) {
        const block = await blockOf(missing);
        if (!block || lightBlocks.some(({ header }) => header.height === missing.height)) continue;
        lightBlocks = ascending([...lightBlocks, block], ({ header }) => header.height);
      }
      const starts = [...known.filter(isKept(lightBlocks)).slice(0, MAX_STARTS), ...recent];
      const pinned = new Set(starts.map(({ height }) => height));
      return encodeLedgerBundle({ ...parsed.value, lightBlocks: thinned(lightBlocks, pinned) });
    },
    headerOf: async (epoch) => {
      const row = await statementOf(epoch);
      return row && (await rows.get(BLOCKS, row.height))?.block;
    },
  };
}

const MAX_ROUNDS = 16;
const MAX_STATEMENTS = 32;
/** Of the anchors whose blocks a bundle keeps, however many blocks it has. */
const MAX_STARTS = 32;
/** Well below the trusting period, which a verifier measures between neighbouring headers. */
const MAX_GAP_SECONDS = 7n * 86_400n;

/** Whether a light client gets from one header to the other without the ones between, today and when it reads the evidence. */
function canSkip(before: LightBlock, after: LightBlock): boolean {
  return (
    equalBytes(before.header.nextValidatorsHash, after.header.validatorsHash) &&
    after.header.time.seconds - before.header.time.seconds < MAX_GAP_SECONDS
  );
}

function rememberAnchor({ height, headerHash }: TrustAnchor): SealedChange {
  return putRow(ANCHORS, [Number(height)], { v: 1, height: Number(height), headerHash });
}

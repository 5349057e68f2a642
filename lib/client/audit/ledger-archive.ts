import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import {
  encodeLedgerBundle,
  type LedgerBundle,
  type LedgerTrust,
  MAX_BUNDLE_LIGHT_BLOCKS,
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
import { BLOCKS, type BlockRow, STATEMENTS, type StatementRow } from "./tables.ts";

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
  /** Ledger bundles, each verifying from the anchor, that together prove these epochs; undefined where one is not kept. */
  readonly bundlesFor: (epochs: readonly number[]) => Promise<readonly Bytes[] | undefined>;
  /** The oldest kept header that proves the epoch. */
  readonly headerOf: (epoch: number) => Promise<LightBlock | undefined>;
}

export function createLedgerArchive(options: {
  readonly suite: CryptoSuite;
  readonly transport: Pick<Transport, "call">;
  readonly rows: SealedRows;
  readonly anchor: TrustAnchor;
  readonly now: () => number;
}): LedgerArchive {
  const { suite, transport, rows, anchor, now } = options;

  /** Ascending; the first one is the anchor's. No way leads from a newer anchor to what was kept under an older one. */
  const blocks = async (): Promise<readonly LightBlock[]> =>
    (await rows.list(BLOCKS))
      .map(({ block }) => block)
      .filter(({ header }) => header.height >= anchor.height);
  const statementOf = async (epoch: number): Promise<StatementRow | undefined> =>
    (await rows.list(STATEMENTS)).find(
      ({ height, firstEpoch, lastEpoch }) =>
        BigInt(height) >= anchor.height && firstEpoch <= epoch && epoch <= lastEpoch,
    );

  const trust = async (): Promise<LedgerTrust> => {
    const newest = (await blocks()).at(-1);
    if (!newest) return { kind: "anchor", anchor };
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

  /** Old statements but the one just written, and headers that neither they nor the way to them need. */
  const outdated = async (written: number | undefined): Promise<readonly SealedChange[]> => {
    const statements = await rows.list(STATEMENTS);
    const old = statements
      .slice(0, Math.max(0, statements.length - MAX_STATEMENTS))
      .filter(({ lastEpoch }) => lastEpoch !== written);
    const pinned = new Set(statements.filter((row) => !old.includes(row)).map(({ height }) => height));
    const changes = old.map(({ lastEpoch }) => removeRow(STATEMENTS, [lastEpoch]));
    const chain = await blocks();
    let before = chain[0];
    for (const [place, block] of chain.entries()) {
      const next = chain[place + 1];
      if (!before || place === 0 || !next) continue;
      const height = Number(block.header.height);
      if (!pinned.has(height) && canSkip(before, next)) changes.push(removeRow(BLOCKS, [height]));
      else before = block;
    }
    return changes;
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
      return [...statements.values()].map(({ height, statement }) => {
        const parsed = parseLedgerBundle(statement);
        const lightBlocks = thinned(chain.filter(({ header }) => header.height <= BigInt(height)));
        return encodeLedgerBundle({
          v: 1,
          lightBlocks,
          statement: parsed.ok ? parsed.value.statement : null,
        });
      });
    },
    headerOf: async (epoch) => {
      const row = await statementOf(epoch);
      return row && (await rows.get(BLOCKS, row.height))?.block;
    },
  };
}

const MAX_ROUNDS = 16;
const MAX_STATEMENTS = 32;
/** Well below the trusting period, which a verifier measures between neighbouring headers. */
const MAX_GAP_SECONDS = 7n * 86_400n;

/** Whether a light client gets from one header to the other without the ones between, today and when it reads the evidence. */
function canSkip(before: LightBlock, after: LightBlock): boolean {
  return (
    equalBytes(before.header.nextValidatorsHash, after.header.validatorsHash) &&
    after.header.time.seconds - before.header.time.seconds < MAX_GAP_SECONDS
  );
}

/** First and last, and as many between as a bundle takes. */
function thinned(chain: readonly LightBlock[]): readonly LightBlock[] {
  if (chain.length <= MAX_BUNDLE_LIGHT_BLOCKS) return chain;
  const step = (chain.length - 1) / (MAX_BUNDLE_LIGHT_BLOCKS - 1);
  return Array.from(
    { length: MAX_BUNDLE_LIGHT_BLOCKS },
    (_, place) => chain[Math.round(place * step)],
  ).filter((block) => block !== undefined);
}

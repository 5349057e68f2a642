import type { BroadcastOutcome } from "#ledger/engine.ts";
import { type Bytes, equalBytes, zeroBytes } from "#protocol/bytes/bytes.ts";
import { encodeEpochRecord, parseEpochRecord } from "#protocol/checkpoint/epoch-record.ts";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import type { EpochLogs, EpochSigningError, StoredEpochRecord } from "../ports.ts";
import type { UpdatableEpochTrees } from "./epoch-trees.ts";

/** Where the ledger stands: the newest block's height and header hash. */
interface LedgerPosition {
  readonly height: number;
  readonly headerHash: Bytes;
}

export interface SealContext {
  readonly suite: CryptoSuite;
  readonly chainId: string;
  readonly deployment: Bytes;
  readonly instanceKey: Bytes;
  readonly logs: EpochLogs;
  readonly trees: UpdatableEpochTrees;
  /** Rejects while the ledger is out of reach. */
  readonly ledgerPosition: () => Promise<LedgerPosition>;
  /** Responses to open challenges for the checkpoint of an epoch with this root; rejects while the ledger is away. */
  readonly answerChallenges: (epoch: number, epochRoot: Bytes) => Promise<readonly Bytes[]>;
  /** As `LedgerPort.publish`: settles once the next header commits to the outcome. */
  readonly publish: (transaction: Bytes) => Promise<BroadcastOutcome>;
  /** Told after each step is durable. */
  readonly onStep?: (step: SealStep, epoch: number) => void;
}

/** In the order in which they happen. */
export const SEAL_STEPS = [
  "raised",
  "logsClosed",
  "treeUpdated",
  "recordStored",
  "signed",
  "transactionStored",
  "published",
  "anchored",
] as const;
export type SealStep = (typeof SEAL_STEPS)[number];

export type SealOutcome =
  | { readonly type: "anchored"; readonly epoch: number; readonly height: number }
  /** Nothing is lost: the same bytes go out again. Appends go on, the epoch number stands still. */
  | { readonly type: "ledgerUnavailable"; readonly epoch: number; readonly reason: string }
  /** The ledger has a reason not to take it. An operator must look. */
  | { readonly type: "ledgerRefused"; readonly epoch: number; readonly reason: string }
  /** This instance will not vouch for it. An operator must look. */
  | { readonly type: "notSigned"; readonly epoch: number; readonly error: EpochSigningError }
  /** Another record of the epoch is stored, with another root than the logs lead to. */
  | { readonly type: "recordContradicted"; readonly epoch: number };

/**
 * Closes and anchors the oldest epoch that is not anchored yet (protocol §6). Each step is durable before the
 * next and does nothing the second time, so after a crash at any point the same call goes on with the same bytes:
 * the place is read from what is stored, nothing is remembered here.
 */
export async function sealEpoch(context: SealContext): Promise<SealOutcome> {
  const newest = await context.logs.newestEpochRecord();
  if (newest?.anchoredHeight === null) return anchor(context, newest);

  const epoch = newest ? newest.epoch + 1 : 0;
  if (context.logs.openEpoch() === epoch) {
    const position = await context.ledgerPosition().catch(reasonOf);
    if (typeof position === "string") return { type: "ledgerUnavailable", epoch, reason: position };
    await context.logs.raiseEpoch({ epoch, ledgerHeight: position.height, ledgerHash: position.headerHash });
    context.onStep?.("raised", epoch);
  }
  const root = await closeLogs(context, epoch);
  const record = encodeEpochRecord({
    v: 1,
    deployment: context.deployment,
    epoch,
    previous: newest?.recordHash ?? zeroBytes(32),
    root,
  });
  const stored = await context.logs.storeEpochRecord(record);
  context.onStep?.("recordStored", epoch);
  if (!equalBytes(stored.record, record)) return { type: "recordContradicted", epoch };
  return anchor(context, stored);
}

async function closeLogs({ logs, trees, onStep }: SealContext, epoch: number): Promise<Bytes> {
  const checkpoints = await logs.closeLogs(epoch);
  onStep?.("logsClosed", epoch);
  const root = await trees.close(epoch, checkpoints);
  onStep?.("treeUpdated", epoch);
  return root;
}

/** From a stored record on: sign, keep the exact transaction, post it until the ledger has it. */
async function anchor(
  context: SealContext,
  { epoch, record, ...stored }: StoredEpochRecord,
): Promise<SealOutcome> {
  const { logs, onStep } = context;
  let { transaction } = stored;
  if (transaction === null) {
    // Made in this call or rebuilt after a crash: what is signed is what the logs lead to.
    await context.trees.compareWithRecord(epoch);
    const signature = await logs.signEpochRecord(epoch);
    if (!signature.ok) return { type: "notSigned", epoch, error: signature.error };
    onStep?.("signed", epoch);
    // A challenge that comes later is due two epochs later, so this transaction never has to be made anew.
    const { root } = unwrap(parseEpochRecord(record));
    const responses = await context.answerChallenges(epoch, root).catch(reasonOf);
    if (typeof responses === "string") return { type: "ledgerUnavailable", epoch, reason: responses };
    const signatures = [{ key: context.instanceKey, signature: signature.value }];
    const made = createTransaction(context.suite, context.chainId, {
      kind: "checkpoint",
      body: { record, signatures, responses },
    });
    // Before the first byte leaves: a crash must not make this instance post two different transactions.
    transaction = await logs.storeEpochTransaction(epoch, made);
    onStep?.("transactionStored", epoch);
  }
  const outcome = await context.publish(transaction).catch(reasonOf);
  if (typeof outcome === "string") return { type: "ledgerUnavailable", epoch, reason: outcome };
  onStep?.("published", epoch);
  if (outcome.type === "refused") return { type: "ledgerRefused", epoch, reason: outcome.reason };
  await logs.markAnchored(epoch, outcome.height);
  onStep?.("anchored", epoch);
  return { type: "anchored", epoch, height: outcome.height };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}

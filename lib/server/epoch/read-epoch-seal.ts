import type { EpochSeal } from "#protocol/checkpoint/epoch-seal.ts";
import { parseTransaction } from "#protocol/checkpoint/transaction.ts";
import { unwrap } from "#protocol/result.ts";
import type { Store } from "../store/store.ts";

/**
 * An epoch's record with the signatures that went to the ledger; undefined before there are any. Both are read from
 * the stored transaction, whose bytes never change once the first of them has left.
 */
export async function readEpochSeal(
  store: Pick<Store, "epochRecord">,
  epoch: number,
): Promise<EpochSeal | undefined> {
  const transaction = (await store.epochRecord(epoch))?.transaction;
  if (!transaction) return undefined;
  const { action } = unwrap(parseTransaction(transaction));
  if (action.kind !== "checkpoint") throw new Error(`the transaction of epoch ${epoch} is no checkpoint`);
  const { record, signatures } = action.body;
  return { record, signatures };
}

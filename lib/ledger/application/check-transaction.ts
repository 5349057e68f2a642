import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { Acceptance } from "#protocol/checkpoint/ledger-state.ts";
import { type Action, parseTransaction, type Transaction } from "#protocol/checkpoint/transaction.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { err, type Result } from "#protocol/result.ts";
import { checkCheckpoint } from "./check-checkpoint.ts";
import { checkChallenge, checkEvidence, checkForce } from "./check-claim.ts";
import { checkGovernance } from "./check-governance.ts";
import { checkRegister } from "./check-register.ts";
import { checkSetPolicy } from "./check-set-policy.ts";
import type { LedgerModel } from "./model.ts";
import type { Refusal } from "./refusal.ts";

/**
 * What an accepted transaction does. It is applied to the very model it was checked against, once the block's
 * height and time are known, and cannot fail.
 */
export type Effect = (model: LedgerModel, accepted: Acceptance) => LedgerModel;

export type ActionOf<K extends Action["kind"]> = Extract<Action, { readonly kind: K }>["body"];

/** The ledger's only rules: mempool, proposal and execution all ask here. */
export function checkTransaction(
  suite: CryptoSuite,
  model: LedgerModel,
  transactionBytes: Bytes,
): Result<Effect, Refusal> {
  const parsed = parseTransaction(transactionBytes);
  if (!parsed.ok) return err({ type: "TransactionMalformed", cause: parsed.error });
  const transaction = parsed.value;
  if (transaction.chainId !== model.chainId) return err({ type: "OtherChain", chainId: transaction.chainId });
  return checkAction(suite, model, transaction);
}

function checkAction(
  suite: CryptoSuite,
  model: LedgerModel,
  transaction: Transaction,
): Result<Effect, Refusal> {
  const { action } = transaction;
  switch (action.kind) {
    case "register":
      return checkRegister(suite, model, transaction, action.body);
    case "setPolicy":
      return checkSetPolicy(suite, model, transaction, action.body);
    case "governance":
      return checkGovernance(suite, model, transaction, action.body);
    case "checkpoint":
    case "evidence":
    case "force":
    case "challenge":
      return transaction.signatures.length > 0
        ? err({ type: "SignersWrong" })
        : checkUnsigned(suite, model, action);
  }
}

/** These carry their signatures inside, or need none. */
function checkUnsigned(
  suite: CryptoSuite,
  model: LedgerModel,
  action: Extract<Action, { readonly kind: "checkpoint" | "evidence" | "force" | "challenge" }>,
): Result<Effect, Refusal> {
  switch (action.kind) {
    case "checkpoint":
      return checkCheckpoint(suite, model, action.body);
    case "evidence":
      return checkEvidence(suite, model, action.body);
    case "force":
      return checkForce(suite, model, action.body);
    case "challenge":
      return checkChallenge(suite, model, action.body);
  }
}

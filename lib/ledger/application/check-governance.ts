import { compareBytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { Governors, Transaction } from "#protocol/checkpoint/transaction.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { signersError } from "./check-signers.ts";
import type { ActionOf, Effect } from "./check-transaction.ts";
import type { LedgerValidator } from "./governance-hash.ts";
import type { LedgerModel } from "./model.ts";
import type { Refusal } from "./refusal.ts";

/** GOVERNANCE: the ledger's own limits, governors or validators, signed by a threshold of the governors. */
export function checkGovernance(
  suite: CryptoSuite,
  model: LedgerModel,
  transaction: Transaction,
  { sequence, change }: ActionOf<"governance">,
): Result<Effect, Refusal> {
  const { governanceSequence, governors } = model;
  if (sequence !== governanceSequence) return err({ type: "SequenceWrong", expected: governanceSequence });
  const wrongSigners = governorsError(suite, transaction, governors);
  if (wrongSigners) return err(wrongSigners);
  const changed = changedModel(model, change);
  if (!changed.ok) return changed;
  return ok((base) => ({ ...base, ...changed.value, governanceSequence: governanceSequence + 1 }));
}

function changedModel(
  model: LedgerModel,
  change: ActionOf<"governance">["change"],
): Result<Partial<LedgerModel>, Refusal> {
  switch (change.kind) {
    case "params":
      return ok({ params: change.body });
    case "governors": {
      const { keys, threshold } = change.body;
      const distinct = new Set(keys.map(toHex)).size === keys.length;
      return distinct && threshold <= keys.length
        ? ok({ governors: change.body })
        : err({ type: "GovernanceChangeInvalid" });
    }
    case "validators": {
      const validators = changedValidators(model.validators, change.body);
      return validators ? ok({ validators }) : err({ type: "GovernanceChangeInvalid" });
    }
  }
}

function governorsError(
  suite: CryptoSuite,
  transaction: Transaction,
  { keys, threshold }: Governors,
): Refusal | undefined {
  const signed = transaction.signatures.map(({ key }) => key);
  const known = signed.every((key) => keys.some((governor) => equalBytes(governor, key)));
  if (!known) return { type: "SignersWrong" };
  if (signed.length < threshold) {
    return { type: "ThresholdNotReached", threshold, signatures: signed.length };
  }
  return signersError(suite, transaction, signed);
}

/** The set after the change: by key, without those whose power became 0. Undefined when it would be useless. */
function changedValidators(
  current: readonly LedgerValidator[],
  changes: readonly LedgerValidator[],
): readonly LedgerValidator[] | undefined {
  const byKey = new Map(current.map((validator) => [toHex(validator.key), validator]));
  for (const change of changes) {
    const key = toHex(change.key);
    if (change.power === 0 && !byKey.has(key)) return undefined;
    if (change.power === 0) byKey.delete(key);
    else byKey.set(key, change);
  }
  const distinct = new Set(changes.map(({ key }) => toHex(key))).size === changes.length;
  const usable = distinct && changes.length > 0 && byKey.size > 0 && byKey.size <= MAX_VALIDATORS;
  return usable ? [...byKey.values()].sort((a, b) => compareBytes(a.key, b.key)) : undefined;
}

const MAX_VALIDATORS = 128;

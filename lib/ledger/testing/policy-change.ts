import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { Policy } from "#protocol/checkpoint/registration.ts";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import { CHAIN_ID, DEPLOYMENT, GOVERNANCE, keyOf, POLICY, secretKey, suite } from "./ledger-world.ts";

export interface PolicyChange {
  readonly sequence?: number;
  readonly policy?: Policy;
  readonly added?: readonly { readonly name: number; readonly fromEpoch: number }[];
  readonly retired?: readonly { readonly name: number; readonly retiredAt: number }[];
  /** Governance and every added key unless told. */
  readonly signers?: readonly number[];
}

export function setPolicyTransaction(change: PolicyChange): Bytes {
  const { sequence = 0, policy = POLICY, added = [], retired = [] } = change;
  const signers = change.signers ?? [GOVERNANCE, ...added.map(({ name }) => name)];
  const body = {
    deployment: DEPLOYMENT,
    sequence,
    policy,
    added: added.map(({ name, fromEpoch }) => ({
      instance: { key: keyOf(name), origin: `https://instance-${name}.example` },
      fromEpoch,
    })),
    retired: retired.map(({ name, retiredAt }) => ({ key: keyOf(name), retiredAt })),
  };
  return createTransaction(suite, CHAIN_ID, { kind: "setPolicy", body }, signers.map(secretKey));
}

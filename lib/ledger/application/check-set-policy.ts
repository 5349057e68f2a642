import { equalBytes } from "#protocol/bytes/bytes.ts";
import type { RegistryEntry } from "#protocol/checkpoint/ledger-state.ts";
import { MAX_ACTIVE_INSTANCES, MAX_REGISTRY_ENTRIES } from "#protocol/checkpoint/limits.ts";
import { instanceListError, policyError } from "#protocol/checkpoint/registration.ts";
import type { Transaction } from "#protocol/checkpoint/transaction.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { signersError } from "./check-signers.ts";
import type { ActionOf, Effect } from "./check-transaction.ts";
import { type Deployment, findDeployment, type LedgerModel, withDeployment } from "./model.ts";
import type { Refusal } from "./refusal.ts";

/** SET_POLICY: policy, new instance keys and retirements. None of it reaches back into recorded epochs. */
export function checkSetPolicy(
  suite: CryptoSuite,
  model: LedgerModel,
  transaction: Transaction,
  action: ActionOf<"setPolicy">,
): Result<Effect, Refusal> {
  const deployment = findDeployment(model, action.deployment);
  if (!deployment) return err({ type: "DeploymentUnknown" });
  const { policySequence } = deployment;
  if (action.sequence !== policySequence) return err({ type: "SequenceWrong", expected: policySequence });
  const registry = changedRegistry(deployment, action);
  if (!registry.ok) return registry;
  const remaining = registry.value.filter(({ retiredAt }) => retiredAt === null).length;
  const unsatisfiable = policyError(action.policy, remaining);
  if (unsatisfiable) return err({ type: "RegistrationInvalid", cause: unsatisfiable });
  const addedKeys = action.added.map(({ instance }) => instance.key);
  const wrongSigners = signersError(suite, transaction, [deployment.governanceKey, ...addedKeys]);
  if (wrongSigners) return err(wrongSigners);
  const changed: Deployment = {
    ...deployment,
    registry: registry.value,
    policy: action.policy,
    policySequence: policySequence + 1,
  };
  return ok((base) => withDeployment(base, changed));
}

function changedRegistry(
  { epochs, registry }: Deployment,
  { added, retired }: ActionOf<"setPolicy">,
): Result<readonly RegistryEntry[], Refusal> {
  const entries = [...registry];
  for (const { key, retiredAt } of retired) {
    const index = entries.findIndex((entry) => equalBytes(entry.key, key));
    const entry = entries[index];
    if (entry?.retiredAt !== null || retiredAt < epochs) return err({ type: "InstanceChangeInvalid" });
    entries[index] = { ...entry, retiredAt };
  }
  for (const { instance, fromEpoch } of added) {
    if (fromEpoch < epochs) return err({ type: "InstanceChangeInvalid" });
    entries.push({ ...instance, fromEpoch, retiredAt: null });
  }
  const active = entries.filter(({ retiredAt }) => retiredAt === null).length;
  if (entries.length > MAX_REGISTRY_ENTRIES || active > MAX_ACTIVE_INSTANCES) {
    return err({ type: "LimitReached", limit: "registry" });
  }
  const malformed = instanceListError(entries);
  return malformed ? err({ type: "RegistrationInvalid", cause: malformed }) : ok(entries);
}

import type { RegistryEntry } from "#protocol/checkpoint/ledger-state.ts";
import { deploymentId, parseRegistration } from "#protocol/checkpoint/registration.ts";
import type { Transaction } from "#protocol/checkpoint/transaction.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { signersError } from "./check-signers.ts";
import type { ActionOf, Effect } from "./check-transaction.ts";
import { createDeployment, findDeployment, type LedgerModel, withDeployment } from "./model.ts";
import type { Refusal } from "./refusal.ts";

/** REGISTER: a new deployment, signed by its governance key and by every instance it begins with. */
export function checkRegister(
  suite: CryptoSuite,
  model: LedgerModel,
  transaction: Transaction,
  action: ActionOf<"register">,
): Result<Effect, Refusal> {
  const parsed = parseRegistration(action.registration);
  if (!parsed.ok) return err({ type: "RegistrationInvalid", cause: parsed.error });
  const { chainId, governanceKey, instances, policy } = parsed.value;
  if (chainId !== model.chainId) return err({ type: "OtherChain", chainId });
  const id = deploymentId(suite, action.registration);
  if (findDeployment(model, id)) return err({ type: "DeploymentAlreadyRegistered" });
  if (model.deployments.size >= model.params.maxDeployments) {
    return err({ type: "LimitReached", limit: "deployments" });
  }
  const wrongSigners = signersError(suite, transaction, [governanceKey, ...instances.map(({ key }) => key)]);
  if (wrongSigners) return err(wrongSigners);
  const registry = instances.map(
    ({ key, origin }): RegistryEntry => ({ key, origin, fromEpoch: 0, retiredAt: null }),
  );
  return ok((base) => withDeployment(base, createDeployment(suite, id, governanceKey, registry, policy)));
}

import type { Bytes } from "../bytes/bytes.ts";
import { toHex } from "../bytes/text.ts";
import { err, ok, type Result } from "../result.ts";
import { MAX_TOTAL_POWER, MAX_VALIDATORS } from "./limits.ts";
import type { Hasher } from "./merkle-root.ts";
import type { Validator, ValidatorSet } from "./types.ts";
import { validatorAddress } from "./validator-set.ts";

/** A set fit for counting votes: no key twice, every power above 0, the sum within CometBFT's limit. */
export interface CheckedValidatorSet {
  readonly members: readonly CheckedValidator[];
  readonly byAddress: ReadonlyMap<string, CheckedValidator>;
  readonly totalPower: bigint;
}

interface CheckedValidator extends Validator {
  /** Derived from the key: lower-case hex of 20 bytes, so that it can be a map's key. */
  readonly addressHex: string;
}

export type ValidatorSetError =
  | { readonly type: "TooManyValidators"; readonly count: number }
  | { readonly type: "ValidatorRepeated"; readonly index: number }
  | { readonly type: "VotingPowerOutOfRange"; readonly index: number };

/** An empty set is let through: no number of votes is a quorum of it. */
export function checkValidatorSet(
  hasher: Hasher,
  validators: ValidatorSet,
): Result<CheckedValidatorSet, ValidatorSetError> {
  if (validators.length > MAX_VALIDATORS) return err({ type: "TooManyValidators", count: validators.length });
  const byAddress = new Map<string, CheckedValidator>();
  let totalPower = 0n;
  for (const [index, validator] of validators.entries()) {
    const addressHex = addressKey(validatorAddress(hasher, validator.publicKey));
    if (byAddress.has(addressHex)) return err({ type: "ValidatorRepeated", index });
    totalPower += validator.power;
    if (validator.power <= 0n || totalPower > MAX_TOTAL_POWER)
      return err({ type: "VotingPowerOutOfRange", index });
    byAddress.set(addressHex, { ...validator, addressHex });
  }
  return ok({ members: [...byAddress.values()], byAddress, totalPower });
}

/** The form of an address under which `byAddress` knows it. */
export function addressKey(address: Bytes): string {
  return toHex(address);
}

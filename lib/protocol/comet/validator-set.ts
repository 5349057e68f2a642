import { type Bytes, compareBytes, concatBytes } from "../bytes/bytes.ts";
import { type Hasher, merkleRootOf } from "./merkle-root.ts";
import { bytesField, messageField, varintField } from "./protobuf.ts";
import type { Validator, ValidatorSet } from "./types.ts";

export const ADDRESS_SIZE_BYTES = 20;

/** The first 20 bytes of the key's SHA-256. */
export function validatorAddress(hasher: Hasher, publicKey: Bytes): Bytes {
  return hasher.sha256(publicKey).slice(0, ADDRESS_SIZE_BYTES);
}

/** `validators_hash`: the Merkle root over `SimpleValidator` messages (key in a oneof, power), in the given order. */
export function hashValidatorSet(hasher: Hasher, validators: ValidatorSet): Bytes {
  return merkleRootOf(hasher, validators.map(encodeSimpleValidator));
}

/** The canonical order of a set: power descending, then address ascending. */
export function sortValidators(hasher: Hasher, validators: readonly Validator[]): ValidatorSet {
  return validators
    .map((validator) => ({ validator, address: validatorAddress(hasher, validator.publicKey) }))
    .sort((a, b) => {
      if (a.validator.power !== b.validator.power) return a.validator.power > b.validator.power ? -1 : 1;
      return compareBytes(a.address, b.address);
    })
    .map(({ validator }) => validator);
}

function encodeSimpleValidator(validator: Validator): Bytes {
  return concatBytes(messageField(1, bytesField(1, validator.publicKey)), varintField(2, validator.power));
}

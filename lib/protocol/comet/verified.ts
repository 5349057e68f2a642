declare const verifiedBrand: unique symbol;

/**
 * A value that has passed its verifier. The brand exists only in types, so a verified value crosses workers and
 * storage as plain data; what comes back from there is unverified again until a verifier has seen it.
 */
export type Verified<T> = T & { readonly [verifiedBrand]: true };

/** For verifiers alone, as their last act. */
export function markVerified<T>(value: T): Verified<T> {
  brand(value);
  return value;
}

function brand<T>(_value: T): asserts _value is Verified<T> {
  // There is nothing to do at run time.
}

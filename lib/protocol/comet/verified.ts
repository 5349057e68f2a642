declare const verifiedBrand: unique symbol;

/**
 * A value that has passed its verifier. The brand exists only in types, so a verified value crosses workers and
 * storage as plain data; what comes back from there is unverified again until a verifier has seen it.
 */
export type Verified<T> = T & { readonly [verifiedBrand]: true };

/** For verifiers alone, as their last act. The brand has no value at run time, so this returns what it is given. */
export function markVerified<T>(value: T): Verified<T>;
export function markVerified(value: unknown): unknown {
  return value;
}

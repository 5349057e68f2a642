declare const verifiedBrand: unique symbol;

/**
 * A value that has passed its verifier. The brand exists only in types, so a verified value crosses workers and
 * storage as plain data; what comes back from there is unverified again until a verifier has seen it.
 */
export type Verified<T> = T & { readonly [verifiedBrand]: true };

/** For verifiers alone, as their last act. */
export function markVerified<T>(value: T): Verified<T> {
  // The one place where the brand is given: it has no value at run time, so no expression can produce it.
  return value as Verified<T>;
}

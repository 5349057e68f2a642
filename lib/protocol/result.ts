/**
 * Outcomes as values. Every function that reads bytes it did not make returns a `Result`; `throw` is kept
 * for programming errors. Plain objects, so that one error crosses worker, wire and screen unchanged.
 */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** For values that are well-formed by construction: a failure here is a bug, so it throws. */
export function unwrap<T, E>(result: Result<T, E>): T {
  if (result.ok) return result.value;
  throw new Error(`unwrap of a failed result: ${JSON.stringify(result.error)}`);
}

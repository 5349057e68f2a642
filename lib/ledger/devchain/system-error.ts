/** The system did not do what it was asked: a full or broken disk, not a bug. */
export interface SystemError extends Error {
  readonly code: string;
}

export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "code" in error && "errno" in error && typeof error.code === "string";
}

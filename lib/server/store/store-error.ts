/** The database did not do what it was asked: not reachable, full, or refusing. Nothing is known of the outcome. */
export class StoreError extends Error {
  readonly reason: "unavailable" | "full";

  constructor(
    message: string,
    options: { readonly reason?: "unavailable" | "full"; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "StoreError";
    this.reason = options.reason ?? "unavailable";
  }
}

/** The data folder or database cannot be used as it is: an operator has to act. The message says how. */
export class StoreUnusable extends Error {
  constructor(message: string) {
    super(message);
    this.name = "StoreUnusable";
  }
}

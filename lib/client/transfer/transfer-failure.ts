import type { EngineError } from "../engine.ts";

/** Ends a stream: generators have no other way to say that they cannot go on. Caught where the stream is consumed. */
export class TransferFailure extends Error {
  readonly error: EngineError;
  constructor(error: EngineError) {
    super(error.type);
    this.error = error;
  }
}

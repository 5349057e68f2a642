import type { ProxyMarked } from "comlink";
import type { DeviceEngine, EngineEvent } from "../engine.ts";
import type { TransferPage } from "../transfer/ports.ts";

/** What the page hands to a new engine worker, once. */
interface EngineSetup {
  /** To the worker that derives keys from passphrases. */
  readonly kdf: MessagePort;
  /** To the workers that encrypt and send blocks. */
  readonly threads: readonly MessagePort[];
}

/** Subscriptions go the other way, by `onEvent`. */
export type EngineFace = Omit<DeviceEngine, "subscribe">;

/** The face of a new engine worker. */
export interface EngineWorker {
  readonly start: (
    setup: EngineSetup,
    onEvent: (event: EngineEvent) => void,
    page: TransferPage,
  ) => Promise<EngineFace & ProxyMarked>;
}

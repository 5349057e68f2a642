import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import type { Result } from "#protocol/result.ts";
import type { EngineError, EngineEvent } from "../engine.ts";
import type { AuditHost, AuditPart, Locks, TransferHost, TransferPart } from "../engine-parts.ts";
import type { PassphraseKdf } from "../identity/passphrase-kdf.ts";
import type { RowStore } from "../storage/row-store.ts";
import type { Deployment } from "../transport/deployment.ts";
import type { Fetch } from "../transport/transport.ts";

/** The world around the engine: a worker's in the product, a test's in Node. */
export interface EnginePorts {
  readonly suite: CryptoSuite;
  readonly randomBytes: RandomBytes;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** 0 … 1, for spreading retries only. */
  readonly random: () => number;
  /** Resolves after the time, or at once when the signal is aborted; never rejects. */
  readonly delay: (delayMs: number, signal?: AbortSignal) => Promise<void>;
  readonly fetch: Fetch;
  readonly locks: Locks;
  readonly kdf: PassphraseKdf;
  readonly stores: EngineStores;
  /** Of the app's own origin. */
  readonly loadDeployment: () => Promise<Result<Deployment, EngineError>>;
  /** The other tabs of this device. */
  readonly tabs: TabChannel;
  readonly isStoragePersisted: () => Promise<boolean>;
  readonly createTransfer: (host: TransferHost) => TransferPart;
  readonly createAudit: (host: AuditHost, ledgerEngine: Deployment["ledger"]["engine"]) => AuditPart;
}

interface EngineStores {
  /** The wrapped key alone. */
  readonly vault: RowStore;
  /** Strict durability: journal, keys, intents. */
  readonly journal: RowStore;
  /** What can be fetched again. */
  readonly cache: RowStore;
}

export type TabMessage =
  | { readonly type: "event"; readonly event: EngineEvent }
  | { readonly type: "locked" };

export interface TabChannel {
  /** To all other tabs. */
  readonly post: (message: TabMessage) => void;
  readonly onMessage: (listener: (message: TabMessage) => void) => () => void;
}

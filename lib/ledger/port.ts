import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { type BundleRequest, buildLedgerBundle } from "./bundle.ts";
import type { BroadcastOutcome, LedgerEngine, RpcMethod, RpcOutcome } from "./engine.ts";

/**
 * All that the metadata server knows of the ledger. It hands bytes in and bytes out and never says whether they
 * are true: verdicts are made in the browser.
 */
export interface LedgerPort {
  readonly chainId: string;
  /**
   * Posts the exact bytes of a signed transaction and waits until the ledger has it, provably. May be called
   * again with the same bytes after a crash: a CHECKPOINT that is there already reports `alreadyIncluded`.
   * Rejects when the engine cannot write or be reached: nothing is known then, so try again later.
   */
  publish(transaction: Bytes): Promise<BroadcastOutcome>;
  /** `LedgerBundle` bytes for one audit. */
  fetchEvidence(request: BundleRequest): Promise<Bytes>;
  /** One of CometBFT's reading routes, for clients that bring their own light client. */
  read(method: RpcMethod, parameters: Readonly<Record<string, string>>): Promise<RpcOutcome>;
}

export function createLedgerPort(suite: CryptoSuite, engine: LedgerEngine): LedgerPort {
  return {
    chainId: engine.chainId,
    publish: (transaction) => engine.broadcastTx(transaction),
    fetchEvidence: (request) => buildLedgerBundle(suite, engine, request),
    read: (method, parameters) => engine.rpc(method, parameters),
  };
}

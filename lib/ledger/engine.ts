import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { LightBlock } from "#protocol/comet/types.ts";
import type { Result } from "#protocol/result.ts";
import type { QueryError } from "./application/query.ts";

/** What became of a transaction. `code` and `reason` are the application's (`refusal.ts`). */
export type BroadcastOutcome =
  | { readonly type: "included"; readonly height: number }
  /** A CHECKPOINT whose very record the ledger already holds. */
  | { readonly type: "alreadyIncluded"; readonly height: number }
  | { readonly type: "refused"; readonly code: number; readonly reason: string };

/** The answer to one read of CometBFT's RPC: the `result` or the `error` of its JSON-RPC envelope. */
export type RpcOutcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: number; readonly message: string };

export type RpcMethod = "status" | "commit" | "validators" | "header" | "block" | "tx" | "abci_query";

/** A source of CometBFT blocks under our application: the devchain here, a CometBFT node elsewhere. */
export interface LedgerEngine {
  readonly chainId: string;
  newestHeight(): Promise<number>;
  /** Undefined when there is no such block. */
  lightBlock(height: number): Promise<LightBlock | undefined>;
  /** Of the application's state after block `height`. */
  query(path: string, request: Bytes, height: number): Promise<Result<Bytes, QueryError>>;
  /** Settles when the transaction stands in a block *and* the next header commits to what it did, or is refused. */
  broadcastTx(transaction: Bytes): Promise<BroadcastOutcome>;
  /** `parameters` as in the query string of CometBFT's URI form. */
  rpc(method: RpcMethod, parameters: Readonly<Record<string, string>>): Promise<RpcOutcome>;
}

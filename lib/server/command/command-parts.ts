import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import type { LogEngine } from "../log/log-engine.ts";
import type { Access, BlockIntake, BlockStore, EpochTrees, LedgerBundles } from "../ports.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Store } from "../store/store.ts";
import type { OnCommandError } from "./served-command.ts";

/** Everything that commands answer from. */
export interface CommandParts {
  readonly suite: CryptoSuite;
  readonly deployment: Bytes;
  readonly engine: LogEngine;
  readonly store: Store;
  readonly sessions: Sessions;
  readonly access: Access;
  readonly blockStore: Pick<BlockStore, "get">;
  readonly blockIntake: BlockIntake;
  readonly epochTrees: EpochTrees;
  readonly ledgerBundles: LedgerBundles;
  /** Must be shown to create an organization; null where anybody may. */
  readonly bootstrapToken: string | null;
  readonly epochLengthMs: number;
  /** Unix milliseconds. */
  readonly clock: () => number;
  readonly version: string;
  readonly onError: OnCommandError;
}

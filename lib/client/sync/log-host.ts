import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import type { Record } from "#protocol/log/record.ts";
import type { Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import type { Locks, PublicIdentity } from "../engine-parts.ts";
import type { Journal } from "../journal/journal.ts";
import type { OperationRow } from "../journal/tables.ts";
import type { LedgerClient } from "../ledger/ledger-client.ts";
import type { ProofWatch } from "../transport/proof-watch.ts";
import type { Sessions } from "../transport/sessions.ts";
import type { Transport } from "../transport/transport.ts";
import type { AuthorityLists } from "./authority-lists.ts";
import type { FaultReport } from "./fault.ts";
import type { OrganizationLog } from "./organization-log.ts";

/** What writing to logs and reading from them needs; made once for each unlock. */
export interface LogHost {
  readonly suite: CryptoSuite;
  readonly randomBytes: RandomBytes;
  readonly now: () => number;
  readonly delay: (delayMs: number) => Promise<void>;
  readonly locks: Locks;
  readonly transport: Transport;
  readonly sessions: Sessions;
  readonly journal: Journal;
  readonly ledger: LedgerClient;
  readonly organizationLog: OrganizationLog;
  readonly authority: AuthorityLists;
  readonly proofs: ProofWatch;
  readonly identity: PublicIdentity;
  readonly deviceSecretKey: Bytes;
  /** Drawn at this unlock. */
  readonly incarnation: Bytes;
  readonly onFault: (fault: FaultReport) => Promise<void>;
  /** What the server had refused, and this device given up, stands in the log after all. */
  readonly onTakenBack: (log: Bytes, operation: OperationRow) => void;
  /** Births are not appended but sent by commands of their own, so a crash in one is repaired by its own code. */
  readonly resumeBirth: (
    log: Bytes,
    operation: OperationRow,
    record: Record,
  ) => Promise<Result<null, EngineError>>;
}

/** Name of the lock that makes its holder the one writer of this device in a log, over all tabs. */
export function logLockName(device: Bytes, log: Bytes): string {
  return `holdfast/${toHex(device)}/${toHex(log)}`;
}

/** A bundle this fresh leaves a record two whole epochs to be applied in. */
export const LEDGER_MAX_AGE_MS = 20_000;

import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { TrustAnchor } from "#protocol/comet/trust-anchor.ts";
import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import type { FileManifest } from "#protocol/manifest/file-manifest.ts";
import type { Result } from "#protocol/result.ts";
import type { DeviceEngine, EngineError, EngineEvent, Entry } from "./engine.ts";
import type { Journal } from "./journal/journal.ts";
import type { LedgerClient } from "./ledger/ledger-client.ts";
import type { SealedRows } from "./storage/sealed-rows.ts";
import type { FaultReport } from "./sync/fault.ts";
import type { OrganizationLog } from "./sync/organization-log.ts";
import type { ProofWatch } from "./transport/proof-watch.ts";
import type { Sessions } from "./transport/sessions.ts";
import type { Transport } from "./transport/transport.ts";

/**
 * The seams inside the engine. `engine-core` makes the session and hands each part what it may use; a part
 * answers its share of `DeviceEngine`. All of it runs in one worker and is made anew at every unlock.
 */

/** What every part is given. */
export interface PartHost {
  readonly suite: CryptoSuite;
  readonly randomBytes: RandomBytes;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly locks: Locks;
  readonly transport: Transport;
  readonly sessions: Sessions;
  readonly identity: PublicIdentity;
  /** Rows at rest outside the journal, encrypted; durable, but not to the last millisecond. */
  readonly rows: SealedRows;
  readonly emit: (event: EngineEvent) => void;
}

/** Ids that are no secret towards the server. */
export interface PublicIdentity {
  readonly deployment: Bytes;
  /** Id of the organization's log: associated data of blocks. */
  readonly organization: Bytes;
  readonly user: Bytes;
  readonly device: Bytes;
  /** Log of the user's personal workspace. */
  readonly personalWorkspace: Bytes;
}

/** Web Locks, or their like in tests: one holder of a name at a time, over all tabs. */
export interface Locks {
  readonly run: <T>(name: string, task: () => Promise<T>) => Promise<T>;
  /** Runs the task while this tab is the only holder of the name; waits its turn until then. */
  readonly lead: (
    name: string,
    signal: AbortSignal,
    task: (signal: AbortSignal) => Promise<void>,
  ) => Promise<void>;
}

export interface TransferHost extends PartHost {
  readonly files: FileGateway;
}

/** Files of workspaces as transfers need them. Ids are hex, as everywhere on the engine's face. */
export interface FileGateway {
  /**
   * The folders of all paths below `parent`, made where they are missing. The answer maps each path, its names
   * joined by "/", to the folder's id.
   */
  readonly ensureFolders: (
    workspace: string,
    parent: string | null,
    paths: readonly (readonly string[])[],
  ) => Promise<Result<ReadonlyMap<string, string>, EngineError>>;
  /** In as few records as possible. Ok for what is queued while the server is away, too: nothing is lost. */
  readonly commitFiles: (
    workspace: string,
    files: readonly FileToCommit[],
  ) => Promise<Result<readonly CommittedFile[], EngineError>>;
  /** What is kept on this device until the server has it. */
  readonly unsent: (workspace: string) => Promise<UnsentFiles>;
  /** Tries to send what waits before its turn. */
  readonly sendUnsent: (workspace: string) => Promise<void>;
  /** Logged as a READ of this device. `version` null asks for the newest. */
  readonly openFiles: (
    workspace: string,
    files: readonly FileToOpen[],
  ) => Promise<Result<readonly OpenedFile[], EngineError>>;
  /** Contents of an edit that was set aside; the log does not have them. */
  readonly openSetAside: (
    workspace: string,
    edit: string,
  ) => Promise<Result<readonly SetAsideFile[], EngineError>>;
  /** Children as this device knows them, from the server where it does not. */
  readonly listFolder: (
    workspace: string,
    folder: string | null,
  ) => Promise<Result<readonly Entry[], EngineError>>;
  /** Children of each folder, in the order asked for; changed folders are read in as few records as possible. */
  readonly listFolders: (
    workspace: string,
    folders: readonly string[],
  ) => Promise<Result<readonly (readonly Entry[])[], EngineError>>;
}

export interface UnsentFiles {
  readonly files: readonly UnsentFile[];
  /** New ones. */
  readonly folders: ReadonlySet<string>;
  /** Why they wait; null while that is being found out. */
  readonly because: EngineError | null;
}

export interface UnsentFile {
  /** Null is the workspace's top folder. */
  readonly folder: string | null;
  readonly manifest: FileManifest;
  /** Why it waits, where that is known. */
  readonly because: EngineError | null;
}

export interface FileToOpen {
  readonly file: string;
  readonly version: number | null;
  /** As the caller knows it, for the device's own journal. */
  readonly name?: string;
}

export interface FileToCommit {
  /** Null is the workspace's top folder. */
  readonly folder: string | null;
  /** Id of a file in that folder that gets a new version; null for a new file, renamed where its name is taken. */
  readonly file: string | null;
  /** With `file` null: a file that has the name already gets a new version instead. */
  readonly replacesSameName?: boolean;
  readonly modifiedAt: number;
  readonly manifest: FileManifest;
}

/** As it is kept: the name may be another than the wanted one. */
export interface CommittedFile extends Entry {
  /** The version of the file which it took the place of; null for a new file. */
  readonly replacedVersion: number | null;
}

export interface OpenedFile {
  readonly file: string;
  readonly version: number;
  readonly manifest: FileManifest;
  /** Device that wrote this version, and when the server took it in. */
  readonly author: Bytes;
  readonly at: number;
}

export interface SetAsideFile {
  readonly manifest: FileManifest;
  readonly modifiedAt: number;
}

export type TransferPart = Pick<
  DeviceEngine,
  | "upload"
  | "transfers"
  | "pauseTransfers"
  | "resumeTransfers"
  | "cancelTransfer"
  | "retryTransfer"
  | "clearFinishedTransfers"
  | "download"
  | "saveSetAside"
  | "readFile"
> &
  PartLife;

export interface AuditHost extends PartHost {
  /** What the server was asked to prove, by this part and by work with logs. */
  readonly proofs: ProofWatch;
  readonly journal: Journal;
  readonly ledger: LedgerClient;
  /** All that the app's own origin names, ascending; trust started from the last one. */
  readonly anchors: readonly TrustAnchor[];
  readonly organizationLog: OrganizationLog;
  /** Workspaces known to this device, the personal one included, with the names that people gave them. */
  readonly workspaces: () => Promise<readonly { readonly log: Bytes; readonly name: string }[]>;
  /** Whoever changes the journal of a log MUST hold its lock. */
  readonly lockLog: <T>(log: Bytes, task: () => Promise<T>) => Promise<T>;
  /** Tries an operation that has no answer yet, so that it is receipted or abandoned before a check. */
  readonly reconcile: (log: Bytes) => Promise<Result<null, EngineError>>;
}

export type AuditPart = Pick<
  DeviceEngine,
  "trust" | "periods" | "period" | "checkNow" | "proofFiles" | "proofFile" | "anchor"
> &
  PartLife & {
    /** A check failed in the course of an operation. Writes in that log are paused already. */
    readonly report: (fault: FaultReport) => Promise<void>;
    /** The server says that an epoch is sealed: worth a check, and nothing more. */
    readonly sealed: (epoch: number) => void;
    /** The server is there again: what was missed is worth a check now. May be told often; checks at a bounded rate. */
    readonly reconnected: () => void;
    /** Sizes of the log that newest seals cover, as far as this device has verified them. */
    readonly sealedSizes: (log: Bytes) => Promise<SealedSizes>;
  };

export interface SealedSizes {
  /** Under a seal on the ledger. */
  readonly sealed: number;
  /** With every check of that epoch passed. */
  readonly verified: number;
}

interface PartLife {
  /** In the leading tab only; ends when the signal is aborted. */
  readonly lead: (signal: AbortSignal) => Promise<void>;
  /** In every tab, when the device locks. */
  readonly stop: () => Promise<void>;
}

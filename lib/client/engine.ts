import type { Result } from "#protocol/result.ts";

/**
 * The device engine as screens see it. Everything behind it (keys, journal, transfers, audit) runs in workers;
 * this face lives on the main thread, every answer is structured-clone safe, and nothing secret crosses it except
 * what the user typed. Ids are opaque lower-case hex. Times are Unix milliseconds, sizes are bytes.
 */
export interface DeviceEngine {
  /** Tells which answers are out of date. Returns the function that ends the subscription. */
  subscribe(listener: (event: EngineEvent) => void): () => void;

  device(): Promise<DeviceState>;
  /** Keys are made, the three first records are appended, and the device is left unlocked. */
  createOrganization(
    input: NewOrganization,
    progress: (step: CreationStep) => void,
  ): Promise<Result<RecoveryKit, EngineError>>;
  /** The kit again, as long as it has not been confirmed. */
  recoveryKit(): Promise<Result<RecoveryKit, EngineError>>;
  /** The word at the position that the kit asked for. Wipes the organization's root key from this device when right. */
  confirmRecoveryKit(word: string): Promise<Result<null, EngineError>>;
  unlock(passphrase: string): Promise<Result<null, EngineError>>;
  lock(): Promise<void>;

  workspaces(): Promise<Result<readonly WorkspaceSummary[], EngineError>>;
  createWorkspace(name: string): Promise<Result<WorkspaceSummary, EngineError>>;
  renameWorkspace(workspace: string, name: string): Promise<Result<null, EngineError>>;

  /** `folder` null is the workspace's root. */
  folder(workspace: string, folder: string | null): Promise<Result<FolderListing, EngineError>>;
  createFolder(workspace: string, parent: string | null, name: string): Promise<Result<Entry, EngineError>>;
  rename(
    workspace: string,
    entry: string,
    parent: string | null,
    name: string,
  ): Promise<Result<null, EngineError>>;
  move(
    workspace: string,
    entries: readonly string[],
    from: string | null,
    to: string | null,
  ): Promise<Result<null, EngineError>>;
  /** Takes entries out of their folder; the answer undoes exactly this deletion. */
  remove(
    workspace: string,
    entries: readonly string[],
    from: string | null,
  ): Promise<Result<UndoToken, EngineError>>;
  /** Brings a folder back to where this device saw it last, with all below it, whoever removed it. */
  restoreFolder(workspace: string, folder: string): Promise<Result<null, EngineError>>;
  undo(token: UndoToken): Promise<Result<null, EngineError>>;
  versions(workspace: string, file: string): Promise<Result<readonly FileVersion[], EngineError>>;
  restoreVersion(workspace: string, file: string, version: number): Promise<Result<null, EngineError>>;
  /** Changes of this device that cannot be sent as they are, oldest first. */
  setAsideEdits(workspace: string): Promise<Result<readonly SetAsideEdit[], EngineError>>;
  /** Saves their content: one file as itself, several as one zip. `NotFound` where there is none. */
  saveSetAside(workspace: string, edit: string): Promise<Result<null, EngineError>>;
  /** Gives one up, with its content. */
  giveUpSetAside(workspace: string, edit: string): Promise<Result<null, EngineError>>;

  /**
   * Makes the newest version of a file one of its own beside it, and gives the file its version `replaced` back.
   */
  keepBoth(workspace: string, file: string, replaced: number): Promise<Result<null, EngineError>>;

  /** Files and folders as the browser hands them over; directories are walked lazily. */
  upload(
    workspace: string,
    folder: string | null,
    sources: readonly UploadSource[],
  ): Promise<Result<null, EngineError>>;
  transfers(): Promise<TransferSummary>;
  pauseTransfers(): Promise<void>;
  resumeTransfers(): Promise<void>;
  cancelTransfer(transfer: string): Promise<void>;
  retryTransfer(transfer: string): Promise<void>;
  clearFinishedTransfers(): Promise<void>;
  /** One file as itself, several entries or a folder as one zip. Saves through the browser, streaming. */
  download(
    workspace: string,
    entries: readonly string[],
    parent: string | null,
  ): Promise<Result<null, EngineError>>;
  /** Whole content for a preview, refused above `maxBytes`. */
  readFile(
    workspace: string,
    file: string,
    version: number | null,
    maxBytes: number,
  ): Promise<Result<FileContent, EngineError>>;

  trust(): Promise<TrustSummary>;
  periods(query: PeriodQuery): Promise<readonly Period[]>;
  period(epoch: number): Promise<PeriodDetails | null>;
  /** Ask for a check now; answers when it has run. */
  checkNow(): Promise<void>;
  proofFiles(): Promise<readonly ProofFileSummary[]>;
  /** The bundle's bytes (a zip), to be saved by the screen. */
  proofFile(
    id: string,
  ): Promise<Result<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }, EngineError>>;
  anchor(): Promise<AnchorInfo | null>;
}

export type EngineEvent =
  | { readonly type: "device" }
  | { readonly type: "workspaces" }
  | { readonly type: "folder"; readonly workspace: string }
  | { readonly type: "transfers" }
  | { readonly type: "trust" }
  /** Something the user should hear once, in words that the screen chooses by `code`. */
  | {
      readonly type: "notice";
      readonly code: NoticeCode;
      readonly values: Readonly<{ [name: string]: string }>;
    };

type NoticeCode =
  /** One file got two contents at the same time; `name`. */
  | "conflictKeptBoth"
  /** Its name was taken meanwhile; `name`, `given`. */
  | "renamedOnClash"
  /** Somebody worked in what was removed here; `name`. */
  | "removalDropped"
  /** It was changed here and removed by somebody; `name`. */
  | "keptThoughRemoved"
  | "editAbandoned"
  /** The server had refused it, and has it all the same; `name`. */
  | "refusedAndTaken"
  /** It cannot be sent as it is, and stays on this device; `name`. */
  | "editHeld"
  /** What was meant for a folder that is gone was put into a new one at the top; `name`, `given`. */
  | "editRecovered"
  | "serverUnreachable"
  | "serverBack"
  | "writesPaused"
  | "anotherTabLeads";

export interface DeviceState {
  readonly phase: "loading" | "empty" | "locked" | "unlocked";
  readonly organizationName: string | null;
  readonly userName: string | null;
  readonly deviceLabel: string | null;
  /** False until the printed kit was confirmed: the organization's root key is still on this device. */
  readonly isRecoveryKitConfirmed: boolean;
  readonly isOnline: boolean;
  /** Whether the browser promised not to evict storage by itself. */
  readonly isStoragePersisted: boolean;
  /** Set when storage was found damaged; says what to do. */
  readonly problem: EngineError | null;
}

export interface NewOrganization {
  readonly organizationName: string;
  readonly userName: string;
  readonly deviceLabel: string;
  readonly passphrase: string;
  readonly bootstrapToken: string | null;
}

export type CreationStep = "makingKeys" | "checkingLedger" | "registering" | "storing";

export interface RecoveryKit {
  readonly organizationName: string;
  /** 24 words, in order. */
  readonly words: readonly string[];
  /** Zero-based position of the word to type back. */
  readonly confirmPosition: number;
  readonly createdAt: number;
}

export interface WorkspaceSummary {
  readonly id: string;
  readonly name: string;
  readonly role: "reader" | "contributor" | "manager" | "owner";
  readonly state: TrustState;
  /** True while a failed check keeps writes back. */
  readonly isWritePaused: boolean;
  /** Changes of this device wait to be sent; they are kept, but nobody else has them. */
  readonly hasUnsentEdits: boolean;
  /** How many changes of this device cannot be sent as they are. */
  readonly setAsideEdits: number;
  /** Why they did not get through when it was tried last; null while they are on their way. */
  readonly unsentBecause: EngineError | null;
}

/** What belongs together and is kept on this device until something makes it possible, or the person gives it up. */
export interface SetAsideEdit {
  readonly id: string;
  /** Of the first thing that it changes. */
  readonly name: string;
  readonly change: "new" | "content" | "rename" | "move" | "removal";
  /** Where it was to be; null is the top folder, empty is one whose name this device does not know. */
  readonly folder: string | null;
  /** How many things it changes. */
  readonly changes: number;
  /** Files whose content it holds, and how much that is. */
  readonly files: number;
  readonly sizeBytes: number;
  readonly reason: EngineError;
  readonly since: number;
}

export interface FolderListing {
  readonly workspace: string;
  readonly folder: string | null;
  /** From the root's child down to this folder. */
  readonly path: readonly { readonly id: string; readonly name: string }[];
  readonly entries: readonly Entry[];
  readonly isLoadedFromServer: boolean;
}

export interface Entry {
  readonly id: string;
  readonly name: string;
  readonly kind: "file" | "folder";
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly mimeHint: string | null;
  /** `local`: not yet acknowledged by the server. */
  readonly state: "local" | "recorded" | "sealed" | "verified" | "conflict";
}

export interface FileVersion {
  readonly version: number;
  readonly at: number;
  readonly author: string;
  readonly sizeBytes: number;
  readonly isCurrent: boolean;
}

export interface UndoToken {
  readonly workspace: string;
  readonly id: string;
}

export type UploadSource =
  | { readonly kind: "handle"; readonly handle: FileSystemHandle }
  | { readonly kind: "file"; readonly file: File; readonly path: string }
  /** A folder itself, which may hold nothing, where the browser gives no handles. */
  | { readonly kind: "folder"; readonly path: string }
  /** Something that was chosen and cannot be sent: it is shown, and the rest goes on. */
  | { readonly kind: "unreadable"; readonly path: string; readonly problem: SourceProblem };

export type SourceProblem =
  | "SourceGone"
  | "SourceNotPermitted"
  /** The browser gives no reason. */
  | "SourceUnreadable"
  /** A link to something else on the device. */
  | "SourceLinked"
  /** The browser has no name for it, so it cannot be asked for. */
  | "SourceUnnameable"
  | "SourceTooDeep";

export interface TransferSummary {
  readonly isPaused: boolean;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
  readonly doneFiles: number;
  readonly totalFiles: number;
  /** Transfers under way that end for good when the page goes away or the device locks. */
  readonly stopsOnLeaving: number;
  /** Uploaded files that became new versions of ones that were there, of all uploads that are still listed. */
  readonly newVersions: number;
  /** At most a few hundred, the active and failed ones first. */
  readonly items: readonly TransferItem[];
}

export interface TransferItem {
  readonly id: string;
  readonly direction: "upload" | "download";
  readonly name: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly state: "queued" | "running" | "paused" | "done" | "failed" | "cancelled";
  readonly error: EngineError | null;
  /** All of it is sent but the record that names it, which is kept on this device until the server has it. */
  readonly isHandedOver?: boolean;
  /** Of an uploaded file that is done: what became of it. */
  readonly saved?: SavedUpload;
  /** Of an uploaded folder: how many of its files became new versions of ones that were there. */
  readonly newVersions?: number;
  /** What a person cannot see of a folder that was sent, and may miss. */
  readonly notes?: readonly TransferNote[];
}

/** Where an uploaded file is kept. */
export interface SavedUpload {
  readonly workspace: string;
  readonly folder: string | null;
  readonly file: string;
  /** It may not be the one that was wanted. */
  readonly name: string;
  /** The version of that file which it took the place of (`keepBoth`, `restoreVersion`); null for a new file. */
  readonly replacedVersion: number | null;
}

export type TransferNote =
  /** Files without content; pipes and devices look like that to a page. */
  | { readonly type: "emptyFiles"; readonly count: number }
  /** The browser shows a page no links inside a folder, so none is sent. */
  | { readonly type: "linksUnknown" }
  /** The browser named the files of a folder only. */
  | { readonly type: "emptyFoldersUnknown" };

export interface FileContent {
  readonly name: string;
  readonly mimeHint: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The closed list of what can go wrong for a user; screens choose words and advice by `type`. */
export type EngineError =
  | { readonly type: "WrongPassphrase" }
  | { readonly type: "DeviceLocked" }
  | { readonly type: "WrongWord" }
  | { readonly type: "AlreadyConfirmed" }
  | { readonly type: "OrganizationExists" }
  | { readonly type: "BootstrapTokenRequired" }
  | { readonly type: "BootstrapTokenWrong" }
  | { readonly type: "ServerUnreachable" }
  | { readonly type: "ServerRefused"; readonly reason: string }
  /** Something before the server takes no request of this size; whoever runs it has to allow larger ones. */
  | { readonly type: "RequestTooLarge"; readonly sizeBytes: number }
  /** Small requests are answered, this one was not: broken off, or refused in a way that a page may not see. */
  | { readonly type: "RequestLost"; readonly sizeBytes: number }
  /** Something before the server refused the request by an HTTP status, and will again. */
  | { readonly type: "RequestRefused"; readonly status: number }
  /** Something else answers at the server's address. */
  | { readonly type: "ForeignAnswer" }
  /** The server's answer failed a check: nothing of it was used. */
  | { readonly type: "ServerAnswerInvalid"; readonly check: CheckCode; readonly detail: string }
  | { readonly type: "LedgerUnavailable" }
  /** Of two clocks that agree against this one; of `unknown`, this device's against the ledger's. Negative: behind. */
  | {
      readonly type: "ClockOff";
      readonly clock: "device" | "server" | "ledger" | "unknown";
      readonly aheadMs: number;
    }
  | { readonly type: "LedgerNotTrusted"; readonly detail: string }
  | { readonly type: "NotConfigured"; readonly detail: string }
  | { readonly type: "WritesPaused"; readonly workspace: string }
  | { readonly type: "NotAllowed" }
  | { readonly type: "NotFound" }
  | { readonly type: "NameInvalid"; readonly reason: "empty" | "tooLong" | "separator" | "dots" | "control" }
  | { readonly type: "NameTaken" }
  | { readonly type: "MoveIntoItself" }
  /** `name` is empty where this device never saw the folder in its place. */
  | {
      readonly type: "FolderInTrash";
      readonly workspace: string;
      readonly folder: string;
      readonly name: string;
    }
  | {
      readonly type: "FolderFull";
      readonly folder: string;
      readonly name: string;
      readonly maxEntries: number;
    }
  | { readonly type: "TooDeep"; readonly folder: string; readonly maxDepth: number }
  | { readonly type: "SourceChanged" }
  /** The page that had the files is gone, and the browser lets nobody open them again. */
  | { readonly type: "UploadInterrupted" }
  /** `SourceNotPermitted`: the browser asks the person before this app may read it again; "Try again" makes it ask. */
  | { readonly type: SourceProblem }
  | { readonly type: "StorageFull"; readonly where: "device" | "server" }
  /** What the server gives the whole organization, or this device, is used up. */
  | { readonly type: "StorageFull"; readonly where: "quota"; readonly of: "organization" | "device" }
  | { readonly type: "StorageCorrupt"; readonly detail: string }
  /** This browser holds what another version of this app wrote. */
  | { readonly type: "StorageOfOtherVersion"; readonly writtenBy: "earlier" | "later" }
  | { readonly type: "TooLarge"; readonly maxBytes: number }
  | { readonly type: "BlockUnavailable" }
  | { readonly type: "Cancelled" }
  | { readonly type: "Unexpected"; readonly detail: string };

export type CheckCode = "I1" | "I2" | "I3" | "E1" | "E2" | "E3" | "E4" | "E5" | "E6";

export type TrustState = "verified" | "pending" | "partial" | "stale" | "suspect" | "contradiction" | "other";

export interface TrustSummary {
  readonly state: TrustState;
  /** Ledger time up to which every closed period was checked; null before the first. */
  readonly checkedUpTo: number | null;
  readonly notariesSigned: number;
  readonly notariesTotal: number;
  readonly devicesConfirmed: number;
  readonly devicesKnown: number;
  readonly isLocalLedger: boolean;
  readonly isChecking: boolean;
  /** Why it is not `verified`, most serious first. */
  readonly reasons: readonly TrustReason[];
}

export interface TrustReason {
  readonly code: CheckCode;
  readonly state: TrustState;
  readonly workspace: string | null;
  readonly since: number;
  readonly detail: string;
}

export interface PeriodQuery {
  readonly fromEpoch: number | null;
  readonly limit: number;
  readonly workspace: string | null;
}

export interface Period {
  readonly epoch: number;
  /** Ledger time of the seal; null while open or not yet anchored. */
  readonly sealedAt: number | null;
  readonly lanes: { readonly device: TrustState; readonly record: TrustState; readonly seal: TrustState };
  readonly state: TrustState;
  readonly ownOperations: number;
}

export interface PeriodDetails extends Period {
  readonly operations: readonly PeriodOperation[];
  readonly checks: readonly PeriodCheck[];
  readonly notaries: readonly { readonly address: string; readonly hasSigned: boolean }[];
  readonly technical: {
    readonly epochRecordHash: string;
    readonly epochRoot: string;
    readonly ledgerHeight: string;
    readonly ledgerHeaderHash: string;
    readonly logs: readonly {
      readonly log: string;
      readonly name: string;
      readonly checkpointSize: number;
      readonly checkpointRoot: string;
    }[];
  } | null;
}

export interface PeriodOperation {
  readonly workspace: string | null;
  readonly workspaceName: string;
  readonly kind: string;
  /** Names of the files concerned, as far as this device knows them. */
  readonly subjects: readonly string[];
  readonly at: number;
  readonly isFound: boolean | null;
  readonly index: number | null;
}

export interface PeriodCheck {
  readonly code: CheckCode;
  readonly state: TrustState;
  readonly workspace: string | null;
  readonly workspaceName: string;
  readonly detail: string;
  /** Of E6: how many entries of the record it has gone through, of how many that the period's seal covers. */
  readonly coverage: { readonly done: number; readonly total: number } | null;
}

export interface ProofFileSummary {
  readonly id: string;
  readonly kind: string;
  readonly accused: "instance" | "deployment" | "device" | "validators" | "liveness";
  readonly workspace: string | null;
  readonly workspaceName: string;
  readonly epoch: number | null;
  readonly foundAt: number;
}

export interface AnchorInfo {
  readonly engine: "devchain" | "comet";
  readonly chainId: string;
  readonly height: string;
  readonly headerHash: string;
  readonly deploymentId: string;
  readonly newestHeight: string | null;
  readonly newestTime: number | null;
}

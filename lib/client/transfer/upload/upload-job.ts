import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { EngineError, SavedUpload, UploadSource } from "../../engine.ts";
import type { CommittedFile } from "../../engine-parts.ts";
import type { EarlierProgress } from "./earlier-progress.ts";
import type { FileSource } from "./file-source.ts";
import type { UploadFile } from "./upload-file.ts";

export interface NewUploadJob {
  readonly id: Bytes;
  readonly workspace: string;
  /** Null is the workspace's top folder. */
  readonly folder: string | null;
  /** The chosen folder; null for files that were chosen one by one. */
  readonly name: string | null;
  /** By which a job without a folder can be named where its sources are gone. */
  readonly firstFile: { readonly name: string; readonly of: number } | null;
  readonly sources: readonly UploadSource[];
  readonly earlier: EarlierProgress;
  /** Whether another run of the app could go on with it. */
  readonly isResumable: boolean;
}

/** A file that stays behind until somebody says what to do with it. */
export interface FailedFile {
  readonly key: string;
  readonly folder: readonly string[];
  readonly name: string;
  readonly sizeBytes: number;
  readonly source: FileSource | null;
  readonly error: EngineError;
}

/** A file whose record waits on this device. */
export interface HandedOver {
  /** Id of its folder; null is the workspace's top folder. */
  readonly folder: string | null;
  /** Undefined where an earlier run committed it. */
  readonly committed: CommittedFile | undefined;
  readonly because: EngineError | null;
  /** It was seen to wait, so it may have been given up since, and not sent. */
  readonly hasWaited: boolean;
}

/** A file that is over, for the list of a job without a folder. */
export interface FinishedFile {
  readonly key: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly state: "done" | "cancelled";
  readonly saved?: SavedUpload;
}

/** One chosen folder, or the files chosen together: what is known of it and how far it got. */
export class UploadJob {
  readonly id: Bytes;
  readonly idHex: string;
  readonly workspace: string;
  readonly folder: string | null;
  readonly name: string | null;
  readonly firstFile: NewUploadJob["firstFile"];
  readonly sources: readonly UploadSource[];
  readonly earlier: EarlierProgress;
  isResumable: boolean;

  /** Files that are found and neither committed nor failed. */
  readonly files = new Map<string, UploadFile>();
  readonly failed = new Map<string, FailedFile>();
  readonly finished: FinishedFile[] = [];
  /** Completely stored, waiting for their commit. */
  readonly ready: UploadFile[] = [];
  /** Keys of the files without content. */
  readonly emptyFiles = new Set<string>();
  /** Places in folders that this job has written. */
  readonly written = new Set<string>();
  /** Folders that no commit has made yet. */
  readonly newFolders: (readonly string[])[] = [];

  /** Committed on this device, and kept there until the server has them; those of `files` are in it, too. */
  readonly handedOver = new Map<UploadFile, HandedOver>();
  /** Ids of folders that are kept there likewise. */
  readonly unsentFolders = new Set<string>();
  /** Why what was handed over waits. */
  unsentBecause: EngineError | null = null;

  isWalked = false;
  isCommitting = false;
  /** `left`: the device was locked, or the job goes on anew from its rows. */
  state: "active" | "done" | "cancelled" | "left" = "active";
  /** Why nothing more is sent until somebody retries. */
  heldBy: EngineError | null = null;
  /** Why a commit waits by itself. */
  waitsFor: EngineError | null = null;
  foundFiles = 0;
  foundBytes = 0;
  doneFiles = 0;
  /** Of those, files that became new versions of ones that were there. */
  newVersions = 0;
  /** Of files that are over; those of files on their way are counted by themselves. */
  doneBytes = 0;
  steps: number;
  readonly over: Promise<void>;
  #end: () => void = () => undefined;

  constructor(start: NewUploadJob) {
    this.id = start.id;
    this.idHex = toHex(start.id);
    this.workspace = start.workspace;
    this.folder = start.folder;
    this.name = start.name;
    this.firstFile = start.firstFile;
    this.sources = start.sources;
    this.earlier = start.earlier;
    this.isResumable = start.isResumable;
    this.steps = start.earlier.steps;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Its files were given to a page that is gone: all that can be done is to add them again. */
  get isOrphaned(): boolean {
    return this.sources.length === 0;
  }

  get isSending(): boolean {
    return this.state === "active" && this.heldBy === null;
  }

  /** Nothing is left to do, and nothing to decide. */
  get isComplete(): boolean {
    return (
      this.isWalked &&
      !this.isCommitting &&
      this.files.size === 0 &&
      this.failed.size === 0 &&
      this.newFolders.length === 0 &&
      this.unsentFolders.size === 0
    );
  }

  /** Whether all that is found is stored or has failed, so that nothing more can be waited for. */
  get isDrained(): boolean {
    return this.isWalked && this.files.size === this.ready.length + this.handedOver.size;
  }

  /** All that is left of it waits on this device for the server. */
  get isHandedOver(): boolean {
    const isWaiting = this.handedOver.size > 0 || this.unsentFolders.size > 0;
    const isStill = this.ready.length === 0 && !this.isCommitting && this.waitsFor === null;
    return isWaiting && isStill && this.isSending && this.isDrained;
  }

  get storedBytes(): number {
    let stored = this.doneBytes;
    for (const file of this.files.values()) stored += file.storedBytes;
    return stored;
  }

  isCurrent(file: UploadFile): boolean {
    return this.state === "active" && this.files.get(file.key) === file;
  }

  fail(file: Omit<FailedFile, "error">, error: EngineError): void {
    this.files.delete(file.key);
    this.failed.set(file.key, { ...file, error });
  }

  /** Resolves `over`: the job's lock is given back. */
  end(): void {
    this.#end();
  }
}

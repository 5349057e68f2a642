import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { FileBlock } from "#protocol/manifest/file-manifest.ts";
import type { Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";

/** What transfers need of the world beside the engine's own parts; tests hand in their own. */
export interface TransferPorts {
  readonly blocks: BlockPool;
  readonly page: TransferPage;
  readonly handles: HandleStore;
  readonly timer: Timer;
}

/** Blocks on their way between files and the server; the work is done in other threads. */
export interface BlockPool {
  /**
   * Reads, encrypts and stores. The same `batch` again sends the very same ciphertexts, so that a lost answer
   * leaves no second copy on the server; the ciphertexts are kept until an answer arrives or `drop` is called.
   */
  readonly send: (
    batch: number,
    pieces: readonly Piece[],
  ) => Promise<Result<readonly SentPiece[], BlockPoolError>>;
  readonly drop: (batch: number) => void;
  /** Reads again, without sending: of each block, whether the file has exactly its content now. */
  readonly compare: (file: Blob, blocks: readonly FileBlock[]) => Promise<readonly boolean[]>;
  /** Plaintexts in the order asked for, each verified against its id and size. All of them or none; some share a buffer. */
  readonly receive: (
    blocks: readonly FileBlock[],
  ) => Promise<Result<readonly Uint8Array<ArrayBuffer>[], BlockPoolError>>;
  readonly stop: () => void;
}

/** A part of a file as it was when it was opened. */
export interface Piece {
  readonly file: Blob;
  readonly offset: number;
  readonly sizeBytes: number;
}

export type SentPiece =
  | { readonly kind: "stored"; readonly block: FileBlock }
  /** The file is not there any more, or not as it was when it was opened. */
  | { readonly kind: "unreadable" };

export type BlockPoolError =
  /** Worth trying again: nothing is known to be lost. */
  | { readonly type: "Unreachable"; readonly error: EngineError }
  /** Nothing of it arrived; fewer blocks in a request might. */
  | { readonly type: "TooLarge"; readonly sizeBytes: number }
  /** Will be the same the next time, unless somebody does something about it. */
  | { readonly type: "Refused"; readonly error: EngineError };

/** What only the page can do: ask the person, and start the browser's own download. */
export interface TransferPage {
  /** `sizeBytes` null where it cannot be told before. */
  readonly openTarget: (file: {
    readonly name: string;
    readonly sizeBytes: number | null;
  }) => Promise<SaveTarget>;
  /** Asks for the permission to read again, which a new start of the browser may have taken away. */
  readonly requestRead: (handle: FileSystemHandle) => Promise<boolean>;
}

export type SaveTarget =
  | { readonly kind: "file"; readonly handle: FileSystemFileHandle }
  /** Chunks are asked for through this port, see `download/pull-messages`. */
  | { readonly kind: "pull"; readonly port: MessagePort }
  | { readonly kind: "cancelled" }
  | { readonly kind: "unavailable"; readonly detail: string };

/**
 * Handles of what is being uploaded, by job. A handle cannot be encrypted and names its file in clear in the
 * profile, so it is deleted as soon as its job is over, and leaves nothing behind.
 */
export interface HandleStore {
  readonly put: (job: string, handles: readonly FileSystemHandle[]) => Promise<void>;
  /** Empty where there are none. */
  readonly get: (job: string) => Promise<readonly FileSystemHandle[]>;
  readonly delete: (job: string) => Promise<void>;
}

export interface Timer {
  /** Calls back once, after the delay or, where given, at the first sign of a network, whichever is earlier. */
  readonly after: (delayMs: number, wake: "time" | "timeOrNetwork", callback: () => void) => () => void;
}

/** What passes between the engine and one worker that reads, encrypts, sends, fetches and opens blocks. */
export interface BlockWork {
  readonly send: (
    batch: number,
    session: Bytes,
    pieces: readonly Piece[],
  ) => Promise<Result<readonly SentPiece[], BlockWorkError>>;
  readonly receive: (
    session: Bytes,
    blocks: readonly FileBlock[],
  ) => Promise<Result<readonly Uint8Array<ArrayBuffer>[], BlockWorkError>>;
  readonly drop: (batch: number) => void;
  readonly compare: BlockPool["compare"];
}

export type BlockWorkError = BlockPoolError | { readonly type: "SessionEnded" };

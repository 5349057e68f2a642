import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { FileBlock } from "#protocol/manifest/file-manifest.ts";
import type { Result } from "#protocol/result.ts";
import type { BlockWorkError, Piece, SentPiece } from "../ports.ts";

/** Between the engine and the threads that work on blocks. Plaintexts are transferred, never copied. */
export type BlockRequest =
  /** First, and again after every unlock. */
  | { readonly type: "setup"; readonly api: string; readonly organization: Bytes }
  | {
      readonly type: "send";
      readonly call: number;
      readonly batch: number;
      readonly session: Bytes;
      readonly pieces: readonly Piece[];
    }
  | {
      readonly type: "receive";
      readonly call: number;
      readonly session: Bytes;
      readonly blocks: readonly FileBlock[];
    }
  | {
      readonly type: "compare";
      readonly call: number;
      readonly file: Blob;
      readonly blocks: readonly FileBlock[];
    }
  | { readonly type: "drop"; readonly batch: number };

export type BlockReply =
  | {
      readonly type: "sent";
      readonly call: number;
      readonly answer: Result<readonly SentPiece[], BlockWorkError>;
    }
  | {
      readonly type: "received";
      readonly call: number;
      readonly answer: Result<readonly Uint8Array<ArrayBuffer>[], BlockWorkError>;
    }
  | { readonly type: "compared"; readonly call: number; readonly answer: readonly boolean[] };

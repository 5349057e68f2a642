import { decryptBlock, encryptBlock } from "#protocol/block/block-cipher.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import type { FileBlock } from "#protocol/manifest/file-manifest.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { getBlocks, putBlocks } from "#protocol/wire/blocks.ts";
import { isPassing, sessionErrorOf } from "../../sync/engine-errors.ts";
import type { Transport, TransportError } from "../../transport/transport.ts";
import type { BlockWork, BlockWorkError, Piece, SentPiece } from "../ports.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 24;

/** The work of one thread: files in, ciphertexts out, and back. Plaintext leaves it only after it was verified. */
export function createBlockWork(options: {
  readonly suite: CryptoSuite;
  readonly randomBytes: RandomBytes;
  readonly transport: Transport;
  /** Log id of the organization. */
  readonly organization: Bytes;
}): BlockWork {
  const { suite, randomBytes, transport, organization } = options;
  const prepared = new Map<number, PreparedBatch>();

  const prepare = async (pieces: readonly Piece[]): Promise<PreparedBatch> => {
    const ciphertexts: Bytes[] = [];
    const sent: SentPiece[] = [];
    const reads = pieces.map((piece) => readPiece(piece));
    for (const [index, piece] of pieces.entries()) {
      const plaintext = await reads[index];
      if (plaintext === undefined) {
        sent.push({ kind: "unreadable" });
        continue;
      }
      const key = randomBytes(KEY_BYTES);
      const { id, ciphertext } = encryptBlock(suite, organization, plaintext, key, randomBytes(NONCE_BYTES));
      ciphertexts.push(ciphertext);
      sent.push({
        kind: "stored",
        block: { id, key, offset: piece.offset, sizeBytes: piece.sizeBytes },
      });
    }
    return { ciphertexts, sent };
  };

  return {
    send: async (batch, session, pieces) => {
      const ready = prepared.get(batch) ?? (await prepare(pieces));
      if (ready.ciphertexts.length === 0) return ok(ready.sent);
      prepared.set(batch, ready);
      const answer = await transport.call(putBlocks, { blocks: ready.ciphertexts }, session);
      if (!answer.ok) {
        const error = workErrorOf(answer.error);
        if (error.type === "Refused") prepared.delete(batch);
        return err(error);
      }
      prepared.delete(batch);
      switch (answer.value.kind) {
        case "stored":
          return ok(ready.sent);
        case "refused":
          return err({ type: "Refused", error: { type: "StorageFull", where: "server" } });
      }
    },
    drop: (batch) => void prepared.delete(batch),
    receive: async (session, blocks) => {
      const opened: Uint8Array<ArrayBuffer>[] = [];
      while (opened.length < blocks.length) {
        const wanted = blocks.slice(opened.length);
        const answer = await transport.call(getBlocks, { ids: wanted.map(({ id }) => id) }, session);
        if (!answer.ok) return err(workErrorOf(answer.error));
        const ciphertexts = answer.value.body.blocks;
        if (ciphertexts.length === 0 || ciphertexts.length > wanted.length)
          return err({ type: "Unreachable" });
        for (const [index, ciphertext] of ciphertexts.entries()) {
          const plaintext = openBlock(suite, organization, wanted[index], ciphertext);
          if (!plaintext.ok) return plaintext;
          opened.push(plaintext.value);
        }
      }
      return ok(opened);
    },
  };
}

interface PreparedBatch {
  readonly ciphertexts: readonly Bytes[];
  readonly sent: readonly SentPiece[];
}

/** Undefined when the browser refuses, as it does when the file changed since it was opened. */
async function readPiece({ file, offset, sizeBytes }: Piece): Promise<Bytes | undefined> {
  try {
    const bytes = new Uint8Array(await file.slice(offset, offset + sizeBytes).arrayBuffer());
    return bytes.length === sizeBytes ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Missing, changed or not decryptable: for the person it is one thing, a part of the file that cannot be had. */
function openBlock(
  suite: CryptoSuite,
  organization: Bytes,
  block: FileBlock | undefined,
  ciphertext: Bytes | null,
): Result<Uint8Array<ArrayBuffer>, BlockWorkError> {
  const opened = block && ciphertext ? decryptBlock(suite, organization, block, ciphertext) : undefined;
  if (opened?.ok !== true) return err({ type: "Refused", error: { type: "BlockUnavailable" } });
  const { value } = opened;
  // Its own buffer, because it is handed over to another thread without a copy.
  return ok(hasOwnBuffer(value) ? value : new Uint8Array(value));
}

function hasOwnBuffer(bytes: Bytes): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.length;
}

function workErrorOf(error: TransportError): BlockWorkError {
  if (error.type === "ServerFailed" && error.reason === "noSession") return { type: "SessionEnded" };
  if (error.type === "ReplyMalformed" || error.type === "ReplyTooLarge") return { type: "Unreachable" };
  if (error.type === "ServerFailed" && error.reason === "internal") return { type: "Unreachable" };
  const shown = sessionErrorOf(error);
  return isPassing(shown) ? { type: "Unreachable" } : { type: "Refused", error: shown };
}

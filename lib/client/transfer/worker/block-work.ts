import { decryptBlock, encryptBlock } from "#protocol/block/block-cipher.ts";
import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import type { BlockSuite } from "#protocol/crypto/block-suite.ts";
import type { RandomBytes } from "#protocol/crypto/suite.ts";
import type { FileBlock } from "#protocol/manifest/file-manifest.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { getBlocks, putBlocks } from "#protocol/wire/blocks.ts";
import { isPassing, sessionErrorOf } from "../../sync/engine-errors.ts";
import type { Transport, TransportError } from "../../transport/transport.ts";
import type { BlockWork, BlockWorkError, Piece, SentPiece } from "../ports.ts";
import { readPieces } from "./read-pieces.ts";

const KEY_BYTES = 32;

/** The work of one thread: files in, ciphertexts out, and back. Plaintext leaves it only after it was verified. */
export function createBlockWork(options: {
  readonly suite: BlockSuite;
  readonly randomBytes: RandomBytes;
  readonly transport: Transport;
  /** Log id of the organization. */
  readonly organization: Bytes;
}): BlockWork {
  const { suite, randomBytes, transport, organization } = options;
  const prepared = new Map<number, PreparedBatch>();

  const seal = async ({ offset, sizeBytes }: Piece, plaintext: Bytes | undefined): Promise<SealedPiece> => {
    if (plaintext === undefined) return { ciphertext: null, sent: { kind: "unreadable" } };
    const key = randomBytes(KEY_BYTES);
    const { id, ciphertext } = await encryptBlock(suite, organization, plaintext, key);
    return { ciphertext, sent: { kind: "stored", block: { id, key, offset, sizeBytes } } };
  };
  const prepare = async (pieces: readonly Piece[]): Promise<PreparedBatch> => {
    const contents = await readPieces(pieces);
    const sealed = await Promise.all(pieces.map((piece, index) => seal(piece, contents[index])));
    return {
      ciphertexts: sealed.flatMap(({ ciphertext }) => ciphertext ?? []),
      sent: sealed.map(({ sent }) => sent),
    };
  };
  const open = async (
    block: FileBlock | undefined,
    ciphertext: Bytes | null,
  ): Promise<Result<Plaintext, BlockWorkError>> => {
    const opened =
      block && ciphertext ? await decryptBlock(suite, organization, block, ciphertext) : undefined;
    // Missing, changed or not decryptable: for the person it is one thing, a part of the file that cannot be had.
    return opened?.ok === true ? opened : err({ type: "Refused", error: { type: "BlockUnavailable" } });
  };
  /** The same key and content make the same block: nothing about the content has to be kept to know it again. */
  const isContent = async ({ key, id }: FileBlock, plaintext: Bytes | undefined): Promise<boolean> =>
    plaintext !== undefined && equalBytes((await encryptBlock(suite, organization, plaintext, key)).id, id);

  return {
    send: async (batch, session, pieces) => {
      const ready = prepared.get(batch) ?? (await prepare(pieces));
      if (ready.ciphertexts.length === 0) return ok(ready.sent);
      prepared.set(batch, ready);
      const answer = await transport.call(putBlocks, { blocks: ready.ciphertexts }, session);
      if (!answer.ok) {
        const error = workErrorOf(answer.error);
        if (error.type === "Refused" || error.type === "TooLarge") prepared.delete(batch);
        return err(error);
      }
      prepared.delete(batch);
      switch (answer.value.kind) {
        case "stored":
          return areIdsOf(ready.sent, answer.value.body.ids)
            ? ok(ready.sent)
            : err({ type: "Refused", error: { type: "ServerRefused", reason: "other blocks were stored" } });
        case "refused":
          return err({ type: "Refused", error: NO_ROOM[answer.value.body.reason] });
      }
    },
    drop: (batch) => void prepared.delete(batch),
    compare: async (file, blocks) => {
      const contents = await readPieces(blocks.map(({ offset, sizeBytes }) => ({ file, offset, sizeBytes })));
      return Promise.all(blocks.map((block, index) => isContent(block, contents[index])));
    },
    receive: async (session, blocks) => {
      const opened: Plaintext[] = [];
      while (opened.length < blocks.length) {
        const wanted = blocks.slice(opened.length);
        const answer = await transport.call(getBlocks, { ids: wanted.map(({ id }) => id) }, session);
        if (!answer.ok) return err(workErrorOf(answer.error));
        const ciphertexts = answer.value.body.blocks;
        if (ciphertexts.length === 0 || ciphertexts.length > wanted.length) return err(UNREACHABLE);
        const plaintexts = await Promise.all(
          ciphertexts.map((ciphertext, index) => open(wanted[index], ciphertext)),
        );
        for (const plaintext of plaintexts) {
          if (!plaintext.ok) return plaintext;
          opened.push(plaintext.value);
        }
      }
      return ok(gatherSmall(opened));
    },
  };
}

/** To hand over a buffer to another thread costs as much as to copy so many bytes. */
const GATHERED_UP_TO_BYTES = 64 * 1024;

/** The same plaintexts, the small ones as views of one buffer. */
function gatherSmall(plaintexts: readonly Plaintext[]): readonly Plaintext[] {
  const isSmall = ({ length }: Plaintext): boolean => length <= GATHERED_UP_TO_BYTES;
  const gathered = new Uint8Array(plaintexts.filter(isSmall).reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  return plaintexts.map((plaintext) => {
    if (!isSmall(plaintext)) return plaintext;
    gathered.set(plaintext, offset);
    offset += plaintext.length;
    return gathered.subarray(offset - plaintext.length, offset);
  });
}

type Plaintext = Uint8Array<ArrayBuffer>;

interface SealedPiece {
  readonly ciphertext: Bytes | null;
  readonly sent: SentPiece;
}

interface PreparedBatch {
  readonly ciphertexts: readonly Bytes[];
  readonly sent: readonly SentPiece[];
}

/** The server says which blocks it took; another list than ours is no acknowledgement. */
function areIdsOf(sent: readonly SentPiece[], ids: readonly Bytes[]): boolean {
  const own = sent.flatMap((piece) => (piece.kind === "stored" ? piece.block.id : []));
  return (
    own.length === ids.length && own.every((id, index) => equalBytes(id, ids[index] ?? new Uint8Array(0)))
  );
}

const NO_ROOM = {
  storageFull: { type: "StorageFull", where: "server" },
  organizationQuotaExceeded: { type: "StorageFull", where: "quota", of: "organization" },
  deviceQuotaExceeded: { type: "StorageFull", where: "quota", of: "device" },
} as const;

const UNREACHABLE = { type: "Unreachable", error: { type: "ServerUnreachable" } } as const;

function workErrorOf(error: TransportError): BlockWorkError {
  if (error.type === "ServerFailed" && error.reason === "noSession") return { type: "SessionEnded" };
  if (error.type === "RequestTooLarge") return { type: "TooLarge", sizeBytes: error.sizeBytes };
  if (error.type === "ReplyMalformed" || error.type === "ReplyTooLarge") {
    return { type: "Unreachable", error: { type: "ForeignAnswer" } };
  }
  if (error.type === "ServerFailed" && error.reason === "internal") return UNREACHABLE;
  const shown = sessionErrorOf(error);
  return { type: isPassing(shown) ? "Unreachable" : "Refused", error: shown };
}

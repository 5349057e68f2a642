import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { type Bytes, concatBytes, encodeUint32, equalBytes } from "#protocol/bytes/bytes.ts";
import { array, codec, type Infer, struct, tuple, uint, variant } from "#protocol/codec/schema.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { hashSchema, keySchema } from "#protocol/log/identifiers.ts";

export const MAX_HEADS_PER_ENTRY = 10_000;

/** What the file tells, entry by entry; later ones count. */
const entrySchema = variant({
  /** First entry: the Ed25519 seed. */
  identity: [1, struct({ secretKey: [1, keySchema] })],
  /** Heads that may be signed from now on, as of this commit of the database. */
  heads: [
    2,
    struct({
      commitNumber: [1, uint],
      heads: [2, array(tuple(hashSchema, uint, hashSchema), MAX_HEADS_PER_ENTRY)],
    }),
  ],
  /** Epoch record (hash) that was signed. */
  epoch: [3, struct({ epoch: [1, uint], recordHash: [2, hashSchema] })],
});
export type MemoryEntry = Infer<typeof entrySchema>;

const MAX_ENTRY_BYTES = 1024 * 1024;
const entryCodec = codec(entrySchema, MAX_ENTRY_BYTES);
const CHECKSUM_BYTES = 8;
const LENGTH_BYTES = 4;

/**
 * An append-only file of checksummed entries. An entry is durable when `append` resolves; one that was torn by a
 * crash never counted and is overwritten.
 */
export class InstanceMemoryFile {
  readonly #suite: Pick<CryptoSuite, "sha256">;
  readonly #path: string;
  #handle: FileHandle;
  #sizeBytes: number;
  #isFolderDurable = true;
  /** Writes go one after the other: each starts where the one before it ended. */
  #queue: Promise<void> = Promise.resolve();

  private constructor(
    suite: Pick<CryptoSuite, "sha256">,
    path: string,
    handle: FileHandle,
    sizeBytes: number,
  ) {
    this.#suite = suite;
    this.#path = path;
    this.#handle = handle;
    this.#sizeBytes = sizeBytes;
  }

  /** Undefined where there is no file. */
  static async open(
    suite: Pick<CryptoSuite, "sha256">,
    path: string,
  ): Promise<{ readonly file: InstanceMemoryFile; readonly entries: readonly MemoryEntry[] } | undefined> {
    const handle = await openExisting(path);
    if (!handle) return undefined;
    const { entries, sizeBytes } = parseEntries(suite, new Uint8Array(await handle.readFile()));
    return { file: new InstanceMemoryFile(suite, path, handle, sizeBytes), entries };
  }

  /** Replaces the file as a whole, or leaves the old one. */
  static async create(
    suite: Pick<CryptoSuite, "sha256">,
    path: string,
    entries: readonly MemoryEntry[],
  ): Promise<InstanceMemoryFile> {
    const content = concatBytes(...entries.map((entry) => frame(suite, entry)));
    const handle = await replaceFile(path, content);
    await syncFolder(dirname(path));
    return new InstanceMemoryFile(suite, path, handle, content.length);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(entry: MemoryEntry): Promise<void> {
    return this.#inTurn(() => this.#append(frame(this.#suite, entry)));
  }

  /** The same knowledge in fewer entries; `entries` is asked when it is this call's turn. */
  rewrite(entries: () => readonly MemoryEntry[]): Promise<void> {
    return this.#inTurn(async () => {
      const content = concatBytes(...entries().map((entry) => frame(this.#suite, entry)));
      const old = this.#handle;
      this.#handle = await replaceFile(this.#path, content);
      this.#sizeBytes = content.length;
      // Until its folder is durable too, a crash may bring the old file back: nothing may rest on the new one.
      this.#isFolderDurable = false;
      await old.close();
      await this.#makeFolderDurable();
    });
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#handle.close());
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(act);
    // A failed write is its caller's to handle; the next one starts at the same place.
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #makeFolderDurable(): Promise<void> {
    if (this.#isFolderDurable) return;
    await syncFolder(dirname(this.#path));
    this.#isFolderDurable = true;
  }

  async #append(bytes: Bytes): Promise<void> {
    await this.#makeFolderDurable();
    for (let written = 0; written < bytes.length; ) {
      const result = await this.#handle.write(
        bytes,
        written,
        bytes.length - written,
        this.#sizeBytes + written,
      );
      written += result.bytesWritten;
    }
    await this.#handle.sync();
    this.#sizeBytes += bytes.length;
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r+");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** The new file, open under the old one's name. Where it throws, the old file is as it was. */
async function replaceFile(path: string, content: Bytes): Promise<FileHandle> {
  const temporary = `${path}.new`;
  const handle = await open(temporary, "w+", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
    await rename(temporary, path);
    return handle;
  } catch (error) {
    await handle.close();
    // On a full disk half a file is in the way.
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function frame(suite: Pick<CryptoSuite, "sha256">, entry: MemoryEntry): Bytes {
  const payload = entryCodec.encode(entry);
  return concatBytes(encodeUint32(payload.length), payload, suite.sha256(payload).slice(0, CHECKSUM_BYTES));
}

/** Entries up to the first that is torn or damaged, and where that one starts. */
function parseEntries(
  suite: Pick<CryptoSuite, "sha256">,
  content: Bytes,
): { readonly entries: readonly MemoryEntry[]; readonly sizeBytes: number } {
  const entries: MemoryEntry[] = [];
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  let offset = 0;
  while (offset + LENGTH_BYTES <= content.length) {
    const start = offset + LENGTH_BYTES;
    const end = start + view.getUint32(offset);
    const payload = content.subarray(start, end);
    const checksum = content.subarray(end, end + CHECKSUM_BYTES);
    if (!equalBytes(checksum, suite.sha256(payload).slice(0, CHECKSUM_BYTES))) break;
    const entry = entryCodec.decode(payload);
    if (!entry.ok) break;
    entries.push(entry.value);
    offset = end + CHECKSUM_BYTES;
  }
  return { entries, sizeBytes: offset };
}

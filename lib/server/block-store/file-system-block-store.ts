import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { Sha256 } from "#protocol/merkle/tree-hash.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { BlockStore, BlockStoreError } from "../ports.ts";
import { errorCode, FolderSync, isDiskFull } from "./folder-sync.ts";
import { Semaphore } from "./semaphore.ts";

export interface FileSystemBlockStoreOptions {
  /** Absolute; this process MUST be the only one that uses it. */
  readonly folder: string;
  readonly sha256: Sha256;
  /** Told of each block whose bytes no longer had its hash; it was taken out of service, and a new put repairs it. */
  readonly onDamaged?: (file: string) => void;
  /** Opens a new file for writing; tests hand in one on a full device. */
  readonly createFile?: (file: string) => Promise<FileHandle>;
}

/**
 * `<folder>/<organization>/<a>/<b>/<id>`, all in hexadecimal, where a and b are the id's first two digits: 256
 * folders an organization. Small enough to exist after a few uploads, and 5 TB of blocks make 40,000 files in
 * each, which indexed file systems take in their stride.
 *
 * A block is written under a temporary name, synced, renamed, and its folder synced. The temporary name is
 * random: two uploads of one block at once would race for a name made from the id.
 */
export async function openFileSystemBlockStore(options: FileSystemBlockStoreOptions): Promise<BlockStore> {
  const { folder, sha256, createFile = (file: string) => open(file, "wx", 0o600) } = options;
  const incoming = path.join(folder, INCOMING);
  const damaged = path.join(folder, DAMAGED);
  const folders = new FolderSync();
  const writers = new Semaphore(MAX_OPEN_WRITES);
  const readers = new Semaphore(MAX_OPEN_READS);
  /** Blocks on their way to the disk, by path: a second put of the same block waits for the first. */
  const writing = new Map<string, Promise<void>>();
  await mkdir(incoming, { recursive: true });
  await mkdir(damaged, { recursive: true });
  await removeLeftovers(incoming);

  const placeOf = (organization: Bytes, id: Bytes): string => {
    const name = toHex(id);
    return path.join(folder, toHex(organization), name.charAt(0), name.charAt(1), name);
  };

  async function storeOnce(file: string, bytes: Bytes): Promise<void> {
    const already = writing.get(file);
    if (already) return already;
    const stored = writers.run(() => store(file, bytes)).finally(() => writing.delete(file));
    writing.set(file, stored);
    return stored;
  }

  async function store(file: string, bytes: Bytes): Promise<void> {
    const target = path.dirname(file);
    await folders.ensure(folder, target);
    if ((await sizeOf(file)) !== bytes.length) {
      const temporary = path.join(incoming, randomBytes(16).toString("hex"));
      try {
        await writeDurably(temporary, bytes);
        await rename(temporary, file);
      } catch (error) {
        await unlink(temporary).catch(() => undefined);
        throw error;
      }
    }
    // Also for a block that was there: whoever renamed it may have died before this sync.
    await folders.sync(target);
  }

  async function writeDurably(file: string, bytes: Bytes): Promise<void> {
    const handle = await createFile(file);
    try {
      await handle.writeFile(bytes);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  async function read(file: string, id: Bytes): Promise<Bytes | undefined> {
    const bytes = await readFile(file);
    if (equalBytes(sha256(bytes), id)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    // Out of the way, so that the next put of this block does not find it "already stored".
    await rename(file, path.join(damaged, `${path.basename(file)}-${randomBytes(8).toString("hex")}`));
    options.onDamaged?.(file);
    return undefined;
  }

  return {
    put: async (organization, id, ciphertext) => {
      if (!equalBytes(sha256(ciphertext), id))
        throw new Error("a block was put under an id that is not its hash");
      return answer(async () => storeOnce(placeOf(organization, id), ciphertext).then(() => null));
    },
    get: (organization, id) => answer(() => readers.run(() => ifThere(read(placeOf(organization, id), id)))),
    has: (organization, id) =>
      answer(async () => (await ifThere(stat(placeOf(organization, id)))) !== undefined),
  };
}

/** Bodies of blocks in memory are bounded by the requests; these bound open files and the queue at the disk. */
const MAX_OPEN_WRITES = 16;
const MAX_OPEN_READS = 32;
const INCOMING = ".incoming";
const DAMAGED = ".damaged";

async function removeLeftovers(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) await unlink(path.join(incoming, name));
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await ifThere(stat(file)))?.size;
}

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  });
}

/** The system's errors become values; programming errors go on upwards. */
async function answer<T>(work: () => Promise<T>): Promise<Result<T, BlockStoreError>> {
  try {
    return ok(await work());
  } catch (error) {
    const code = errorCode(error);
    if (code === "") throw error;
    return err(
      isDiskFull(code) ? { type: "BlockStorageFull" } : { type: "BlockStorageUnavailable", detail: code },
    );
  }
}

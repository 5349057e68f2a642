import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { array, bytes, bytesUpTo, codec, struct, uint } from "#protocol/codec/schema.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import type { LedgerSnapshot } from "../application/application.ts";
import { encodeSnapshot, parseSnapshot } from "../application/snapshot.ts";
import { AppendFile, type AppendIo } from "./append-file.ts";
import { readIfExists, syncDirectory, writeAtomically } from "./atomic-file.ts";
import { lockFolder } from "./folder-lock.ts";
import { decodeStoredBlock, encodeStoredBlock, type StoredBlock } from "./stored-block.ts";

export interface TransactionPlace {
  readonly height: number;
  /** Within the block. */
  readonly index: number;
}

const NO_LIMIT = 2 ** 31;

const snapshotFileCodec = codec(
  struct({
    snapshot: [0, bytesUpTo(NO_LIMIT)],
    transactions: [1, array(struct({ hash: [0, bytes(32)], height: [1, uint], index: [2, uint] }), NO_LIMIT)],
  }),
  NO_LIMIT,
);

/**
 * A chain's folder: `blocks.log`, which is the truth, and `snapshot.cbor`, which spares replaying it from the
 * first block. Losing the snapshot costs time only.
 */
export class ChainStore {
  readonly #suite: CryptoSuite;
  readonly #dir: string;
  readonly #lock: { readonly release: () => void };
  readonly #blocks: AppendFile;
  readonly #transactions = new Map<string, TransactionPlace>();

  constructor(suite: CryptoSuite, dir: string, io?: AppendIo) {
    this.#suite = suite;
    this.#dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#lock = lockFolder(dir);
    this.#blocks = AppendFile.open(join(dir, "blocks.log"), io);
    syncDirectory(dir);
  }

  /** 0 before the first block. */
  get height(): number {
    return this.#blocks.length;
  }

  /** Durable when it returns. */
  append(block: StoredBlock): void {
    this.#blocks.append(encodeStoredBlock(block));
    this.indexTransactions(this.height, block.transactions);
  }

  block(height: number): StoredBlock | undefined {
    return height >= 1 && height <= this.height
      ? decodeStoredBlock(this.#blocks.read(height - 1))
      : undefined;
  }

  findTransaction(hash: Bytes): TransactionPlace | undefined {
    return this.#transactions.get(toHex(hash));
  }

  /** Undefined when none was taken yet. Must come before any `append`. */
  readSnapshot(): LedgerSnapshot | undefined {
    const stored = readIfExists(join(this.#dir, "snapshot.cbor"));
    if (!stored) return undefined;
    const { snapshot, transactions } = unwrap(snapshotFileCodec.decode(stored));
    for (const { hash, height, index } of transactions)
      this.#transactions.set(toHex(hash), { height, index });
    return unwrap(parseSnapshot(this.#suite, snapshot));
  }

  writeSnapshot(snapshot: LedgerSnapshot): void {
    const transactions = [...this.#transactions].map(([hash, place]) => ({
      hash: new Uint8Array(Buffer.from(hash, "hex")),
      ...place,
    }));
    const content = snapshotFileCodec.encode({ snapshot: encodeSnapshot(snapshot), transactions });
    writeAtomically(join(this.#dir, "snapshot.cbor"), content);
  }

  /** `append` does this; a block read back after a restart needs it done. */
  indexTransactions(height: number, transactions: readonly Bytes[]): void {
    for (const [index, transaction] of transactions.entries()) {
      this.#transactions.set(toHex(this.#suite.sha256(transaction)), { height, index });
    }
  }

  close(): void {
    this.#blocks.close();
    this.#lock.release();
  }
}

import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { fromHex, toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import { InstanceMemoryFile, MAX_HEADS_PER_ENTRY, type MemoryEntry } from "./instance-memory-file.ts";

interface RememberedHead {
  readonly log: Bytes;
  readonly size: number;
  readonly root: Bytes;
}

/**
 * What this instance knows apart from its database: its key and, of every log, the newest head it may have
 * signed. Written and fsynced before a signature leaves, so that a database that was rewritten or put back
 * underneath is noticed before the instance contradicts itself (`protocol` §9).
 */
export interface InstanceMemory {
  /** Ed25519 seed. */
  readonly secretKey: Bytes;
  /** True when there was no usable memory: the ledger has to learn the new key. */
  readonly isNewKey: boolean;
  /** The memory knows of commits that the database has lost: nothing may be signed or appended. */
  readonly needsRecovery: () => boolean;
  readonly commitNumber: () => number;
  readonly headOf: (log: Bytes) => { readonly size: number; readonly root: Bytes } | undefined;
  /** Durable when it resolves. */
  readonly remember: (commitNumber: number, heads: readonly RememberedHead[]) => Promise<void>;
  /** False when another record of this epoch was remembered before; durable when it resolves. */
  readonly rememberEpochRecord: (epoch: number, recordHash: Bytes) => Promise<boolean>;
  /** From now on as if the database were older than this memory: it contradicts a remembered head. */
  readonly requireRecovery: () => void;
  readonly close: () => Promise<void>;
}

/** The file is rewritten when it has grown beyond this many times what it holds. */
const REWRITE_FACTOR = 8;
const REWRITE_MIN_BYTES = 256 * 1024;
/** log id, size, root and their CBOR heads. */
const HEAD_BYTES = 80;

/**
 * Opens the memory of an instance whose database stands at `databaseCommit`. A missing, unreadable or older
 * file means a new key: what the old key has signed since is not known any more. (One commit behind is not
 * older: the process stopped between the commit and the memory, so nothing of it was signed.)
 */
export async function openInstanceMemory(input: {
  readonly suite: CryptoSuite;
  readonly randomBytes: RandomBytes;
  readonly file: string;
  readonly databaseCommit: number;
}): Promise<InstanceMemory> {
  const { suite, file, databaseCommit } = input;
  const opened = await InstanceMemoryFile.open(suite, file);
  const known = opened && recall(opened.entries);
  if (opened && known && known.commitNumber >= databaseCommit - 1) {
    return createMemory(opened.file, known, false, known.commitNumber > databaseCommit);
  }
  await opened?.file.close();
  const fresh: Recalled = {
    secretKey: input.randomBytes(32),
    commitNumber: databaseCommit,
    heads: new Map(),
    epochRecords: new Map(),
  };
  const created = await InstanceMemoryFile.create(suite, file, entriesOf(fresh));
  return createMemory(created, fresh, true, false);
}

interface Recalled {
  readonly secretKey: Bytes;
  commitNumber: number;
  readonly heads: Map<string, { readonly size: number; readonly root: Bytes }>;
  readonly epochRecords: Map<number, Bytes>;
}

function createMemory(
  file: InstanceMemoryFile,
  known: Recalled,
  isNewKey: boolean,
  isDatabaseOlder: boolean,
): InstanceMemory {
  let needsRecovery = isDatabaseOlder;
  const append = async (entry: MemoryEntry): Promise<void> => {
    await file.append(entry);
    take(known, entry);
    const usefulBytes = known.heads.size * HEAD_BYTES;
    // What was appended is durable: a disk without room for the shorter file keeps the longer one.
    if (file.sizeBytes > REWRITE_MIN_BYTES + REWRITE_FACTOR * usefulBytes)
      await file.rewrite(() => entriesOf(known)).catch(() => undefined);
  };
  return {
    secretKey: known.secretKey,
    isNewKey,
    needsRecovery: () => needsRecovery,
    commitNumber: () => known.commitNumber,
    headOf: (log) => known.heads.get(toHex(log)),
    remember: (commitNumber, heads) =>
      append({
        kind: "heads",
        body: { commitNumber, heads: heads.map(({ log, size, root }) => [log, size, root] as const) },
      }),
    rememberEpochRecord: async (epoch, recordHash) => {
      const signed = known.epochRecords.get(epoch);
      if (signed) return equalBytes(signed, recordHash);
      // Forgotten on rewriting: the epoch was anchored long ago.
      if ([...known.epochRecords.keys()].some((newer) => newer > epoch)) return false;
      await append({ kind: "epoch", body: { epoch, recordHash } });
      return true;
    },
    requireRecovery: () => {
      needsRecovery = true;
    },
    close: () => file.close(),
  };
}

function recall(entries: readonly MemoryEntry[]): Recalled | undefined {
  const [first, ...rest] = entries;
  if (first?.kind !== "identity") return undefined;
  const known: Recalled = {
    secretKey: first.body.secretKey,
    commitNumber: 0,
    heads: new Map(),
    epochRecords: new Map(),
  };
  for (const entry of rest) take(known, entry);
  return known;
}

function take(known: Recalled, entry: MemoryEntry): void {
  switch (entry.kind) {
    case "identity":
      break;
    case "heads":
      known.commitNumber = Math.max(known.commitNumber, entry.body.commitNumber);
      for (const [log, size, root] of entry.body.heads) known.heads.set(toHex(log), { size, root });
      break;
    case "epoch":
      known.epochRecords.set(entry.body.epoch, entry.body.recordHash);
      break;
  }
}

/** The newest two epochs suffice: an epoch is signed only once the one before it is anchored. */
function entriesOf(known: Recalled): MemoryEntry[] {
  const epochs = [...known.epochRecords].sort(([a], [b]) => a - b).slice(-2);
  return [
    { kind: "identity", body: { secretKey: known.secretKey } },
    ...headEntriesOf(known),
    ...epochs.map(([epoch, recordHash]): MemoryEntry => ({ kind: "epoch", body: { epoch, recordHash } })),
  ];
}

function headEntriesOf({ commitNumber, heads }: Recalled): MemoryEntry[] {
  const all = [...heads].map(([log, { size, root }]) => [unwrap(fromHex(log)), size, root] as const);
  const entries: MemoryEntry[] = [];
  // At least one, for the commit number.
  for (let from = 0; from === 0 || from < all.length; from += MAX_HEADS_PER_ENTRY) {
    const part = all.slice(from, from + MAX_HEADS_PER_ENTRY);
    entries.push({ kind: "heads", body: { commitNumber, heads: part } });
  }
  return entries;
}

import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { Checkpoint, EpochClosing, StoredEpochRecord } from "../ports.ts";

/**
 * Everything the server keeps, as questions and one way to write. Every method MUST throw `StoreError` when the
 * database does not answer; byte strings handed out belong to the caller.
 */
export interface Store {
  /** Transactions committed so far. */
  readonly commitNumber: () => Promise<number>;
  /**
   * All of it or nothing, durable when it resolves. MUST fail when `commitNumber` is not one more than the stored
   * one: somebody else has written. After a failure it is unknown whether the batch was committed.
   */
  readonly commit: (batch: CommitBatch) => Promise<void>;

  readonly log: (id: Bytes) => Promise<LogRow | undefined>;
  /** In order; exactly [from, to). */
  readonly leafHashes: (log: Bytes, from: number, to: number) => Promise<readonly Bytes[]>;
  /** Leaves from `from` on, before `to`, until `maxBytes` is reached (at least one, if there is one). */
  readonly leaves: (log: Bytes, from: number, to: number, maxBytes: number) => Promise<readonly Bytes[]>;
  readonly leafByRecord: (
    log: Bytes,
    recordHash: Bytes,
  ) => Promise<{ index: number; leaf: Bytes } | undefined>;
  readonly opening: (log: Bytes, index: number) => Promise<Bytes | undefined>;

  /** Of every key the newest entry made by a leaf below `size`. */
  readonly mapEntries: (log: Bytes, size: number) => Promise<readonly EntryRow[]>;
  /** The same for some keys; keys without an entry are missing from the answer. */
  readonly mapEntriesOf: (log: Bytes, size: number, keys: readonly Bytes[]) => Promise<readonly EntryRow[]>;
  /** Leaves that made an entry at this key, in order: `limit` of them after the first `skip`. */
  readonly entryIndices: (log: Bytes, key: Bytes, skip: number, limit: number) => Promise<readonly number[]>;
  /** The newest value at one key in each workspace of an organization that has one. */
  readonly workspacesWith: (
    organization: Bytes,
    key: Bytes,
  ) => Promise<readonly { readonly log: Bytes; readonly value: Bytes }[]>;

  /** Those of the contents that are stored. */
  readonly contents: (
    log: Bytes,
    hashes: readonly Bytes[],
  ) => Promise<readonly { readonly hash: Bytes; readonly ciphertext: Bytes }[]>;
  /** Sizes of those contents that are stored. */
  readonly contentSizes: (
    log: Bytes,
    hashes: readonly Bytes[],
  ) => Promise<readonly { readonly hash: Bytes; readonly sizeBytes: number }[]>;
  readonly ring: (log: Bytes, hash: Bytes, user: Bytes) => Promise<Bytes | undefined>;
  readonly profiles: (
    organization: Bytes,
    hashes: readonly Bytes[],
  ) => Promise<readonly { readonly hash: Bytes; readonly ciphertext: Bytes }[]>;

  readonly openEpoch: () => Promise<number>;
  readonly epochClosing: (epoch: number) => Promise<EpochClosing | undefined>;
  /** Logs whose newest leaf is not an EPOCH leaf and belongs to `epoch` or before, organizations first. */
  readonly unclosedLogs: (epoch: number) => Promise<readonly Bytes[]>;
  readonly checkpointsMadeIn: (epoch: number) => Promise<readonly Checkpoint[]>;
  /** Of every log its newest checkpoint made in `epoch` or before. */
  readonly checkpointsUpTo: (epoch: number) => Promise<readonly Checkpoint[]>;
  /** Of one log. */
  readonly checkpointUpTo: (log: Bytes, epoch: number) => Promise<Checkpoint | undefined>;
  /** Whether an EPOCH leaf is the last one of the log's first `size` leaves. */
  readonly isCheckpointSize: (log: Bytes, size: number) => Promise<boolean>;
  /** Keeps what is there already, if anything. */
  readonly insertEpochRecord: (record: StoredEpochRecord) => Promise<void>;
  readonly epochRecord: (epoch: number) => Promise<StoredEpochRecord | undefined>;
  readonly newestEpochRecord: () => Promise<StoredEpochRecord | undefined>;
  readonly epochRecordHashes: (fromEpoch: number) => Promise<readonly { epoch: number; recordHash: Bytes }[]>;
  /** Keeps what is there already, if anything. */
  readonly setEpochTransaction: (epoch: number, transaction: Bytes) => Promise<void>;
  readonly setAnchored: (epoch: number, height: number) => Promise<void>;

  /** What is counted for each device of an organization, blocks on their way not included. */
  readonly blockUsage: (
    organization: Bytes,
  ) => Promise<readonly { readonly device: Bytes; readonly sizeBytes: number }[]>;
  /** Blocks of an organization that began and of which no end was recorded. */
  readonly blockReservations: (organization: Bytes) => Promise<readonly BlockReservation[]>;
  /**
   * All of it or nothing, durable when it resolves; the ends come before the beginnings. Doing the same again, after
   * a failure of which the outcome is unknown, changes nothing.
   */
  readonly recordBlocks: (change: BlockChange) => Promise<void>;

  /** Throws `StoreError` when the database is out of reach. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What the newest leaf of a log left behind. */
export interface LogTail {
  readonly size: number;
  readonly root: Bytes;
  readonly lastTime: number;
  /** Epoch of the newest leaf. */
  readonly lastEpoch: number;
  /** Whether the newest leaf is an EPOCH leaf. */
  readonly isClosed: boolean;
  /** organizationSize of the newest stamp. */
  readonly organizationSize: number;
  /** Newest checkpoint; null before the first. */
  readonly checkpoint: { readonly epoch: number; readonly size: number; readonly root: Bytes } | null;
}

export interface LogRow {
  readonly id: Bytes;
  readonly kind: "organization" | "workspace";
  readonly organization: Bytes;
  readonly tail: LogTail;
}

export interface EntryRow {
  readonly key: Bytes;
  /** Leaf that made it. */
  readonly index: number;
  readonly value: Bytes;
}

export interface LeafRow {
  readonly index: number;
  readonly leaf: Bytes;
  readonly leafHash: Bytes;
  /** Null for EPOCH leaves. */
  readonly recordHash: Bytes | null;
}

/** One transaction of the writer: the work of many waiting callers. */
export interface CommitBatch {
  readonly commitNumber: number;
  readonly logs: readonly {
    readonly row: LogRow;
    readonly leaves: readonly LeafRow[];
    readonly entries: readonly EntryRow[];
  }[];
  readonly openings: readonly { readonly log: Bytes; readonly index: number; readonly opening: Bytes }[];
  readonly contents: readonly { readonly log: Bytes; readonly hash: Bytes; readonly ciphertext: Bytes }[];
  readonly rings: readonly {
    readonly log: Bytes;
    readonly hash: Bytes;
    readonly user: Bytes;
    readonly ciphertext: Bytes;
  }[];
  readonly profiles: readonly {
    readonly organization: Bytes;
    readonly hash: Bytes;
    readonly ciphertext: Bytes;
  }[];
  readonly checkpoints: readonly Checkpoint[];
  readonly closings: readonly EpochClosing[];
}

/** A block by its organization and id. */
export interface BlockName {
  readonly organization: Bytes;
  readonly id: Bytes;
}

/** Room that a device takes for a block before it is written. */
export interface BlockReservation extends BlockName {
  readonly device: Bytes;
  readonly sizeBytes: number;
}

export interface BlockChange {
  /** Are counted for the devices that their reservations name; without a reservation nothing is. */
  readonly stored: readonly BlockName[];
  /** Were not stored: their reservations are gone. */
  readonly released: readonly BlockName[];
  readonly begun: readonly BlockReservation[];
}

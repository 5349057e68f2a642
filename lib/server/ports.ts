import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { RandomBytes } from "#protocol/crypto/suite.ts";
import type { MapProof } from "#protocol/prefix-map/map-proof.ts";
import type { Result } from "#protocol/result.ts";

/** The seams between the parts of the server: each part names here what it needs and what it offers. */

/** Unix time in milliseconds. */
export type Clock = () => number;

export interface Environment {
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

/** Encrypted blocks, each named by the SHA-256 of its ciphertext, kept apart by organization. */
export interface BlockStore {
  /** Durable when it resolves. The same block again is not an error. */
  readonly put: (organization: Bytes, id: Bytes, ciphertext: Bytes) => Promise<Result<null, BlockStoreError>>;
  /** Undefined where the organization has no such block. */
  readonly get: (organization: Bytes, id: Bytes) => Promise<Result<Bytes | undefined, BlockStoreError>>;
  readonly has: (organization: Bytes, id: Bytes) => Promise<Result<boolean, BlockStoreError>>;
}

export type BlockStoreError =
  | { readonly type: "BlockStorageFull" }
  | { readonly type: "BlockStorageUnavailable"; readonly detail: string };

/** Bytes that stored blocks may take; null where there is no bound. */
export interface BlockQuotas {
  readonly organizationBytes: number | null;
  readonly deviceBytes: number | null;
}

/** The way in for blocks: what they take is counted for the device that brought them first, and bounded. */
export interface BlockIntake {
  /**
   * All of them or, beyond a quota, none; durable when it resolves. A block that the organization has already costs
   * nothing. Throws `StoreError` when what it costs cannot be written down.
   */
  readonly put: (
    caller: Pick<Caller, "organization" | "device">,
    blocks: readonly { readonly id: Bytes; readonly ciphertext: Bytes }[],
  ) => Promise<Result<null, BlockStoreError | BlockQuotaExceeded>>;
}

export interface BlockQuotaExceeded {
  readonly type: "BlockQuotaExceeded";
  readonly of: "organization" | "device";
}

/** A log got leaves that others should hear of: writes and authority records, never reads. */
export interface LogGrown {
  readonly organization: Bytes;
  readonly log: Bytes;
  readonly size: number;
}

/** MUST NOT throw and MUST NOT wait: it is called between the commit and the answer. */
export interface EventHub {
  readonly publish: (event: LogGrown) => void;
}

/** Who opened a session; valid at the moment it was looked up. */
export interface Caller {
  /** Id of the organization's log. */
  readonly organization: Bytes;
  readonly device: Bytes;
  /** Zeros for the organization's root key. */
  readonly user: Bytes;
}

/** For routes beside the commands, such as the event stream. */
export interface Access {
  /** The caller behind `authorization: Bearer …`, whose device is still active; undefined otherwise. */
  readonly authenticate: (authorization: string | undefined) => Promise<Caller | undefined>;
  /** True for the caller's organization's log and for workspaces that the caller's user is a member of now. */
  readonly mayRead: (caller: Caller, log: Bytes) => Promise<boolean>;
}

/** One log's seal in one epoch: its head right after the EPOCH leaf. */
export interface Checkpoint {
  readonly log: Bytes;
  /** Epoch in which this checkpoint was made. */
  readonly epoch: number;
  readonly size: number;
  readonly root: Bytes;
}

/** The exact bytes of an epoch record and how far it got. */
export interface StoredEpochRecord {
  readonly epoch: number;
  readonly record: Bytes;
  /** `epochRecordHash` of `record`. */
  readonly recordHash: Bytes;
  /** The exact signed ledger transaction, once it was made. */
  readonly transaction: Bytes | null;
  /** Height of the ledger's block that has it; null until it is anchored. */
  readonly anchoredHeight: number | null;
}

/** Where the ledger stood when an epoch was closed, as the EPOCH leaves say. */
export interface EpochClosing {
  readonly epoch: number;
  readonly ledgerHeight: number;
  readonly ledgerHash: Bytes;
}

export type EpochSigningError =
  /** Another record of this epoch was signed before. */
  | { readonly type: "EpochRecordContradicted" }
  /** A changed slot contradicts a head that this instance has signed. */
  | { readonly type: "SlotContradictsMemory"; readonly log: Bytes }
  /** The instance's memory is newer than its database. */
  | { readonly type: "RecoveryNeeded" };

/**
 * What the sealer needs from the logs. The order of one seal, each step repeatable after a crash:
 * `raiseEpoch` → `closeLogs` → (tree) → `storeEpochRecord` → `signEpochRecord` → `storeEpochTransaction` →
 * publish → `markAnchored`. An epoch is closed only once the one before it is anchored.
 */
export interface EpochLogs {
  /** Epoch that the next leaf is stamped with. */
  readonly openEpoch: () => number;
  /** Whether any log has a leaf other than EPOCH since its last checkpoint. */
  readonly hasUnsealedLeaves: () => Promise<boolean>;
  /** Under the writer's lock: every leaf committed afterwards carries `closing.epoch + 1`. Does nothing if it is raised already. */
  readonly raiseEpoch: (closing: EpochClosing) => Promise<void>;
  /**
   * Gives each log with leaves of this epoch its EPOCH leaf, organizations first, unless a later append was quicker.
   * Answers every checkpoint made in this epoch, whoever made it.
   */
  readonly closeLogs: (epoch: number) => Promise<readonly Checkpoint[]>;
  /** Of every log its newest checkpoint made in `epoch` or before: the content of that epoch's tree. */
  readonly slots: (epoch: number) => Promise<readonly Checkpoint[]>;
  /** The first record stored for an epoch stays; answers the stored one, which may be another than the given. */
  readonly storeEpochRecord: (record: Bytes) => Promise<StoredEpochRecord>;
  readonly epochRecord: (epoch: number) => Promise<StoredEpochRecord | undefined>;
  readonly newestEpochRecord: () => Promise<StoredEpochRecord | undefined>;
  /** Signature (context `epoch`) over the stored record, after its changed slots were compared with the instance's own memory. */
  readonly signEpochRecord: (epoch: number) => Promise<Result<Bytes, EpochSigningError>>;
  /** The first transaction stored for an epoch stays; answers the stored one. */
  readonly storeEpochTransaction: (epoch: number, transaction: Bytes) => Promise<Bytes>;
  readonly markAnchored: (epoch: number, height: number) => Promise<void>;
}

/** Proofs of slots in sealed epoch trees (key `epochSlotKeyOf(log)`). */
export interface EpochTrees {
  /** Presence or absence of the log's slot; undefined where the epoch has no record yet. */
  readonly proveSlot: (epoch: number, log: Bytes) => Promise<MapProof | undefined>;
}

/** The ledger proxy's bundle (`protocol/checkpoint`): raw bytes that only the client judges. */
export interface LedgerBundles {
  /** `toEpoch` null asks for the newest; undefined where the ledger cannot answer now. */
  readonly bundle: (query: {
    readonly trustedHeight: number;
    readonly fromEpoch: number;
    readonly toEpoch: number | null;
  }) => Promise<Bytes | undefined>;
}

import type { Bytes } from "#protocol/bytes/bytes.ts";

/** Rows as both databases give and take them. Booleans are 0 or 1; log ids, hashes and keys are byte strings. */
export interface Tables {
  readonly deployment_state: DeploymentStateTable;
  readonly logs: LogTable;
  readonly leaves: LeafTable;
  readonly map_entries: MapEntryTable;
  readonly openings: OpeningTable;
  readonly contents: ContentTable;
  readonly rings: RingTable;
  readonly profiles: ProfileTable;
  readonly checkpoints: CheckpointTable;
  readonly epoch_closings: EpochClosingTable;
  readonly epoch_records: EpochRecordTable;
  readonly block_usage: BlockUsageTable;
  readonly block_reservations: BlockReservationTable;
}

/** One row. */
interface DeploymentStateTable {
  id: number;
  /** Transactions of the writer so far: what the instance's memory is compared with. */
  commit_number: number;
}

/** The newest leaf's facts stand beside the log, so that a first append needs no search. */
export interface LogTable {
  id: Bytes;
  kind: "organization" | "workspace";
  organization: Bytes;
  size: number;
  root: Bytes;
  last_time: number;
  last_epoch: number;
  /** Whether the newest leaf is an EPOCH leaf. */
  is_closed: number;
  organization_size: number;
  checkpoint_epoch: number | null;
  checkpoint_size: number | null;
  checkpoint_root: Bytes | null;
}

interface LeafTable {
  log: Bytes;
  idx: number;
  leaf: Bytes;
  leaf_hash: Bytes;
  /** Null for EPOCH leaves. */
  record_hash: Bytes | null;
}

/** Append-only: the map after leaf i is, of each key, the entry with the largest idx ≤ i. */
interface MapEntryTable {
  log: Bytes;
  key: Bytes;
  idx: number;
  value: Bytes;
}

interface OpeningTable {
  log: Bytes;
  idx: number;
  opening: Bytes;
}

interface ContentTable {
  log: Bytes;
  hash: Bytes;
  ciphertext: Bytes;
}

interface RingTable {
  log: Bytes;
  hash: Bytes;
  user_id: Bytes;
  ciphertext: Bytes;
}

interface ProfileTable {
  organization: Bytes;
  hash: Bytes;
  ciphertext: Bytes;
}

interface CheckpointTable {
  log: Bytes;
  epoch: number;
  size: number;
  root: Bytes;
}

interface EpochClosingTable {
  epoch: number;
  ledger_height: number;
  ledger_hash: Bytes;
}

export interface EpochRecordTable {
  epoch: number;
  record: Bytes;
  record_hash: Bytes;
  ledger_transaction: Bytes | null;
  anchored_height: number | null;
}

/** What each device's stored blocks take. */
interface BlockUsageTable {
  organization: Bytes;
  device: Bytes;
  size_bytes: number;
}

/** Blocks that were on their way to the disk when they were last heard of. */
export interface BlockReservationTable {
  organization: Bytes;
  id: Bytes;
  device: Bytes;
  size_bytes: number;
}

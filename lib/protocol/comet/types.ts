import type { Bytes } from "../bytes/bytes.ts";

/** A point in time as CometBFT signs it: Unix seconds (negative before 1970) and 0…999,999,999 nanoseconds. */
export interface CometTime {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** The parts a serialised block was gossiped in: their number and the root over them. */
export interface PartSetHeader {
  readonly total: number;
  readonly hash: Bytes;
}

/** Both hashes are 32 bytes, or empty with `total` 0: the identifier before the first block. */
export interface BlockId {
  readonly hash: Bytes;
  readonly parts: PartSetHeader;
}

/** The 14 fields of a CometBFT 0.38 header. Hashes are 32 bytes or empty, `appHash` is the application's own. */
export interface CometHeader {
  readonly version: { readonly block: bigint; readonly app: bigint };
  readonly chainId: string;
  readonly height: bigint;
  readonly time: CometTime;
  readonly lastBlockId: BlockId;
  readonly lastCommitHash: Bytes;
  readonly dataHash: Bytes;
  readonly validatorsHash: Bytes;
  readonly nextValidatorsHash: Bytes;
  readonly consensusHash: Bytes;
  readonly appHash: Bytes;
  readonly lastResultsHash: Bytes;
  readonly evidenceHash: Bytes;
  /** 20 bytes. */
  readonly proposerAddress: Bytes;
}

/** What one validator's place in a commit holds: nothing, a precommit for the block, or a precommit for nil. */
export type CommitSig =
  | { readonly flag: "absent" }
  | {
      readonly flag: "commit" | "nil";
      /** 20 bytes. */
      readonly validatorAddress: Bytes;
      readonly timestamp: CometTime;
      /** Ed25519, 64 bytes. */
      readonly signature: Bytes;
    };

export interface Commit {
  readonly height: bigint;
  readonly round: number;
  readonly blockId: BlockId;
  /** One for each validator, in the order of the set. */
  readonly signatures: readonly CommitSig[];
}

/** The address is not carried: it is always derived from the key, so it cannot disagree with it. */
export interface Validator {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Bytes;
  /** Voting power, an int64 above 0. */
  readonly power: bigint;
}

/** In canonical order: power descending, then address. The set's hash covers the order. */
export type ValidatorSet = readonly Validator[];

export interface SignedHeader {
  readonly header: CometHeader;
  readonly commit: Commit;
}

/** Everything one light-client step needs of one height; nothing in it is believed before a verifier has run. */
export interface LightBlock extends SignedHeader {
  readonly validators: ValidatorSet;
  readonly nextValidators: ValidatorSet;
}

export const NO_BLOCK_ID: BlockId = {
  hash: new Uint8Array(0),
  parts: { total: 0, hash: new Uint8Array(0) },
};

import { type Bytes, EMPTY_BYTES } from "../bytes/bytes.ts";
import {
  array,
  bytes,
  bytesUpTo,
  codec,
  enumeration,
  integer,
  nullable,
  type Schema,
  struct,
  text,
  tuple,
  uint,
} from "../codec/schema.ts";
import { GO_ZERO_TIME, LAST_TIME_SECONDS } from "./comet-time.ts";
import { MAX_APP_HASH_BYTES, MAX_CHAIN_ID_BYTES, MAX_PARTS, MAX_ROUND, MAX_VALIDATORS } from "./limits.ts";
import type { BlockId, CometHeader, CometTime, Commit, CommitSig, LightBlock, Validator } from "./types.ts";
import { ADDRESS_SIZE_BYTES } from "./validator-set.ts";

/** A light block of `MAX_VALIDATORS` in both sets takes about 210 KB. */
const MAX_LIGHT_BLOCK_BYTES = 256 * 1024;

/** Heights, powers and versions end at 2^53 - 1 here, far above any real chain; encoding more throws. */
const safeBigint = mapped(uint, Number, BigInt);

/** A SHA-256 hash, or the empty one that CometBFT uses for "none". */
const hashOrEmpty: Schema<Bytes> = mapped(
  nullable(bytes(32)),
  (hash) => (hash.length === 0 ? null : hash),
  (hash) => hash ?? EMPTY_BYTES,
);

const time: Schema<CometTime> = mapped(
  tuple(integer(Number(GO_ZERO_TIME.seconds), Number(LAST_TIME_SECONDS)), integer(0, 999_999_999)),
  ({ seconds, nanos }) => [Number(seconds), nanos] as const,
  ([seconds, nanos]) => ({ seconds: BigInt(seconds), nanos }),
);

const blockId: Schema<BlockId> = struct({
  hash: [0, hashOrEmpty],
  parts: [1, struct({ total: [0, integer(0, MAX_PARTS)], hash: [1, hashOrEmpty] })],
});

const header: Schema<CometHeader> = struct({
  version: [0, struct({ block: [0, safeBigint], app: [1, safeBigint] })],
  chainId: [1, text(MAX_CHAIN_ID_BYTES)],
  height: [2, safeBigint],
  time: [3, time],
  lastBlockId: [4, blockId],
  lastCommitHash: [5, hashOrEmpty],
  dataHash: [6, hashOrEmpty],
  validatorsHash: [7, hashOrEmpty],
  nextValidatorsHash: [8, hashOrEmpty],
  consensusHash: [9, hashOrEmpty],
  appHash: [10, bytesUpTo(MAX_APP_HASH_BYTES)],
  lastResultsHash: [11, hashOrEmpty],
  evidenceHash: [12, hashOrEmpty],
  proposerAddress: [13, bytes(ADDRESS_SIZE_BYTES)],
});

const presentSig = struct({
  flag: [0, enumeration({ commit: 2, nil: 3 })],
  validatorAddress: [1, bytes(ADDRESS_SIZE_BYTES)],
  timestamp: [2, time],
  signature: [3, bytes(64)],
});

const commitSig: Schema<CommitSig> = mapped(
  nullable(presentSig),
  (sig) => (sig.flag === "absent" ? null : sig),
  (sig) => sig ?? { flag: "absent" },
);

const commit: Schema<Commit> = struct({
  height: [0, safeBigint],
  round: [1, integer(0, MAX_ROUND)],
  blockId: [2, blockId],
  signatures: [3, array(commitSig, MAX_VALIDATORS)],
});

const validator: Schema<Validator> = struct({ publicKey: [0, bytes(32)], power: [1, safeBigint] });

/** A light block as deterministic CBOR, the form it has in evidence and in the ledger's bundles. */
export const lightBlockSchema: Schema<LightBlock> = struct({
  header: [0, header],
  commit: [1, commit],
  validators: [2, array(validator, MAX_VALIDATORS)],
  nextValidators: [3, array(validator, MAX_VALIDATORS)],
});

const lightBlockCodec = codec(lightBlockSchema, MAX_LIGHT_BLOCK_BYTES);

export const encodeLightBlock = lightBlockCodec.encode;

/** Strict; says nothing about signatures or hashes. */
export const parseLightBlock = lightBlockCodec.decode;

function mapped<Wire, T>(
  wire: Schema<Wire>,
  toWire: (value: T) => Wire,
  fromWire: (value: Wire) => T,
): Schema<T> {
  return {
    toCbor: (value) => wire.toCbor(toWire(value)),
    read: (reader) => fromWire(wire.read(reader)),
    maxItems: wire.maxItems,
  };
}

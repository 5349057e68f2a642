import { type Bytes, concat, utf8 } from "./bytes.ts";
import type { Cbor } from "./cbor.ts";
import { Malformed } from "./cbor.ts";
import {
  bytesOf,
  bytesUpTo,
  fields,
  hash,
  integer,
  items,
  list,
  orNull,
  type Read,
  signature,
  text,
  uint,
} from "./read.ts";
import { sha256 } from "./sha256.ts";
import { rootOf } from "./tree.ts";

/** CometBFT's blocks as far as a light client needs them, and what is hashed and signed of them. */

export interface Time {
  readonly seconds: number;
  readonly nanos: number;
}

interface BlockId {
  readonly hash: Bytes | null;
  readonly total: number;
  readonly partsHash: Bytes | null;
}

export interface Validator {
  readonly key: Bytes;
  readonly power: bigint;
}

interface CommitVote {
  readonly flag: "block" | "nil";
  readonly address: Bytes;
  readonly time: Time;
  readonly signature: Bytes;
}

export type LightBlock = ReturnType<typeof lightBlock>;
type Header = LightBlock["header"];

export const lightBlock = (value: Cbor) => {
  const { take } = fields(value, 4);
  return {
    header: take(0, header),
    commit: take(1, commit),
    validators: take(2, list(validator, MAX_VALIDATORS)),
    nextValidators: take(3, list(validator, MAX_VALIDATORS)),
  };
};

export function timeNs({ seconds, nanos }: Time): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

/** A validator's name: the first 20 bytes of its key's SHA-256. */
export function addressOf(key: Bytes): Bytes {
  return sha256(key).subarray(0, 20);
}

/** The block hash: root over the 14 fields, each as protobuf. */
export function headerHash(header: Header): Bytes {
  return rootOf([
    concat(numberField(1, header.blockProtocol), numberField(2, header.appVersion)),
    bytesField(1, utf8(header.chainId)),
    numberField(1, header.height),
    encodeTime(header.time),
    encodeBlockId(header.lastBlockId),
    ...header.hashes.map((field) => bytesField(1, field)),
    bytesField(1, header.proposer),
  ]);
}

export function validatorSetHash(validators: readonly Validator[]): Bytes {
  return rootOf(
    validators.map(({ key, power }) => concat(messageField(1, bytesField(1, key)), varintField(2, power))),
  );
}

/** What a validator signs when it precommits a block. */
export function precommitBytes(chainId: string, { height, round, blockId }: Commit, time: Time): Bytes {
  const vote = concat(
    numberField(1, PRECOMMIT),
    fixedField(2, height),
    fixedField(3, round),
    messageField(4, encodeBlockId(blockId)),
    messageField(5, encodeTime(time)),
    bytesField(6, utf8(chainId)),
  );
  return concat(varint(BigInt(vote.length)), vote);
}

const header = (value: Cbor) => {
  const { take } = fields(value, 14);
  const version = take(0, (field) => {
    const parts = fields(field, 2);
    return { block: parts.take(0, uint), app: parts.take(1, uint) };
  });
  return {
    blockProtocol: version.block,
    appVersion: version.app,
    chainId: take(1, text(50)),
    height: take(2, uint),
    time: take(3, time),
    lastBlockId: take(4, blockId),
    /** Fields 5–12, in the order in which they are hashed. */
    hashes: [
      take(5, hashOrEmpty),
      take(6, hashOrEmpty),
      take(7, hashOrEmpty),
      take(8, hashOrEmpty),
      take(9, hashOrEmpty),
      take(10, bytesUpTo(64)),
      take(11, hashOrEmpty),
      take(12, hashOrEmpty),
    ],
    validatorsHash: take(7, hashOrEmpty),
    nextValidatorsHash: take(8, hashOrEmpty),
    appHash: take(10, bytesUpTo(64)),
    proposer: take(13, bytesOf(20)),
  };
};

type Commit = ReturnType<typeof commit>;

const commit = (value: Cbor) => {
  const { take } = fields(value, 4);
  return {
    height: take(0, uint),
    round: take(1, integer(0, 2 ** 31 - 1)),
    blockId: take(2, blockId),
    votes: take(3, list(orNull(vote), MAX_VALIDATORS)),
  };
};

const vote: Read<CommitVote> = (value) => {
  const { take } = fields(value, 4);
  return {
    flag: take(0, integer(2, 3)) === 2 ? "block" : "nil",
    address: take(1, bytesOf(20)),
    time: take(2, time),
    signature: take(3, signature),
  };
};

const validator: Read<Validator> = (value) => {
  const { take } = fields(value, 2);
  return { key: take(0, hash), power: BigInt(take(1, uint)) };
};

const time: Read<Time> = (value) => {
  const [seconds, nanos] = items(value, 2);
  if (seconds === undefined || nanos === undefined) throw new Malformed("not [seconds, nanoseconds]");
  return { seconds: integer(YEAR_1, YEAR_9999)(seconds), nanos: integer(0, 999_999_999)(nanos) };
};

const blockId: Read<BlockId> = (value) => {
  const { take } = fields(value, 2);
  const parts = take(1, (field) => {
    const part = fields(field, 2);
    return { total: part.take(0, integer(0, 2 ** 32 - 1)), hash: part.take(1, orNull(hash)) };
  });
  return { hash: take(0, orNull(hash)), total: parts.total, partsHash: parts.hash };
};

const hashOrEmpty: Read<Bytes> = (value) => orNull(hash)(value) ?? NOTHING;

function encodeTime({ seconds, nanos }: Time): Bytes {
  return concat(numberField(1, seconds), numberField(2, nanos));
}

function encodeBlockId(id: BlockId): Bytes {
  const parts = concat(numberField(1, id.total), bytesField(2, id.partsHash ?? NOTHING));
  return concat(bytesField(1, id.hash ?? NOTHING), messageField(2, parts));
}

/** Protobuf: zero numbers and empty bytes are left out, an embedded message never is. */
function numberField(field: number, value: number): Bytes {
  return varintField(field, BigInt(value));
}

function varintField(field: number, value: bigint): Bytes {
  return value === 0n ? NOTHING : concat(Uint8Array.of(field << 3), varint(value));
}

function fixedField(field: number, value: number): Bytes {
  if (value === 0) return NOTHING;
  const out = new Uint8Array(9);
  out[0] = (field << 3) | 1;
  new DataView(out.buffer).setBigInt64(1, BigInt(value), true);
  return out;
}

function bytesField(field: number, value: Bytes): Bytes {
  return value.length === 0 ? NOTHING : messageField(field, value);
}

function messageField(field: number, message: Bytes): Bytes {
  return concat(Uint8Array.of((field << 3) | 2), varint(BigInt(message.length)), message);
}

function varint(value: bigint): Bytes {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return Uint8Array.of(...out, Number(rest));
}

const NOTHING: Bytes = new Uint8Array(0);
const PRECOMMIT = 2;
const MAX_VALIDATORS = 1000;
const YEAR_1 = -62_135_596_800;
const YEAR_9999 = 253_402_300_799;

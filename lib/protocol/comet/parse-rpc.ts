import { equalBytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import { err, ok, type Result } from "../result.ts";
import { GO_ZERO_TIME } from "./comet-time.ts";
import {
  type JsonReader,
  readArray,
  readBase64,
  readField,
  readHex,
  readHexUpTo,
  readInt64,
  readJson,
  readNumber,
  readObject,
  readText,
  readTime,
  readUint64,
  refuse,
} from "./json-reader.ts";
import { MAX_APP_HASH_BYTES, MAX_CHAIN_ID_BYTES, MAX_PARTS, MAX_ROUND, MAX_VALIDATORS } from "./limits.ts";
import type { Hasher } from "./merkle-root.ts";
import {
  type BlockId,
  type CometHeader,
  type CometTime,
  type Commit,
  type CommitSig,
  type LightBlock,
  NO_BLOCK_ID,
  type SignedHeader,
  type Validator,
  type ValidatorSet,
} from "./types.ts";
import { ADDRESS_SIZE_BYTES, sortValidators, validatorAddress } from "./validator-set.ts";

/** A refused request, or an answer that is not JSON-RPC 2.0; `message` is the node's own, cut to 200 characters. */
export type RpcAnswerError =
  | { readonly type: "TooLarge"; readonly sizeBytes: number; readonly maxBytes: number }
  | { readonly type: "NotJson" }
  | { readonly type: "RpcFailed"; readonly message: string }
  | { readonly type: "UnexpectedShape"; readonly path: string; readonly expected: string };

const ED25519_KEY_TYPE = "tendermint/PubKeyEd25519";
const FLAG_ABSENT = 1;
const FLAG_COMMIT = 2;
const FLAG_NIL = 3;

/** Opens a JSON-RPC 2.0 answer; `maxChars` bounds its text. The result is still unknown JSON. */
export function parseRpcAnswer(text: string, maxChars: number): Result<unknown, RpcAnswerError> {
  if (text.length > maxChars) return err({ type: "TooLarge", sizeBytes: text.length, maxBytes: maxChars });
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return err({ type: "NotJson" });
  }
  const opened = readJson(readAnswer, answer);
  if (!opened.ok) return err({ type: "UnexpectedShape", path: "$", expected: "JSON-RPC 2.0 answer" });
  return opened.value.error === undefined
    ? ok(opened.value.result)
    : err({ type: "RpcFailed", message: opened.value.error.slice(0, 200) });
}

/** The result of `/commit`. */
export function parseRpcCommit(result: unknown): Result<SignedHeader, FormatError> {
  return readJson(
    (value, path) => readField(readObject(value, path), "signed_header", path, readSignedHeader),
    result,
  );
}

/**
 * The result of `/validators`, which must be the whole set: ask with `per_page=100` and join the pages before
 * calling this. Each claimed address must be that of its key. Comes out in canonical order.
 */
export function parseRpcValidators(hasher: Hasher, result: unknown): Result<ValidatorSet, FormatError> {
  return readJson(readValidatorSet(hasher), result);
}

/** A light block as model-based test vectors and evidence of CometBFT write it. */
export function parseJsonLightBlock(hasher: Hasher, json: unknown): Result<LightBlock, FormatError> {
  return readJson((value, path) => {
    const object = readObject(value, path);
    return {
      ...readField(object, "signed_header", path, readSignedHeader),
      validators: readField(object, "validator_set", path, readValidatorSet(hasher)),
      nextValidators: readField(object, "next_validator_set", path, readValidatorSet(hasher)),
    };
  }, json);
}

/** A header by itself, as in the results of `/header`, `/block` and `/blockchain`. */
export function parseJsonHeader(json: unknown): Result<CometHeader, FormatError> {
  return readJson(readHeader, json);
}

/** A commit by itself, as in a block's `last_commit`. */
export function parseJsonCommit(json: unknown): Result<Commit, FormatError> {
  return readJson(readCommit, json);
}

const readAnswer: JsonReader<{ readonly error: string | undefined; readonly result: unknown }> = (
  value,
  path,
) => {
  const object = readObject(value, path);
  if (object["jsonrpc"] !== "2.0") refuse(path, "JSON-RPC 2.0");
  if (object["error"] === undefined) return { error: undefined, result: object["result"] };
  const error = readField(object, "error", path, readObject);
  return { error: typeof error["message"] === "string" ? error["message"] : "", result: undefined };
};

const readSignedHeader: JsonReader<SignedHeader> = (value, path) => {
  const object = readObject(value, path);
  return {
    header: readField(object, "header", path, readHeader),
    commit: readField(object, "commit", path, readCommit),
  };
};

const readHash = readHex(0, 32);

const readHeader: JsonReader<CometHeader> = (value, path) => {
  const object = readObject(value, path);
  const field = <T>(name: string, reader: JsonReader<T>): T => readField(object, name, path, reader);
  return {
    version: field("version", readVersion),
    chainId: field("chain_id", readText(MAX_CHAIN_ID_BYTES)),
    height: field("height", readInt64),
    time: field("time", readTime),
    lastBlockId: field("last_block_id", readBlockId),
    lastCommitHash: field("last_commit_hash", readHash),
    dataHash: field("data_hash", readHash),
    validatorsHash: field("validators_hash", readHash),
    nextValidatorsHash: field("next_validators_hash", readHash),
    consensusHash: field("consensus_hash", readHash),
    appHash: field("app_hash", readHexUpTo(MAX_APP_HASH_BYTES)),
    lastResultsHash: field("last_results_hash", readHash),
    evidenceHash: field("evidence_hash", readHash),
    proposerAddress: field("proposer_address", readHex(ADDRESS_SIZE_BYTES)),
  };
};

const readVersion: JsonReader<CometHeader["version"]> = (value, path) => {
  const object = readObject(value, path);
  // Go leaves an application version of 0 out.
  const app = Object.hasOwn(object, "app") ? readField(object, "app", path, readUint64) : 0n;
  return { block: readField(object, "block", path, readUint64), app };
};

/** The parts are under `parts` in JSON-RPC and under `part_set_header` in protobuf's JSON; null before block 1. */
const readBlockId: JsonReader<BlockId> = (value, path) => {
  if (value === null) return NO_BLOCK_ID;
  const object = readObject(value, path);
  const partsName = Object.hasOwn(object, "parts") ? "parts" : "part_set_header";
  const parts = readField(object, partsName, path, readObject);
  const partsPath = `${path}.${partsName}`;
  return {
    hash: readField(object, "hash", path, readHash),
    parts: {
      total: readField(parts, "total", partsPath, readNumber(MAX_PARTS)),
      hash: readField(parts, "hash", partsPath, readHash),
    },
  };
};

const readCommit: JsonReader<Commit> = (value, path) => {
  const object = readObject(value, path);
  return {
    height: readField(object, "height", path, readInt64),
    round: readField(object, "round", path, readNumber(MAX_ROUND)),
    blockId: readField(object, "block_id", path, readBlockId),
    signatures: readField(object, "signatures", path, readArray(readCommitSig, MAX_VALIDATORS)),
  };
};

const readCommitSig: JsonReader<CommitSig> = (value, path) => {
  const object = readObject(value, path);
  const flag = readField(object, "block_id_flag", path, readNumber(FLAG_NIL));
  const timestamp = readField(object, "timestamp", path, readTime);
  switch (flag) {
    case FLAG_ABSENT: {
      const signature = object["signature"];
      const empty = (signature === null || signature === "") && object["validator_address"] === "";
      if (!empty || !isNoTime(timestamp)) refuse(path, "nothing of an absent validator");
      return { flag: "absent" };
    }
    case FLAG_COMMIT:
    case FLAG_NIL:
      return {
        flag: flag === FLAG_COMMIT ? "commit" : "nil",
        validatorAddress: readField(object, "validator_address", path, readHex(ADDRESS_SIZE_BYTES)),
        timestamp,
        signature: readField(object, "signature", path, readBase64(64)),
      };
    default:
      return refuse(`${path}.block_id_flag`, "1, 2 or 3");
  }
};

/** Go writes its zero time in an absent validator's place, the Rust implementation the Unix epoch. */
function isNoTime(time: CometTime): boolean {
  return time.nanos === 0 && (time.seconds === 0n || time.seconds === GO_ZERO_TIME.seconds);
}

function readValidatorSet(hasher: Hasher): JsonReader<ValidatorSet> {
  return (value, path) => {
    const object = readObject(value, path);
    const validators = readField(
      object,
      "validators",
      path,
      readArray(readValidator(hasher), MAX_VALIDATORS),
    );
    if (Object.hasOwn(object, "total")) {
      const total = readField(object, "total", path, readInt64);
      if (total !== BigInt(validators.length)) refuse(path, `all ${total} validators`);
    }
    return sortValidators(hasher, validators);
  };
}

function readValidator(hasher: Hasher): JsonReader<Validator> {
  return (value, path) => {
    const object = readObject(value, path);
    const key = readField(object, "pub_key", path, readObject);
    if (key["type"] !== ED25519_KEY_TYPE) refuse(`${path}.pub_key.type`, ED25519_KEY_TYPE);
    const publicKey = readField(key, "value", `${path}.pub_key`, readBase64(32));
    const address = readField(object, "address", path, readHex(ADDRESS_SIZE_BYTES));
    if (!equalBytes(address, validatorAddress(hasher, publicKey)))
      refuse(`${path}.address`, "the key's address");
    return { publicKey, power: readField(object, "voting_power", path, readInt64) };
  };
}

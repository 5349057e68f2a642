import { toBase64, toHex } from "../bytes/text.ts";
import { formatCometTime, GO_ZERO_TIME } from "./comet-time.ts";
import type { Hasher } from "./merkle-root.ts";
import type { BlockId, CometHeader, Commit, CommitSig, SignedHeader, ValidatorSet } from "./types.ts";
import { validatorAddress } from "./validator-set.ts";

/**
 * The JSON that CometBFT's RPC gives, for engines that answer in its place. `parse-rpc.ts` reads it back.
 * Numbers of 64 bits are decimal strings, hashes upper-case hex, keys and signatures base64.
 */
export type RpcJson = Readonly<Record<string, unknown>>;

/** The result of `/commit`. */
export function encodeRpcCommit(signed: SignedHeader): RpcJson {
  return {
    signed_header: { header: encodeRpcHeader(signed.header), commit: encodeRpcCommitBody(signed.commit) },
    canonical: true,
  };
}

/** The result of `/validators` for a whole set. */
export function encodeRpcValidators(hasher: Hasher, height: bigint, validators: ValidatorSet): RpcJson {
  return {
    block_height: String(height),
    validators: validators.map(({ publicKey, power }) => ({
      address: hex(validatorAddress(hasher, publicKey)),
      pub_key: { type: "tendermint/PubKeyEd25519", value: toBase64(publicKey) },
      voting_power: String(power),
      proposer_priority: "0",
    })),
    count: String(validators.length),
    total: String(validators.length),
  };
}

/** A header as it stands in `/header`, `/block` and `/commit`. */
export function encodeRpcHeader(header: CometHeader): RpcJson {
  return {
    version: { block: String(header.version.block), app: String(header.version.app) },
    chain_id: header.chainId,
    height: String(header.height),
    time: formatCometTime(header.time),
    last_block_id: encodeRpcBlockId(header.lastBlockId),
    last_commit_hash: hex(header.lastCommitHash),
    data_hash: hex(header.dataHash),
    validators_hash: hex(header.validatorsHash),
    next_validators_hash: hex(header.nextValidatorsHash),
    consensus_hash: hex(header.consensusHash),
    app_hash: hex(header.appHash),
    last_results_hash: hex(header.lastResultsHash),
    evidence_hash: hex(header.evidenceHash),
    proposer_address: hex(header.proposerAddress),
  };
}

/** A commit by itself, as a block's `last_commit`. */
export function encodeRpcCommitBody(commit: Commit): RpcJson {
  return {
    height: String(commit.height),
    round: commit.round,
    block_id: encodeRpcBlockId(commit.blockId),
    signatures: commit.signatures.map(encodeCommitSig),
  };
}

function encodeCommitSig(sig: CommitSig): RpcJson {
  if (sig.flag === "absent") {
    return {
      block_id_flag: 1,
      validator_address: "",
      timestamp: formatCometTime(GO_ZERO_TIME),
      signature: null,
    };
  }
  return {
    block_id_flag: sig.flag === "commit" ? 2 : 3,
    validator_address: hex(sig.validatorAddress),
    timestamp: formatCometTime(sig.timestamp),
    signature: toBase64(sig.signature),
  };
}

/** A `block_id`, as in `/block`. */
export function encodeRpcBlockId(blockId: BlockId): RpcJson {
  return { hash: hex(blockId.hash), parts: { total: blockId.parts.total, hash: hex(blockId.parts.hash) } };
}

/** CometBFT prints hex in upper case. */
function hex(bytes: Uint8Array): string {
  return toHex(bytes).toUpperCase();
}

import { type Bytes, concatBytes, EMPTY_BYTES } from "../bytes/bytes.ts";
import { encodeCometTime, GO_ZERO_TIME } from "./comet-time.ts";
import { type Hasher, merkleRootOf } from "./merkle-root.ts";
import { bytesField, messageField, varintField } from "./protobuf.ts";
import type { Commit, CommitSig } from "./types.ts";

const FLAG_NUMBERS = { absent: 1n, commit: 2n, nil: 3n };

/** `last_commit_hash` of the header after this commit: the Merkle root over its signatures, absent ones too. */
export function hashCommit(hasher: Hasher, commit: Commit): Bytes {
  return merkleRootOf(hasher, commit.signatures.map(encodeCommitSig));
}

export function encodeCommitSig(commitSig: CommitSig): Bytes {
  const { validatorAddress, timestamp, signature } =
    commitSig.flag === "absent"
      ? { validatorAddress: EMPTY_BYTES, timestamp: GO_ZERO_TIME, signature: EMPTY_BYTES }
      : commitSig;
  return concatBytes(
    varintField(1, FLAG_NUMBERS[commitSig.flag]),
    bytesField(2, validatorAddress),
    messageField(3, encodeCometTime(timestamp)),
    bytesField(4, signature),
  );
}

import type { Bytes } from "../bytes/bytes.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { hashHeader } from "./hash-header.ts";
import {
  type BlockId,
  type CometHeader,
  type CometTime,
  type Commit,
  type CommitSig,
  NO_BLOCK_ID,
  type PartSetHeader,
} from "./types.ts";
import { validatorAddress } from "./validator-set.ts";
import { encodeVoteSignBytes, VOTE_TYPE_PRECOMMIT } from "./vote-sign-bytes.ts";

/** How one validator votes; `secretKey` is its 32-byte Ed25519 seed. */
type ValidatorVote =
  | { readonly flag: "absent" }
  | { readonly flag: "commit" | "nil"; readonly secretKey: Bytes; readonly timestamp: CometTime };

export interface CommitRequest {
  readonly header: CometHeader;
  readonly round: number;
  readonly parts: PartSetHeader;
  /** One for each validator of the header's set, in the set's order. */
  readonly votes: readonly ValidatorVote[];
}

/** Signs a header as its validators would and gathers their precommits into a commit. */
export function createCommit(suite: CryptoSuite, request: CommitRequest): Commit {
  const { header, round } = request;
  const blockId: BlockId = { hash: hashHeader(suite, header), parts: request.parts };
  const sign = (vote: ValidatorVote): CommitSig => {
    if (vote.flag === "absent") return { flag: "absent" };
    const { flag, timestamp, secretKey } = vote;
    const signBytes = encodeVoteSignBytes({
      type: VOTE_TYPE_PRECOMMIT,
      height: header.height,
      round,
      blockId: flag === "commit" ? blockId : NO_BLOCK_ID,
      timestamp,
      chainId: header.chainId,
    });
    return {
      flag,
      validatorAddress: validatorAddress(suite, suite.verifyKeyOf(secretKey)),
      timestamp,
      signature: suite.sign(signBytes, secretKey),
    };
  };
  return { height: header.height, round, blockId, signatures: request.votes.map(sign) };
}

import { type Bytes, concatBytes, EMPTY_BYTES } from "../bytes/bytes.ts";
import { encodeCometTime } from "./comet-time.ts";
import { encodeBlockId, isNilBlockId } from "./encode-block-id.ts";
import { encodeVarint, messageField, sfixed64Field, textField, varintField } from "./protobuf.ts";
import type { BlockId, CometTime } from "./types.ts";

export const VOTE_TYPE_PRECOMMIT = 2;

export interface CanonicalVote {
  /** 1 for a prevote, 2 for a precommit. */
  readonly type: number;
  readonly height: bigint;
  readonly round: number;
  /** `NO_BLOCK_ID` in a vote for nil. */
  readonly blockId: BlockId;
  readonly timestamp: CometTime;
  readonly chainId: string;
}

/** What a validator signs: the length-delimited `CanonicalVote` (CometBFT `types.VoteSignBytes`). */
export function encodeVoteSignBytes(vote: CanonicalVote): Bytes {
  const message = concatBytes(
    varintField(1, BigInt(vote.type)),
    sfixed64Field(2, vote.height),
    sfixed64Field(3, BigInt(vote.round)),
    isNilBlockId(vote.blockId) ? EMPTY_BYTES : messageField(4, encodeBlockId(vote.blockId)),
    messageField(5, encodeCometTime(vote.timestamp)),
    textField(6, vote.chainId),
  );
  return concatBytes(encodeVarint(BigInt(message.length)), message);
}

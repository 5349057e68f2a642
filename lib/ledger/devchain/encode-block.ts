import { type Bytes, concatBytes } from "#protocol/bytes/bytes.ts";
import { encodeCometTime } from "#protocol/comet/comet-time.ts";
import { encodeBlockId } from "#protocol/comet/encode-block-id.ts";
import { encodeCommitSig } from "#protocol/comet/hash-commit.ts";
import { merkleRootOf } from "#protocol/comet/merkle-root.ts";
import { bytesField, messageField, textField, varintField } from "#protocol/comet/protobuf.ts";
import type { CometHeader, Commit, PartSetHeader } from "#protocol/comet/types.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";

/** CometBFT 0.38 `types.BlockPartSizeBytes`. */
const PART_BYTES = 65_536;

export interface CometBlock {
  readonly header: CometHeader;
  readonly transactions: readonly Bytes[];
  /** Of the block before; an empty one of height 0 in the first block. */
  readonly lastCommit: Commit;
}

/** Number of 64 KiB parts of the serialized block, and the Merkle root over them. */
export function partSetOf(suite: Pick<CryptoSuite, "sha256">, block: CometBlock): PartSetHeader {
  const serialized = encodeBlock(block);
  const parts: Bytes[] = [];
  for (let begin = 0; begin < serialized.length; begin += PART_BYTES) {
    parts.push(serialized.subarray(begin, begin + PART_BYTES));
  }
  return { total: parts.length, hash: merkleRootOf(suite, parts) };
}

/** `tendermint.types.Block` without evidence. */
function encodeBlock({ header, transactions, lastCommit }: CometBlock): Bytes {
  return concatBytes(
    messageField(1, encodeHeader(header)),
    messageField(2, concatBytes(...transactions.map((transaction) => messageField(1, transaction)))),
    messageField(3, new Uint8Array(0)),
    messageField(4, encodeCommit(lastCommit)),
  );
}

function encodeHeader(header: CometHeader): Bytes {
  return concatBytes(
    messageField(1, concatBytes(varintField(1, header.version.block), varintField(2, header.version.app))),
    textField(2, header.chainId),
    varintField(3, header.height),
    messageField(4, encodeCometTime(header.time)),
    messageField(5, encodeBlockId(header.lastBlockId)),
    bytesField(6, header.lastCommitHash),
    bytesField(7, header.dataHash),
    bytesField(8, header.validatorsHash),
    bytesField(9, header.nextValidatorsHash),
    bytesField(10, header.consensusHash),
    bytesField(11, header.appHash),
    bytesField(12, header.lastResultsHash),
    bytesField(13, header.evidenceHash),
    bytesField(14, header.proposerAddress),
  );
}

function encodeCommit({ height, round, blockId, signatures }: Commit): Bytes {
  return concatBytes(
    varintField(1, height),
    varintField(2, BigInt(round)),
    messageField(3, encodeBlockId(blockId)),
    ...signatures.map((signature) => messageField(4, encodeCommitSig(signature))),
  );
}

import { type Bytes, concatBytes } from "../bytes/bytes.ts";
import { encodeCometTime } from "./comet-time.ts";
import { encodeBlockId } from "./encode-block-id.ts";
import { type Hasher, merkleRootOf } from "./merkle-root.ts";
import { bytesField, textField, varintField } from "./protobuf.ts";
import type { CometHeader } from "./types.ts";

/**
 * The block hash: the Merkle root over the header's 14 fields in their order, each encoded as a protobuf message
 * of its own (CometBFT 0.34 to 0.38, `Header.Hash`). 32 bytes. An empty hash is a zero-length leaf.
 */
export function hashHeader(hasher: Hasher, header: CometHeader): Bytes {
  return merkleRootOf(hasher, [
    concatBytes(varintField(1, header.version.block), varintField(2, header.version.app)),
    textField(1, header.chainId),
    varintField(1, header.height),
    encodeCometTime(header.time),
    encodeBlockId(header.lastBlockId),
    bytesField(1, header.lastCommitHash),
    bytesField(1, header.dataHash),
    bytesField(1, header.validatorsHash),
    bytesField(1, header.nextValidatorsHash),
    bytesField(1, header.consensusHash),
    bytesField(1, header.appHash),
    bytesField(1, header.lastResultsHash),
    bytesField(1, header.evidenceHash),
    bytesField(1, header.proposerAddress),
  ]);
}

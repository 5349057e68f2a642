import { describe, expect, it } from "vitest";
import type { Bytes } from "../bytes/bytes.ts";
import { encodeUtf8, fromHex, toHex } from "../bytes/text.ts";
import { unwrap } from "../result.ts";
import { GO_ZERO_TIME, parseCometTime } from "./comet-time.ts";
import { encodeBlockId } from "./encode-block-id.ts";
import { hashHeader } from "./hash-header.ts";
import { merkleRootOf } from "./merkle-root.ts";
import { testSuite } from "./testing/test-suite.ts";
import { readVector, vectorsPresent } from "./testing/vectors.ts";
import { type CometHeader, NO_BLOCK_ID } from "./types.ts";
import { encodeVoteSignBytes } from "./vote-sign-bytes.ts";

interface Literals {
  readonly headerHash: { readonly expect: string };
  readonly voteSignBytes: { readonly cases: readonly VoteCase[] };
  readonly merkleTree: {
    readonly cases: readonly { readonly leavesHex: readonly string[]; readonly root: string }[];
  };
}

interface VoteCase {
  readonly chain_id: string;
  readonly height: string;
  readonly round: number;
  readonly type: number;
  readonly hexFull: string;
}

it("encodes the identifier before the first block as an empty part set", () => {
  expect(toHex(encodeBlockId(NO_BLOCK_ID))).toBe("1200");
});

describe.skipIf(!vectorsPresent)("literals of the Go tests", () => {
  // Our own reading of a file whose form this test fixes.
  const literals = vectorsPresent ? (readVector("literals.json") as Literals) : undefined;

  it("hashes the header", () => {
    expect(toHex(hashHeader(testSuite, literalHeader()))).toBe(literals?.headerHash.expect.toLowerCase());
  });

  it("encodes votes", () => {
    const cases = literals?.voteSignBytes.cases ?? [];
    expect(cases).toHaveLength(5);
    for (const vote of cases) {
      const encoded = encodeVoteSignBytes({
        type: vote.type,
        height: BigInt(vote.height),
        round: vote.round,
        blockId: NO_BLOCK_ID,
        timestamp: GO_ZERO_TIME,
        chainId: vote.chain_id,
      });
      expect(toHex(encoded)).toBe(vote.hexFull);
    }
  });

  it("hashes trees", () => {
    const cases = literals?.merkleTree.cases ?? [];
    expect(cases).toHaveLength(5);
    for (const { leavesHex, root } of cases) {
      const leaves = leavesHex.map((leaf) => unwrap(fromHex(leaf)));
      expect(toHex(merkleRootOf(testSuite, leaves))).toBe(root);
    }
  });
});

function literalHeader(): CometHeader {
  const named = (name: string): Bytes => testSuite.sha256(encodeUtf8(name));
  const zeros = new Uint8Array(32);
  return {
    version: { block: 1n, app: 2n },
    chainId: "chainId",
    height: 3n,
    time: unwrap(parseCometTime("2019-10-13T16:14:44Z")),
    lastBlockId: { hash: zeros, parts: { total: 6, hash: zeros } },
    lastCommitHash: named("last_commit_hash"),
    dataHash: named("data_hash"),
    validatorsHash: named("validators_hash"),
    nextValidatorsHash: named("next_validators_hash"),
    consensusHash: named("consensus_hash"),
    appHash: named("app_hash"),
    lastResultsHash: named("last_results_hash"),
    evidenceHash: named("evidence_hash"),
    proposerAddress: named("proposer_address").subarray(0, 20),
  };
}

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBase64, toHex } from "#protocol/bytes/text.ts";
import { parseJsonCommit, parseJsonHeader, parseRpcAnswer } from "#protocol/comet/parse-rpc.ts";
import { unwrap } from "#protocol/result.ts";
import { suite } from "../testing/ledger-world.ts";
import { consensusHash } from "./build-block.ts";
import { partSetOf } from "./encode-block.ts";

const VECTORS = "../shared/vectors/rpc-kvstore/v0_38";

/** A recorded answer of a real 0.38 node. The cast names only what this test reads; a wrong one fails it. */
function recorded(name: string) {
  const text = readFileSync(`${VECTORS}/${name}.json`, "utf8");
  return unwrap(parseRpcAnswer(text, 1_000_000)) as {
    readonly block: {
      readonly header: unknown;
      readonly last_commit: unknown;
      readonly data: { readonly txs: readonly string[] };
    };
    readonly block_id: { readonly parts: { readonly total: number; readonly hash: string } };
  };
}

describe.skipIf(!existsSync(VECTORS))("blocks as CometBFT serializes them (recorded 0.38 node)", () => {
  it.each(["block_at_height_1", "block_at_height_10", "block_by_hash"])(
    "%s has the recorded part set",
    (name) => {
      const { block, block_id } = recorded(name);
      const parts = partSetOf(suite, {
        header: unwrap(parseJsonHeader(block.header)),
        transactions: block.data.txs.map((transaction) => unwrap(fromBase64(transaction))),
        lastCommit: unwrap(parseJsonCommit(block.last_commit)),
      });
      expect(parts.total).toBe(block_id.parts.total);
      expect(toHex(parts.hash).toUpperCase()).toBe(block_id.parts.hash);
    },
  );

  it("has the consensus hash of the default parameters", () => {
    const { block } = recorded("block_at_height_10");
    expect(consensusHash(suite)).toEqual(unwrap(parseJsonHeader(block.header)).consensusHash);
  });
});

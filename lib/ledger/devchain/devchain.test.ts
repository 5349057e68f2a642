import { describe, expect, it } from "vitest";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import { timeToNs } from "#protocol/comet/comet-time.ts";
import { freshnessOf } from "#protocol/comet/freshness.ts";
import { verifyForward } from "#protocol/comet/light-client.ts";
import { verifyAnchorBlock } from "#protocol/comet/trust-anchor.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import { unwrap } from "#protocol/result.ts";
import {
  anchorOf,
  createTemporaryFolder,
  ManualTime,
  openDevchain,
  publish,
} from "../testing/devchain-world.ts";
import {
  CHAIN_ID,
  checkpointTransaction,
  epochRecord,
  keyOf,
  recordChain,
  registerTransaction,
  suite,
} from "../testing/ledger-world.ts";
import { blocksOf, verifyBlocks } from "../testing/verify-blocks.ts";

function begin() {
  const time = new ManualTime();
  return { time, chain: openDevchain(createTemporaryFolder(), time) };
}

describe("a devchain", () => {
  it("makes blocks that the light client accepts one by one and by skipping", async () => {
    const { chain, time } = begin();
    await publish(chain, time, registerTransaction());
    for (const record of recordChain(3)) {
      time.advance(5_000);
      expect((await publish(chain, time, checkpointTransaction(record))).type).toBe("included");
    }
    const blocks = await blocksOf(chain);
    expect(blocks.length).toBe(9);
    verifyBlocks(chain, blocks, time.nowMs);
  });

  it("reports a transaction as included only when a header commits to its effect", async () => {
    const { chain, time } = begin();
    const outcome = await publish(chain, time, registerTransaction());
    expect(outcome).toEqual({ type: "included", height: 2 });
    const [, , proof] = await blocksOf(chain);
    expect(proof?.header.height).toBe(3n);
    expect(await chain.newestHeight()).toBe(3);
  });

  it("makes no empty blocks between heartbeats, and one at each", async () => {
    const { chain, time } = begin();
    time.advance(29_000);
    expect(await chain.newestHeight()).toBe(1);
    time.advance(1_000);
    expect(await chain.newestHeight()).toBe(2);
    time.advance(300_000);
    const blocks = await blocksOf(chain);
    expect(blocks.length).toBe(12);
    expect(new Set(blocks.map(({ header }) => header.appHash.join())).size).toBe(1);
    verifyBlocks(chain, blocks, time.nowMs);
  });

  it("is fresh by its signed times although its header times lag a block behind", async () => {
    const { chain, time } = begin();
    time.advance(120_000);
    const blocks = await blocksOf(chain);
    const newest = blocks.at(-1);
    if (!newest) throw new Error("a chain has blocks");
    const nowNs = BigInt(time.nowMs) * 1_000_000n;
    expect(nowNs - timeToNs(newest.header.time)).toBe(30_000_000_000n);
    const request = {
      trusted: unwrap(verifyAnchorBlock(suite, anchorOf(chain), blocks[0] ?? newest)),
      targetHeight: newest.header.height,
      lightBlocks: blocks,
      nowNs,
      trustingPeriodNs: TRUSTING_PERIOD_NS,
      maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
    };
    const verified = unwrap(verifyForward(suite, request));
    const heartbeatNs = 30_000_000_000n;
    const freshAt = (laterNs: bigint) =>
      freshnessOf({
        newest: verified,
        highestVerifiedHeight: newest.header.height,
        nowNs: nowNs + laterNs,
        heartbeatNs,
      });
    expect(freshAt(0n)).toBe("fresh");
    expect(freshAt(61_000_000_000n)).toBe("stale");
  });

  it("keeps its own time growing when the clock goes backwards", async () => {
    const { chain, time } = begin();
    await publish(chain, time, registerTransaction());
    time.nowMs -= 86_400_000;
    await publish(chain, time, checkpointTransaction(epochRecord({ epoch: 0 })));
    verifyBlocks(chain, await blocksOf(chain), time.nowMs + 86_400_000);
  });

  it("says what it refuses, and knows a checkpoint it already has", async () => {
    const { chain, time } = begin();
    const [zero, one] = recordChain(2).map((record) => checkpointTransaction(record));
    if (!zero || !one) throw new Error("two records");
    expect(await publish(chain, time, zero)).toEqual({
      type: "refused",
      code: 7,
      reason: "DeploymentUnknown",
    });
    await publish(chain, time, registerTransaction());
    const together = [chain.broadcastTx(zero), chain.broadcastTx(zero)];
    time.advance(1);
    expect(await Promise.all(together)).toEqual([
      { type: "included", height: 4 },
      { type: "included", height: 4 },
    ]);
    expect(await publish(chain, time, zero)).toEqual({ type: "alreadyIncluded", height: 4 });
    expect(await publish(chain, time, one)).toEqual({ type: "included", height: 6 });
    expect(await publish(chain, time, zero)).toEqual({ type: "alreadyIncluded", height: 4 });
  });

  it("lets the first of two contradicting checkpoints in and refuses the second", async () => {
    const { chain, time } = begin();
    await publish(chain, time, registerTransaction());
    const outcomes = [1, 2].map((root) =>
      chain.broadcastTx(
        checkpointTransaction(epochRecord({ epoch: 0, root: new Uint8Array(32).fill(root) })),
      ),
    );
    time.advance(1);
    expect((await Promise.all(outcomes)).map(({ type }) => type)).toEqual(["included", "refused"]);
  });

  it("keeps its validators", async () => {
    const { chain, time } = begin();
    const change = { kind: "validators", body: [{ key: keyOf(1), power: 10 }] } as const;
    const action = { kind: "governance", body: { sequence: 0, change } } as const;
    const outcome = await publish(chain, time, createTransaction(suite, CHAIN_ID, action));
    expect(outcome.type).toBe("refused");
  });

  it("rejects what waits when it is closed", async () => {
    const { chain } = begin();
    const outcome = chain.broadcastTx(registerTransaction());
    chain.close();
    await expect(outcome).rejects.toThrow("closed");
    await expect(chain.broadcastTx(registerTransaction())).rejects.toThrow("closed");
  });
});

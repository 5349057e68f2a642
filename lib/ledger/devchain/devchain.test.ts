import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTransaction } from "#protocol/checkpoint/transaction.ts";
import { timeToNs } from "#protocol/comet/comet-time.ts";
import { freshnessOf } from "#protocol/comet/freshness.ts";
import { verifyForward } from "#protocol/comet/light-client.ts";
import { verifyAnchorBlock } from "#protocol/comet/trust-anchor.ts";
import type { LightBlock } from "#protocol/comet/types.ts";
import type { Verified } from "#protocol/comet/verified.ts";
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
import type { Devchain } from "./devchain.ts";

function begin() {
  const time = new ManualTime();
  const dir = createTemporaryFolder();
  return { time, dir, chain: openDevchain(dir, time) };
}

async function blocksOf(chain: Devchain): Promise<LightBlock[]> {
  const blocks: LightBlock[] = [];
  for (let height = 1; height <= (await chain.newestHeight()); height++) {
    const block = await chain.lightBlock(height);
    if (block) blocks.push(block);
  }
  return blocks;
}

/** Block by block and from the first straight to the last. */
function verifyBlocks(chain: Devchain, blocks: readonly LightBlock[], nowMs: number): void {
  const [first] = blocks;
  const last = blocks.at(-1);
  if (!first || !last) throw new Error("a chain has blocks");
  const request = {
    lightBlocks: blocks,
    nowNs: BigInt(nowMs) * 1_000_000n,
    trustingPeriodNs: TRUSTING_PERIOD_NS,
    maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
  };
  const start = unwrap(verifyAnchorBlock(suite, anchorOf(chain), first));
  let stepwise: Verified<LightBlock> = start;
  for (const { header } of blocks.slice(1)) {
    stepwise = unwrap(verifyForward(suite, { ...request, trusted: stepwise, targetHeight: header.height }));
  }
  const skipped = unwrap(
    verifyForward(suite, { ...request, trusted: start, targetHeight: last.header.height }),
  );
  expect(stepwise).toEqual(skipped);
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

describe("a devchain's folder", () => {
  it("is gone on with after a restart", async () => {
    const { chain, time, dir } = begin();
    await publish(chain, time, registerTransaction());
    const before = await blocksOf(chain);
    chain.close();
    const again = openDevchain(dir, time);
    expect(await blocksOf(again)).toEqual(before);
    expect((await publish(again, time, checkpointTransaction(epochRecord({ epoch: 0 })))).type).toBe(
      "included",
    );
    verifyBlocks(again, await blocksOf(again), time.nowMs);
  });

  it("survives the loss of power at every byte of a write", async () => {
    const { chain, time, dir } = begin();
    await publish(chain, time, registerTransaction());
    const known = await blocksOf(chain);
    const sizeBefore = statSync(join(dir, "blocks.log")).size;
    await publish(chain, time, checkpointTransaction(epochRecord({ epoch: 0 })));
    chain.close();
    const content = readFileSync(join(dir, "blocks.log"));
    const step = Math.ceil((content.length - sizeBefore) / 40);
    for (let size = sizeBefore; size <= content.length; size += step) {
      const copy = createTemporaryFolder();
      copyFileSync(join(dir, "genesis.cbor"), join(copy, "genesis.cbor"));
      writeFileSync(join(copy, "blocks.log"), content.subarray(0, size));
      const reopened = openDevchain(copy, time);
      const outcome = await publish(reopened, time, checkpointTransaction(epochRecord({ epoch: 0 })));
      expect(["included", "alreadyIncluded"]).toContain(outcome.type);
      const blocks = await blocksOf(reopened);
      expect(blocks.slice(0, known.length)).toEqual(known);
      verifyBlocks(reopened, blocks, time.nowMs);
      reopened.close();
    }
  });

  it("survives a crash before its first block, and between genesis and block", async () => {
    const { chain, time, dir } = begin();
    chain.close();
    const copy = createTemporaryFolder();
    writeFileSync(join(copy, "blocks.log"), "");
    writeFileSync(join(copy, "genesis.cbor.tmp"), readFileSync(join(dir, "genesis.cbor")).subarray(0, 9));
    expect(await openDevchain(copy, time).newestHeight()).toBe(1);
    truncateSync(join(dir, "blocks.log"));
    expect(await openDevchain(dir, time).newestHeight()).toBe(1);
  });

  it("is refused when a block in the middle is damaged", async () => {
    const { chain, time, dir } = begin();
    time.advance(90_000);
    chain.close();
    const path = join(dir, "blocks.log");
    const content = readFileSync(path);
    content[100] = (content[100] ?? 0) ^ 1;
    writeFileSync(path, content);
    expect(() => openDevchain(dir, time)).toThrow("damaged");
  });

  it("is refused when it lacks the genesis of its blocks", async () => {
    const { chain, time, dir } = begin();
    const other = begin();
    await publish(chain, time, registerTransaction());
    chain.close();
    other.chain.close();
    copyFileSync(join(other.dir, "genesis.cbor"), join(dir, "genesis.cbor"));
    expect(() => openDevchain(dir, time)).toThrow("app hash");
  });

  it.skipIf(!existsSync("/proc"))(
    "is refused while another process uses it, and taken over from a dead one",
    async () => {
      const { chain, time, dir } = begin();
      chain.close();
      const parent = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
      const started = parent.slice(parent.lastIndexOf(")") + 2).split(" ")[19] ?? "";
      writeFileSync(join(dir, "lock"), `${process.ppid} ${started}`);
      expect(() => openDevchain(dir, time)).toThrow("is using");
      writeFileSync(join(dir, "lock"), `${process.ppid} 1`);
      expect(await openDevchain(dir, time).newestHeight()).toBe(1);
    },
  );

  it("needs no more than the blocks since the last snapshot, and no snapshot at all", async () => {
    const time = new ManualTime();
    const dir = createTemporaryFolder();
    const chain = openDevchain(dir, time, 10);
    await publish(chain, time, registerTransaction());
    time.advance(30_000 * 15);
    const height = await chain.newestHeight();
    expect(height).toBe(18);
    chain.close();
    const withoutSnapshot = createTemporaryFolder();
    cpSync(dir, withoutSnapshot, { recursive: true });
    truncateSync(join(withoutSnapshot, "snapshot.cbor"));
    expect(() => openDevchain(withoutSnapshot, time)).toThrow();
    const bare = createTemporaryFolder();
    for (const name of ["genesis.cbor", "blocks.log"]) copyFileSync(join(dir, name), join(bare, name));
    appendFileSync(join(bare, "blocks.log"), "torn");
    for (const folder of [dir, bare]) {
      const reopened = openDevchain(folder, time);
      expect(await reopened.newestHeight()).toBe(height);
      const found = await reopened.rpc("tx", {
        hash: `0x${Buffer.from(suite.sha256(registerTransaction())).toString("hex")}`,
      });
      expect(found.ok).toBe(true);
      expect((await publish(reopened, time, checkpointTransaction(epochRecord({ epoch: 0 })))).type).toBe(
        "included",
      );
    }
  });
});

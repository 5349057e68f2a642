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
import { createTemporaryFolder, ManualTime, openDevchain, publish } from "../testing/devchain-world.ts";
import { checkpointTransaction, epochRecord, registerTransaction, suite } from "../testing/ledger-world.ts";
import { blocksOf, verifyBlocks } from "../testing/verify-blocks.ts";

function begin() {
  const time = new ManualTime();
  const dir = createTemporaryFolder();
  return { time, dir, chain: openDevchain(dir, time) };
}

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

  it("survives a crash while a snapshot is written, and refuses one that is ahead of its blocks", async () => {
    const time = new ManualTime();
    const dir = createTemporaryFolder();
    const chain = openDevchain(dir, time, 10);
    time.advance(30_000 * 12);
    const height = await chain.newestHeight();
    chain.close();
    writeFileSync(join(dir, "snapshot.cbor.tmp"), readFileSync(join(dir, "snapshot.cbor")).subarray(0, 50));
    const reopened = openDevchain(dir, time, 10);
    expect(await reopened.newestHeight()).toBe(height);
    reopened.close();
    truncateSync(join(dir, "blocks.log"));
    expect(() => openDevchain(dir, time, 10)).toThrow("ahead");
  });
});

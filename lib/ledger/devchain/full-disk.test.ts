import { randomBytes } from "node:crypto";
import { fstatSync, fsyncSync, ftruncateSync, writeSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTemporaryFolder, ManualTime, openDevchain } from "../testing/devchain-world.ts";
import {
  CHAIN_ID,
  checkpointTransaction,
  epochRecord,
  registerTransaction,
  suite,
} from "../testing/ledger-world.ts";
import { blocksOf, verifyBlocks } from "../testing/verify-blocks.ts";
import type { AppendIo } from "./append-file.ts";
import { createDevchain } from "./devchain.ts";

/** A disk that answers like this until it is mended. */
type Trouble = "ENOSPC" | "EDQUOT" | "EROFS" | "EIO";

class Disk {
  trouble: { readonly code: Trouble; readonly at: "write" | "half" | "sync" | "all" } | undefined;

  #fail(): never {
    const code = this.trouble?.code ?? "";
    throw Object.assign(new Error(`${code}: the disk says no`), { code, errno: -1 });
  }

  readonly io: AppendIo = {
    write: (descriptor, bytes, offset, length) => {
      const at = this.trouble?.at;
      if (at === "write" || at === "all") this.#fail();
      if (at === "half" && length < 100) this.#fail();
      return writeSync(descriptor, bytes, offset, at === "half" ? Math.ceil(length / 2) : length);
    },
    sync: (descriptor) => {
      if (this.trouble?.at === "sync") this.#fail();
      fsyncSync(descriptor);
    },
    truncate: (descriptor, sizeBytes) => {
      if (this.trouble?.at === "all") this.#fail();
      if (fstatSync(descriptor).size > sizeBytes) ftruncateSync(descriptor, sizeBytes);
    },
  };
}

function begin() {
  const time = new ManualTime();
  const dir = createTemporaryFolder();
  const disk = new Disk();
  const told: (string | null)[] = [];
  const chain = createDevchain({
    dir,
    chainId: CHAIN_ID,
    heartbeatMs: 30_000,
    suite,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    nowMs: () => time.nowMs,
    schedule: time.schedule,
    io: disk.io,
    onDisk: (fault) => told.push(fault?.message ?? null),
  });
  onTestFinished(() => chain.close());
  return { time, dir, disk, chain, told };
}

const troubles = (["ENOSPC", "EDQUOT", "EROFS", "EIO"] as const).flatMap((code) =>
  (["write", "half", "sync", "all"] as const).map((at) => ({ code, at })),
);

describe("a disk that takes no block", () => {
  it.each(troubles)(
    "($code at $at) is waited for: the chain goes on by itself, and nothing is lost",
    async (trouble) => {
      const { time, dir, disk, chain, told } = begin();
      const registering = chain.broadcastTx(registerTransaction());
      time.advance(1);
      expect((await registering).type).toBe("included");
      const before = await blocksOf(chain);

      disk.trouble = trouble;
      const refused = chain.broadcastTx(checkpointTransaction(epochRecord({ epoch: 0 })));
      const reason = expect(refused).rejects.toThrow(new RegExp(`could not write a block: ${trouble.code}`));
      time.advance(1);
      await reason;
      time.advance(60_000);
      expect(chain.diskFault()?.message).toContain(trouble.code);
      expect(told.length).toBeGreaterThan(3);
      expect(told.at(-1)).toContain(trouble.code);
      expect(await blocksOf(chain)).toEqual(before);

      disk.trouble = undefined;
      time.advance(5000);
      expect(chain.diskFault()).toBeUndefined();
      expect(told.at(-1)).toBeNull();
      const again = chain.broadcastTx(checkpointTransaction(epochRecord({ epoch: 0 })));
      time.advance(1);
      expect((await again).type).toBe("included");
      const after = await blocksOf(chain);
      expect(after.slice(0, before.length)).toEqual(before);
      verifyBlocks(chain, after, time.nowMs);
      chain.close();
      expect(await blocksOf(openDevchain(dir, time))).toEqual(after);
    },
  );

  it("ends the chain for a bug, which no room mends", async () => {
    const { time, chain, disk } = begin();
    const write = disk.io.write;
    Object.assign(disk.io, {
      write: () => {
        throw new TypeError("a bug");
      },
    });
    const refused = expect(chain.broadcastTx(registerTransaction())).rejects.toThrow("a bug");
    time.advance(1);
    await refused;
    Object.assign(disk.io, { write });
    await expect(chain.broadcastTx(registerTransaction())).rejects.toThrow("a bug");
  });
});

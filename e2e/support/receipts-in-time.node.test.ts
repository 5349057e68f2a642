import { afterEach, describe, expect, it } from "vitest";
import type { DeviceEngine } from "#client/engine.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";
import { ATTACKS } from "../adversary/mallory/attacks.ts";
import { lateStampLie } from "../adversary/mallory/lies/late-stamp.ts";
import type { CreateLie } from "../adversary/mallory/mallory.ts";
import { startHostileProduct } from "../adversary/world/hostile-product.ts";
import { createAuditedDevice, createOrganization } from "./audited-device.ts";
import { PASSPHRASE } from "./test-device.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A device whose first tab can be cut off from the proofs of seals, and from nothing else. */
async function start(createLie?: CreateLie) {
  const product = await startHostileProduct(createLie ? { createLie } : {});
  ends.push(() => product.close());
  const device = await createAuditedDevice(product.deployment(), { now: product.clock.now });
  const network = { isCut: false };
  const cut: Fetch = async (url, init) => {
    if (network.isCut && url.endsWith("/audit-epoch")) throw new TypeError("connection lost");
    return fetch(url, init);
  };
  const { engine } = await device.openTab({ fetch: cut });
  await createOrganization(engine);
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  unwrap(await engine.createFolder(workspace, null, "one"));
  await product.seal();
  await engine.checkNow();
  expect((await engine.trust()).state).toBe("verified");
  return { product, device, engine, workspace, network };
}

async function reasonsOf(engine: DeviceEngine) {
  const { state, reasons } = await engine.trust();
  return { state, reasons: reasons.map(({ code, workspace, detail }) => ({ code, workspace, detail })) };
}

describe("what the server has signed for", () => {
  it("is missed at once where its epoch was sealed before, by what this device holds alone", async () => {
    const { product, device, engine, workspace, network } = await start(lateStampLie);
    const { engine: other } = await device.openTab();
    unwrap(await other.unlock(PASSPHRASE));
    unwrap(await other.createFolder(workspace, null, "two"));
    await product.seal();
    await engine.checkNow();
    network.isCut = true;
    // The second tab does not know of the newest seal yet, so the receipt's epoch is one it may get.
    product.mallory.arm(unwrap(fromHex(workspace)));
    unwrap(await other.createFolder(workspace, null, "three"));
    await engine.checkNow();
    expect((await engine.trust()).state).toBe("contradiction");
    expect(await engine.proofFiles()).toMatchObject([{ kind: "contradiction", workspace }]);
    await other.lock();
    await engine.lock();
  }, 30_000);

  it("needs attention where no seal comes any more, beside the seal that is overdue (attack 20)", async () => {
    const lie = ATTACKS.find(({ number }) => number === 20)?.createLie;
    const { product, engine, workspace } = await start(lie);
    product.mallory.arm("any");
    unwrap(await engine.createFolder(workspace, null, "two"));
    await product.seal().catch(() => undefined);
    await engine.checkNow();
    expect((await reasonsOf(engine)).reasons).toEqual([]);
    product.clock.advance(3_600_000);
    await product.nextBlocks(2);
    await engine.checkNow();
    expect(await reasonsOf(engine)).toEqual({
      state: "suspect",
      reasons: [
        { code: "E5", workspace: null, detail: "EpochOverdue" },
        { code: "E5", workspace, detail: "ReceiptNotSealed" },
      ],
    });
    // A halted ledger stops the seals, not the work.
    expect((await engine.createFolder(workspace, null, "three")).ok).toBe(true);
    await engine.lock();
  }, 30_000);

  it("needs attention where seals come whose proofs do not, beyond what a network may lose", async () => {
    const { product, engine, workspace, network } = await start();
    network.isCut = true;
    unwrap(await engine.createFolder(workspace, null, "two"));
    for (const _excused of [1, 2]) {
      await product.seal();
      await engine.checkNow();
      expect((await reasonsOf(engine)).reasons).toEqual([]);
    }
    await product.seal();
    await engine.checkNow();
    const { state, reasons } = await reasonsOf(engine);
    expect(state).toBe("suspect");
    expect(reasons).toContainEqual({ code: "E5", workspace, detail: "ReceiptNotSealed" });
    expect(reasons).toContainEqual({ code: "E3", workspace, detail: "ProofsWithheld: seal" });
    // What cannot check its own work does not go on working.
    expect(await engine.createFolder(workspace, null, "three")).toMatchObject({
      ok: false,
      error: { type: "WritesPaused" },
    });
    network.isCut = false;
    await product.seal();
    await engine.checkNow();
    expect(await reasonsOf(engine)).toEqual({ state: "verified", reasons: [] });
    expect(await engine.proofFiles()).toEqual([]);
    await engine.lock();
  }, 30_000);
});

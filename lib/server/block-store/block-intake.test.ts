import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { BlockQuotas, BlockStore } from "../ports.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import { createBlockIntake } from "./block-intake.ts";
import { openFileSystemBlockStore } from "./file-system-block-store.ts";
import { nativeSha256 } from "./native-sha256.ts";

/** The real database and the real disk; what fails, fails as these do. */

const sha256 = nativeSha256;
const ACME = new Uint8Array(32).fill(1);
const RIVAL = new Uint8Array(32).fill(2);
const PHONE = new Uint8Array(32).fill(11);
const LAPTOP = new Uint8Array(32).fill(12);
const EXCEEDED = (of: "organization" | "device") => ({
  ok: false,
  error: { type: "BlockQuotaExceeded", of },
});
const STORED = { ok: true, value: null };

function block(sizeBytes: number, fill: number) {
  const ciphertext = new Uint8Array(sizeBytes).fill(fill);
  return { id: sha256(ciphertext), ciphertext };
}

async function openWorld(quotas: Partial<BlockQuotas> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-intake-"));
  const faults = { disk: false, database: false, answer: false };
  let database: Store | undefined;
  let records = 0;
  const start = async (given: Partial<BlockQuotas> = quotas) => {
    await database?.close();
    const store = await openStore({ kind: "sqlite", file: join(folder, "test.sqlite") });
    database = store;
    const blockStore: BlockStore = await openFileSystemBlockStore({
      folder: join(folder, "blocks"),
      sha256,
      createFile: (file) => open(faults.disk ? "/dev/full" : file, faults.disk ? "w" : "wx", 0o600),
    });
    const intake = createBlockIntake({
      store: {
        blockUsage: store.blockUsage,
        blockReservations: store.blockReservations,
        recordBlocks: async (change) => {
          records++;
          if (faults.database) throw new StoreError("away");
          await store.recordBlocks(change);
          if (faults.answer) throw new StoreError("the answer was lost");
        },
      },
      blockStore,
      quotas: { organizationBytes: null, deviceBytes: null, ...given },
    });
    return { intake, blockStore, store };
  };
  onTestFinished(async () => {
    await database?.close();
    rmSync(folder, { recursive: true });
  });
  return { start, faults, records: () => records };
}

async function isRoomFor(
  intake: ReturnType<typeof createBlockIntake>,
  device: Bytes,
  sizeBytes: number,
): Promise<boolean> {
  return (await intake.put({ organization: ACME, device }, [block(sizeBytes, 99)])).ok;
}

describe("quotas of blocks", () => {
  it("take what is exactly at them, and not one byte beyond", async () => {
    const { start } = await openWorld({ organizationBytes: 1000 });
    const { intake, blockStore } = await start();
    const owner = { organization: ACME, device: PHONE };
    expect(await intake.put(owner, [block(600, 1)])).toEqual(STORED);
    const beyond = [block(200, 2), block(201, 3)];
    expect(await intake.put(owner, beyond)).toEqual(EXCEEDED("organization"));
    for (const { id } of beyond) expect(await blockStore.has(ACME, id)).toEqual({ ok: true, value: false });
    expect(await intake.put(owner, [block(200, 2), block(200, 3)])).toEqual(STORED);
    expect(await intake.put(owner, [block(1, 4)])).toEqual(EXCEEDED("organization"));
    expect(await intake.put(owner, [])).toEqual(STORED);
  });

  it("bound each device, and all devices of an organization together", async () => {
    const { start } = await openWorld({ organizationBytes: 1000, deviceBytes: 600 });
    const { intake } = await start();
    const [phone, laptop] = [PHONE, LAPTOP].map((device) => ({ organization: ACME, device }));
    if (!phone || !laptop) throw new Error("unreachable");
    expect(await intake.put(phone, [block(601, 1)])).toEqual(EXCEEDED("device"));
    expect(await intake.put(phone, [block(600, 1)])).toEqual(STORED);
    expect(await intake.put(phone, [block(1, 2)])).toEqual(EXCEEDED("device"));
    expect(await intake.put(laptop, [block(401, 3)])).toEqual(EXCEEDED("organization"));
    expect(await intake.put(laptop, [block(400, 3)])).toEqual(STORED);
  });

  it("count a block once: twice in a request, again, by another device, and after a restart", async () => {
    const { start } = await openWorld({ organizationBytes: 1000 });
    let { intake } = await start();
    const same = block(700, 1);
    const [phone, laptop] = [PHONE, LAPTOP].map((device) => ({ organization: ACME, device }));
    if (!phone || !laptop) throw new Error("unreachable");
    for (const owner of [phone, phone, laptop]) expect(await intake.put(owner, [same, same])).toEqual(STORED);
    ({ intake } = await start());
    expect(await intake.put(laptop, [same, block(300, 2)])).toEqual(STORED);
    ({ intake } = await start());
    expect(await intake.put(phone, [block(1, 3)])).toEqual(EXCEEDED("organization"));
    // What is there already costs nothing, also beyond a quota that was lowered.
    ({ intake } = await start({ organizationBytes: 10 }));
    expect(await intake.put(phone, [same])).toEqual(STORED);
    expect(await intake.put(phone, [block(1, 3)])).toEqual(EXCEEDED("organization"));
    ({ intake } = await start({ organizationBytes: 1001 }));
    expect(await intake.put(phone, [block(1, 3)])).toEqual(STORED);
  });

  it("cost the same whether or not another organization has the block", async () => {
    const { start } = await openWorld({ organizationBytes: 1000 });
    const { intake } = await start();
    const secret = block(600, 1);
    expect(await intake.put({ organization: RIVAL, device: LAPTOP }, [secret])).toEqual(STORED);
    const owner = { organization: ACME, device: PHONE };
    for (const asked of [secret, block(600, 2)])
      expect(await intake.put(owner, [asked, block(401, 3)])).toEqual(EXCEEDED("organization"));
    expect(await intake.put(owner, [secret])).toEqual(STORED);
    expect(await intake.put(owner, [block(401, 3)])).toEqual(EXCEEDED("organization"));
  });

  it("are not passed by requests at once, and one block brought by all of them is paid once", async () => {
    const { start } = await openWorld({ organizationBytes: 10_000, deviceBytes: 9000 });
    const { intake, store } = await start();
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        intake.put({ organization: ACME, device: index % 2 === 0 ? PHONE : LAPTOP }, [
          block(400, 200),
          block(300, index),
        ]),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(32);
    expect(await isRoomFor(intake, PHONE, 1)).toBe(false);
    const again = await start();
    expect(again.store).not.toBe(store);
    expect(await isRoomFor(again.intake, PHONE, 1)).toBe(false);
    const usage = await again.store.blockUsage(ACME);
    expect(usage.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBe(10_000);
  });

  it("give back what the disk did not take", async () => {
    const { start, faults } = await openWorld({ organizationBytes: 1000 });
    const { intake } = await start();
    const owner = { organization: ACME, device: PHONE };
    faults.disk = true;
    for (let attempt = 0; attempt < 3; attempt++)
      expect(await intake.put(owner, [block(900, attempt)])).toEqual({
        ok: false,
        error: { type: "BlockStorageFull" },
      });
    faults.disk = false;
    expect(await isRoomFor(intake, PHONE, 1000)).toBe(true);
    const again = await start();
    expect(await again.intake.put(owner, [block(1, 1)])).toEqual(EXCEEDED("organization"));
  });

  it.each(["database", "answer"] as const)(
    "store nothing while the %s is away, and cost what was stored in the end",
    async (fault) => {
      const { start, faults } = await openWorld({ organizationBytes: 1000 });
      const { intake, blockStore } = await start();
      const owner = { organization: ACME, device: PHONE };
      const wanted = block(700, 1);
      faults[fault] = true;
      // Two at once, of which one waits for the other's reservation.
      const lost = await Promise.allSettled([1, 2].map(() => intake.put(owner, [wanted])));
      expect(lost.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      await expect(intake.put(owner, [block(800, 2)])).rejects.toThrow(StoreError);
      expect(await blockStore.has(ACME, wanted.id)).toEqual({ ok: true, value: false });
      faults[fault] = false;
      expect(await intake.put(owner, [wanted])).toEqual(STORED);
      expect(await intake.put(owner, [block(301, 3)])).toEqual(EXCEEDED("organization"));
      expect(await intake.put(owner, [block(300, 3)])).toEqual(STORED);
      const { store } = await start();
      expect(await store.blockReservations(ACME)).toHaveLength(1);
      expect(await store.blockUsage(ACME)).toEqual([{ device: PHONE, sizeBytes: 700 }]);
    },
  );

  it("settle what a killed process left by what is on the disk", async () => {
    const { start } = await openWorld({ organizationBytes: 1000 });
    const { store, blockStore } = await start();
    const [written, unwritten] = [block(600, 1), block(400, 2)];
    const reservations = [written, unwritten].map(({ id, ciphertext }) => ({
      ...{ organization: ACME, id, device: PHONE },
      sizeBytes: ciphertext.length,
    }));
    await store.recordBlocks({ stored: [], released: [], begun: reservations });
    await blockStore.put(ACME, written.id, written.ciphertext);

    const { intake } = await start();
    const owner = { organization: ACME, device: LAPTOP };
    expect(await intake.put(owner, [block(401, 3)])).toEqual(EXCEEDED("organization"));
    // The retry of the one whose answer was lost costs nothing; the other one is paid now.
    expect(await intake.put(owner, [written, unwritten])).toEqual(STORED);
    expect(await intake.put(owner, [block(1, 3)])).toEqual(EXCEEDED("organization"));
  });

  it("cost one transaction a request, and none for what is there", async () => {
    const { start, records } = await openWorld();
    const { intake } = await start();
    const owner = { organization: ACME, device: PHONE };
    const blocks = Array.from({ length: 64 }, (_, index) => block(100, index));
    expect(await intake.put(owner, blocks)).toEqual(STORED);
    expect(records()).toBe(1);
    expect(await intake.put(owner, blocks)).toEqual(STORED);
    expect(records()).toBe(1);
    expect(await intake.put(owner, [block(100, 100)])).toEqual(STORED);
    expect(records()).toBe(2);
  });
});

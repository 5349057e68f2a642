import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { unwrap } from "#protocol/result.ts";
import { ALICE, PASSPHRASE } from "../support/test-device.ts";
import { createDevice } from "./world/device.ts";
import { type HostileProduct, startHostileProduct } from "./world/hostile-product.ts";

/** Parts of a data folder that an operator may put back from a copy. */
const LEDGER = ["ledger"];
const SERVER = ["holdfast.sqlite", "holdfast.sqlite-wal", "holdfast.sqlite-shm", "instance", "blocks"];

/** When the copy was made: before the workspace was there, or after it was sealed once. */
type Moment = "before the workspace" | "after its first seal";

interface Case {
  readonly parts: "server" | "ledger" | "both";
  readonly moment: Moment;
  /** Whether the ledger has grown beyond what the device saw before anybody looks. */
  readonly isWorkedOn: boolean;
  /** One of these is told. */
  readonly told: RegExp;
}

const OLDER_LEDGER = /^(BundleBehindTrust|LedgerEpochsShrank|LedgerEpochRewritten)$/;
const OLDER_SERVER = /^(ServerOlder|DeviceUnknown)$/;

const CASES: readonly Case[] = [
  { parts: "both", moment: "after its first seal", isWorkedOn: false, told: OLDER_LEDGER },
  { parts: "both", moment: "after its first seal", isWorkedOn: true, told: OLDER_LEDGER },
  { parts: "both", moment: "before the workspace", isWorkedOn: false, told: OLDER_LEDGER },
  { parts: "ledger", moment: "after its first seal", isWorkedOn: false, told: OLDER_LEDGER },
  { parts: "server", moment: "after its first seal", isWorkedOn: false, told: OLDER_SERVER },
  { parts: "server", moment: "before the workspace", isWorkedOn: false, told: OLDER_SERVER },
];

it.each(CASES)(
  "names an older copy of $parts from $moment (worked on: $isWorkedOn)",
  async ({ parts, moment, isWorkedOn, told }) => {
    const hostile = await startHostileProduct();
    const copy = `${hostile.dataDir}-copy`;
    try {
      const device = await createDevice(hostile.deployment(), hostile.clock.now);
      const { engine } = await device.openTab();
      unwrap(await engine.createOrganization(ALICE, () => undefined));
      await hostile.seal();
      if (moment === "before the workspace") await copyOf(hostile, copy);
      const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
      await hostile.seal();
      await engine.checkNow();
      if (moment === "after its first seal") await copyOf(hostile, copy);
      for (const name of ["Smith", "Jones"]) {
        unwrap(await engine.createFolder(workspace, null, name));
        await hostile.seal();
        await engine.checkNow();
      }
      await hostile.nextBlocks(5);
      await engine.checkNow();
      expect((await engine.trust()).state).toBe("verified");
      const seen = Number((await engine.anchor())?.newestHeight);

      const names = [...(parts === "server" ? [] : LEDGER), ...(parts === "ledger" ? [] : SERVER)];
      await hostile.restartAfter(() => putBack(copy, hostile.dataDir, names));
      while (isWorkedOn && (await hostile.height()) <= seen) await hostile.nextBlocks(1);
      await engine.checkNow();
      await engine.lock();
      unwrap(await engine.unlock(PASSPHRASE));
      await engine.folder(workspace, null);
      await engine.checkNow();
      const { state, reasons } = await engine.trust();
      const details = reasons.map(({ detail }) => detail);
      expect(["stale", "suspect"], details.join()).toContain(state);
      expect(
        details.some((detail) => told.test(detail)),
        details.join(),
      ).toBe(true);

      // It does not go away by waiting.
      hostile.clock.advance(3_600_000);
      await engine.checkNow();
      expect((await engine.trust()).state).toBe("suspect");
      await engine.lock();
    } finally {
      await hostile.close();
      await rm(copy, { recursive: true, force: true });
    }
  },
  120_000,
);

async function copyOf({ dataDir, restartAfter }: HostileProduct, copy: string): Promise<void> {
  await restartAfter(() => cp(dataDir, copy, { recursive: true }));
}

async function putBack(copy: string, dataDir: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await rm(path.join(dataDir, name), { recursive: true, force: true });
    await cp(path.join(copy, name), path.join(dataDir, name), { recursive: true }).catch(() => undefined);
  }
}

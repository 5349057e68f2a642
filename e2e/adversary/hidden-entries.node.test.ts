import { describe, expect, it } from "vitest";
import type { DeviceEngine, EngineError } from "#client/engine.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { type Result, unwrap } from "#protocol/result.ts";
import { readLeaves } from "#protocol/wire/log-reading.ts";
import { ALICE, PASSPHRASE } from "../support/test-device.ts";
import { refuse } from "./mallory/call.ts";
import { hiddenWriteLie } from "./mallory/lies/forged-leaf.ts";
import { hiddenVersionLie } from "./mallory/lies/hidden-entry.ts";
import type { CreateLie } from "./mallory/mallory.ts";
import { createDevice } from "./world/device.ts";
import { type HostileProduct, startHostileProduct } from "./world/hostile-product.ts";
import { upload } from "./world/scenario.ts";

/** Proofs that leave no record behind: what this device has seen is all there is to hold against them. */
describe("an entry that this device has seen, hidden from an unlogged proof", () => {
  it("is missed when a file's versions are listed, and stays missed (attack 46)", async () => {
    const hostile = await startHostileProduct({ createLie: withoutLeaves(hiddenVersionLie) });
    try {
      const { engine, workspace } = await settleIn(hostile);
      await upload(engine, workspace, "letter.txt", "Dear Sir or Madam");
      await upload(engine, workspace, "letter.txt", "Dear Madam");
      const file = unwrap(await engine.folder(workspace, null)).entries[0]?.id ?? "";
      expect(unwrap(await engine.versions(workspace, file))).toHaveLength(2);
      await lookAtSeal(hostile, engine);
      expect((await engine.trust()).state).toBe("verified");
      hostile.mallory.arm(unwrap(fromHex(workspace)));
      unwrap(await engine.createFolder(workspace, null, "unrelated"));
      for (let epoch = 0; epoch < 3; epoch++) {
        expectHidden(await engine.versions(workspace, file));
        await lookAtSeal(hostile, engine);
        expect((await engine.trust()).state).toBe("suspect");
      }
      expect(hostile.mallory.isTold()).toBe(true);
      await engine.lock();
    } finally {
      await hostile.close();
    }
  }, 120_000);

  it("is missed when the user's own list of workspaces goes back (attack 46)", async () => {
    const hostile = await startHostileProduct({ createLie: hiddenWriteLie });
    try {
      const { engine, device } = await settleIn(hostile);
      hostile.mallory.arm(device.host().identity.personalWorkspace);
      // Whether it is told while this one is published or by an event of the server is a matter of time.
      await engine.createWorkspace("Taxes");
      expect(hostile.mallory.isTold()).toBe(true);
      expectHidden(await engine.createWorkspace("Holidays"));
      await lookAtSeal(hostile, engine);
      expect((await engine.trust()).state).toBe("contradiction");
      await engine.lock();
    } finally {
      await hostile.close();
    }
  }, 120_000);

  it("is missed after the cache was evicted and the device locked, for the journal has it (attack 46)", async () => {
    const hostile = await startHostileProduct({ createLie: hiddenVersionLie });
    try {
      const { engine, device, workspace } = await settleIn(hostile);
      await upload(engine, workspace, "letter.txt", "Dear Sir or Madam");
      await upload(engine, workspace, "letter.txt", "Dear Madam");
      const file = unwrap(await engine.folder(workspace, null)).entries[0]?.id ?? "";
      hostile.mallory.arm(unwrap(fromHex(workspace)));
      unwrap(await engine.createFolder(workspace, null, "unrelated"));
      await engine.lock();
      await device.forgetFolders();
      unwrap(await engine.unlock(PASSPHRASE));
      expectHidden(await engine.versions(workspace, file));
      await engine.lock();
    } finally {
      await hostile.close();
    }
  }, 120_000);
});

/** Once it is told, the leaves that would prove it are not to be had. */
function withoutLeaves(createLie: CreateLie): CreateLie {
  return (stage) => {
    const lie = createLie(stage);
    return {
      ...lie,
      serve: async (call) =>
        lie.victim() && call.name === readLeaves.name ? refuse("tooManyRequests") : lie.serve?.(call),
    };
  };
}

async function settleIn(hostile: HostileProduct) {
  const device = await createDevice(hostile.deployment(), hostile.clock.now);
  const { engine } = await device.openTab();
  unwrap(await engine.createOrganization(ALICE, () => undefined));
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  return { device, engine, workspace };
}

async function lookAtSeal({ seal }: HostileProduct, engine: DeviceEngine): Promise<void> {
  await seal();
  // Withholding is noticed at the second refusal.
  for (let check = 0; check < 2; check++) await engine.checkNow();
}

function expectHidden(answer: Result<unknown, EngineError>): void {
  expect(answer).toEqual({
    ok: false,
    error: { type: "ServerAnswerInvalid", check: "I3", detail: "EntryOlderThanSeen" },
  });
}

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceEngine } from "#client/engine.ts";
import { unwrap } from "#protocol/result.ts";
import { ALICE, createTestDevice, namesIn, PASSPHRASE, type TestDevice } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

let product: TestProduct;
beforeAll(async () => {
  product = await startTestProduct();
}, 30_000);
afterAll(() => product.end());

async function createAlice(): Promise<{ device: TestDevice; engine: DeviceEngine }> {
  const device = await createTestDevice(product.deployment);
  const { engine } = await device.openTab();
  unwrap(await engine.createOrganization(ALICE, () => undefined));
  return { device, engine };
}

describe("a device from its first day", () => {
  it("creates an organization, a workspace and folders, locks, unlocks and finds them again", async () => {
    const device = await createTestDevice(product.deployment);
    const { engine } = await device.openTab();
    expect((await engine.device()).phase).toBe("empty");
    const steps: string[] = [];
    const kit = unwrap(await engine.createOrganization(ALICE, (step) => steps.push(step)));
    expect(steps).toEqual(["makingKeys", "checkingLedger", "registering", "storing"]);
    expect(kit.words).toHaveLength(24);

    const workspace = unwrap(await engine.createWorkspace("Cases"));
    const folder = unwrap(await engine.createFolder(workspace.id, null, "2026"));
    expect(folder.state).toBe("recorded");
    unwrap(await engine.createFolder(workspace.id, folder.id, "Smith"));

    await engine.lock();
    expect(await engine.folder(workspace.id, null)).toEqual({ ok: false, error: { type: "DeviceLocked" } });
    expect(await engine.unlock("wrong")).toEqual({ ok: false, error: { type: "WrongPassphrase" } });
    unwrap(await engine.unlock(PASSPHRASE));
    expect(unwrap(await engine.workspaces()).map(({ name }) => name)).toEqual(["Cases"]);
    expect(await namesIn(engine, workspace.id)).toEqual(["2026"]);
    const inner = unwrap(await engine.folder(workspace.id, folder.id));
    expect(inner.path).toEqual([{ id: folder.id, name: "2026" }]);
    expect(inner.entries.map(({ name }) => name)).toEqual(["Smith"]);
    expect(device.faults).toEqual([]);
    await engine.lock();
  }, 30_000);

  it("moves, renames, removes and undoes", async () => {
    const { device, engine } = await createAlice();
    const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
    const a = unwrap(await engine.createFolder(workspace, null, "a"));
    const b = unwrap(await engine.createFolder(workspace, null, "b"));
    unwrap(await engine.rename(workspace, a.id, null, "first"));
    unwrap(await engine.move(workspace, [b.id], null, a.id));
    expect(await namesIn(engine, workspace)).toEqual(["first"]);
    expect(await namesIn(engine, workspace, a.id)).toEqual(["b"]);
    expect(await engine.move(workspace, [a.id], null, b.id)).toEqual({
      ok: false,
      error: { type: "MoveIntoItself" },
    });
    expect(await engine.createFolder(workspace, null, "first")).toEqual({
      ok: false,
      error: { type: "NameTaken" },
    });
    const removal = unwrap(await engine.remove(workspace, [a.id], null));
    expect(await namesIn(engine, workspace)).toEqual([]);
    unwrap(await engine.undo(removal));
    expect(await namesIn(engine, workspace)).toEqual(["first"]);
    expect(device.faults).toEqual([]);
    await engine.lock();
  }, 30_000);

  it("stays locked when it was locked while it was unlocking", async () => {
    const { device, engine } = await createAlice();
    await engine.lock();
    const { engine: other } = await device.openTab();
    const unlocking = Promise.all([engine.unlock(PASSPHRASE), engine.unlock(PASSPHRASE)]);
    await other.lock();
    const locked = { ok: false, error: { type: "DeviceLocked" } };
    expect(await unlocking).toEqual([locked, locked]);
    expect((await engine.device()).phase).toBe("locked");
  }, 30_000);

  it("asks for one word of the kit, then forgets the root key", async () => {
    const { engine } = await createAlice();
    const kit = unwrap(await engine.recoveryKit());
    expect(await engine.confirmRecoveryKit("nonsense")).toEqual({ ok: false, error: { type: "WrongWord" } });
    unwrap(await engine.confirmRecoveryKit(kit.words[kit.confirmPosition] ?? ""));
    expect((await engine.device()).isRecoveryKitConfirmed).toBe(true);
    expect(await engine.recoveryKit()).toEqual({ ok: false, error: { type: "AlreadyConfirmed" } });
    await engine.lock();
    unwrap(await engine.unlock(PASSPHRASE));
    expect((await engine.device()).isRecoveryKitConfirmed).toBe(true);
    unwrap(await engine.createWorkspace("After"));
    await engine.lock();
  }, 30_000);
});

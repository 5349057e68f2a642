import { afterAll, beforeAll, expect, it } from "vitest";
import type { DeviceEngine, TransferItem, UploadSource } from "#client/engine.ts";
import { unwrap } from "#protocol/result.ts";
import { createNodeTransfer } from "../adversary/world/node-transfers.ts";
import { ALICE, createTestDevice, namesIn } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

/** What a transfer says is what happened: where a file is, under which name, and instead of what. */
let product: TestProduct;
let engine: DeviceEngine;
let workspace: string;
beforeAll(async () => {
  product = await startTestProduct();
  const device = await createTestDevice(product.deployment, { createTransfer: createNodeTransfer });
  ({ engine } = await device.openTab());
  unwrap(await engine.createOrganization(ALICE, () => undefined));
  workspace = unwrap(await engine.createWorkspace("Papers")).id;
}, 60_000);
afterAll(async () => {
  await engine.lock();
  await product.end();
});

function source(path: string, content: string): UploadSource {
  return { kind: "file", path, file: new File([content], path.split("/").at(-1) ?? "") };
}

/** Resolves with all transfers once none of them is under way. */
async function settled(): Promise<readonly TransferItem[]> {
  const isOver = ({ state }: TransferItem): boolean => state === "done" || state === "failed";
  const areOver = async (): Promise<boolean> => {
    const { items } = await engine.transfers();
    return items.length > 0 && items.every(isOver);
  };
  await expect.poll(areOver, { timeout: 30_000 }).toBe(true);
  return (await engine.transfers()).items;
}

it("says that a file of the same name got a new version, and keeps both when asked to", async () => {
  unwrap(await engine.upload(workspace, null, [source("image.jpg", "first")]));
  const [first] = await settled();
  expect(first).toMatchObject({ state: "done", saved: { name: "image.jpg", replacedVersion: null } });
  await engine.clearFinishedTransfers();
  unwrap(await engine.upload(workspace, null, [source("image.jpg", "the second one")]));
  const [second] = await settled();
  const file = first?.saved?.file ?? "";
  expect(second?.saved).toEqual({ workspace, folder: null, file, name: "image.jpg", replacedVersion: 1 });
  unwrap(await engine.keepBoth(workspace, file, 1));
  const sizes = unwrap(await engine.folder(workspace, null)).entries.map((entry) => [
    entry.name,
    entry.sizeBytes,
  ]);
  expect(sizes).toEqual([
    ["image (2).jpg", 14],
    ["image.jpg", 5],
  ]);
  await engine.clearFinishedTransfers();
  unwrap(await engine.upload(workspace, null, [source("set/a.txt", "a"), source("set/b.txt", "b")]));
  expect(await settled()).toMatchObject([{ name: "set", newVersions: 0 }]);
  await engine.clearFinishedTransfers();
  unwrap(await engine.upload(workspace, null, [source("set/a.txt", "new"), source("set/c.txt", "c")]));
  expect(await settled()).toMatchObject([{ name: "set", newVersions: 1 }]);
  await engine.clearFinishedTransfers();
});

it("holds an upload whose folder is in the trash, and goes on once it is back", async () => {
  const { id: photos } = unwrap(await engine.createFolder(workspace, null, "Photos"));
  const before = await namesIn(engine, workspace);
  unwrap(await engine.remove(workspace, [photos], null));
  const sources = Array.from({ length: 60 }, (_, index) => source(`${index}.txt`, `${index}`));
  unwrap(await engine.upload(workspace, photos, sources));
  const held = await settled();
  expect(held.map(({ state }) => state)).toEqual(held.map(() => "failed"));
  expect(held[0]?.error).toEqual({ type: "FolderInTrash", workspace, folder: photos, name: "Photos" });
  expect(await namesIn(engine, workspace)).toEqual(before.filter((name) => name !== "Photos"));
  unwrap(await engine.restoreFolder(workspace, photos));
  await engine.retryTransfer(held[0]?.id ?? "");
  const done = await settled();
  expect(done.map(({ state }) => state)).toEqual(done.map(() => "done"));
  expect(await namesIn(engine, workspace, photos)).toHaveLength(60);
});

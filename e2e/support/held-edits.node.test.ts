import { afterAll, beforeAll, expect, it } from "vitest";
import { unwrap } from "#protocol/result.ts";
import { ALICE, createTestDevice, namesIn, PASSPHRASE } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

let product: TestProduct;
beforeAll(async () => {
  product = await startTestProduct();
}, 60_000);
afterAll(() => product.end());

/** In front of the server, as many set it up: requests above this size are refused, whatever is in them. */
const PROXY_LIMIT_BYTES = 40_000;

it("sends smaller records where large ones do not get through, and sets aside what cannot, for later", async () => {
  let network: "away" | "narrow" | "free" = "free";
  const refused: number[] = [];
  const device = await createTestDevice(product.deployment);
  const { engine, files, events } = await device.openTab({
    fetch: async (url, init) => {
      if (network === "away") throw new TypeError("offline");
      const sizeBytes = init.body instanceof Uint8Array ? init.body.length : 0;
      if (network === "free" || sizeBytes <= PROXY_LIMIT_BYTES) return fetch(url, init);
      refused.push(sizeBytes);
      return new Response("Request Entity Too Large", { status: 413 });
    },
  });
  unwrap(await engine.createOrganization(ALICE, () => undefined));
  const { id: workspace } = unwrap(await engine.createWorkspace("Papers"));
  const commit = (name: string, blocks: number) => ({
    folder: null,
    file: null,
    modifiedAt: 5,
    manifest: {
      name,
      sizeBytes: blocks,
      mimeHint: null,
      blocks: Array.from({ length: blocks }, (_, offset) => ({
        id: new Uint8Array(32),
        key: new Uint8Array(32),
        offset,
        sizeBytes: 1,
      })),
    },
  });
  network = "away";
  const many = Array.from({ length: 300 }, (_, index) => commit(`${index}.txt`, 0));
  unwrap(await files().commitFiles(workspace, many));
  unwrap(await files().commitFiles(workspace, [commit("huge.bin", 5000)]));
  unwrap(await engine.createFolder(workspace, null, "behind it"));
  await engine.lock();
  network = "narrow";
  unwrap(await engine.unlock(PASSPHRASE));
  const heldNotice = { type: "notice", code: "editHeld", values: { name: "huge.bin" } };
  await expect.poll(() => events, { timeout: 40_000 }).toContainEqual(heldNotice);
  await expect.poll(() => namesIn(engine, workspace), { timeout: 40_000 }).toContain("behind it");
  expect(await namesIn(engine, workspace)).toHaveLength(301);
  expect(refused.length).toBeGreaterThan(1);
  const [summary] = unwrap(await engine.workspaces());
  expect(summary?.setAsideEdits).toBe(1);
  const [edit, ...others] = unwrap(await engine.setAsideEdits(workspace));
  expect(others).toEqual([]);
  expect(edit).toMatchObject({
    name: "huge.bin",
    change: "new",
    folder: null,
    changes: 1,
    files: 1,
    sizeBytes: 5000,
    reason: { type: "RequestTooLarge" },
  });
  const [content] = unwrap(await files().openSetAside(workspace, edit?.id ?? ""));
  expect(content?.modifiedAt).toBe(5);
  expect(content?.manifest.blocks).toHaveLength(5000);
  for (const id of ["", "0x", "99", "-1"]) {
    expect((await files().openSetAside(workspace, id)).ok).toBe(false);
    expect((await engine.giveUpSetAside(workspace, id)).ok).toBe(false);
  }
  await engine.lock();
  network = "free";
  unwrap(await engine.unlock(PASSPHRASE));
  await expect.poll(() => namesIn(engine, workspace), { timeout: 40_000 }).toContain("huge.bin");
  expect(unwrap(await engine.setAsideEdits(workspace))).toEqual([]);
  expect(device.faults).toEqual([]);
  await engine.lock();
});

it("gives up what was set aside when the person says so, and does not try it again", async () => {
  let network: "away" | "narrow" | "free" = "free";
  const device = await createTestDevice(product.deployment);
  const { engine, files } = await device.openTab({
    fetch: async (url, init) => {
      if (network === "away") throw new TypeError("offline");
      const sizeBytes = init.body instanceof Uint8Array ? init.body.length : 0;
      if (network === "free" || sizeBytes <= PROXY_LIMIT_BYTES) return fetch(url, init);
      return new Response("Request Entity Too Large", { status: 413 });
    },
  });
  unwrap(await engine.createOrganization(ALICE, () => undefined));
  const { id: workspace } = unwrap(await engine.createWorkspace("Papers"));
  const { id: folder } = unwrap(await engine.createFolder(workspace, null, "Scans"));
  network = "away";
  unwrap(await files().commitFiles(workspace, [bigFile("huge.bin", folder)]));
  await engine.lock();
  network = "narrow";
  unwrap(await engine.unlock(PASSPHRASE));
  const setAside = async () => unwrap(await engine.setAsideEdits(workspace));
  await expect.poll(async () => (await setAside()).length, { timeout: 40_000 }).toBe(1);
  const [edit] = await setAside();
  expect(edit).toMatchObject({ name: "huge.bin", folder: "Scans" });
  unwrap(await engine.giveUpSetAside(workspace, edit?.id ?? ""));
  expect(await setAside()).toEqual([]);
  await engine.lock();
  network = "free";
  unwrap(await engine.unlock(PASSPHRASE));
  unwrap(await engine.createFolder(workspace, null, "later"));
  expect(await namesIn(engine, workspace)).toEqual(["Scans", "later"]);
  expect(await namesIn(engine, workspace, folder)).toEqual([]);
  await engine.lock();
});

function bigFile(name: string, folder: string | null) {
  const blocks = Array.from({ length: 5000 }, (_, offset) => ({
    id: new Uint8Array(32),
    key: new Uint8Array(32),
    offset,
    sizeBytes: 1,
  }));
  const manifest = { name, sizeBytes: blocks.length, mimeHint: null, blocks };
  return { folder, file: null, modifiedAt: 5, manifest };
}

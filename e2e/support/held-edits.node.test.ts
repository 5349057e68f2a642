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
  await engine.lock();
  network = "free";
  unwrap(await engine.unlock(PASSPHRASE));
  await expect.poll(() => namesIn(engine, workspace), { timeout: 40_000 }).toContain("huge.bin");
  expect(device.faults).toEqual([]);
  await engine.lock();
});

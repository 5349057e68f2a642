import { afterAll, beforeAll, expect, it } from "vitest";
import { unwrap } from "#protocol/result.ts";
import { createOrganization } from "./audited-device.ts";
import { createTestDevice, PASSPHRASE } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

let product: TestProduct;
beforeAll(async () => {
  product = await startTestProduct();
}, 30_000);
afterAll(() => product.end());

const NAMES = { organizationName: "Other", userName: "Eve", deviceLabel: "Desk", bootstrapToken: null };

it("says that the wrapped key is damaged, and creates nothing over what is left", async () => {
  const device = await createTestDevice(product.deployment);
  const { engine } = await device.openTab();
  await createOrganization(engine);
  await engine.lock();
  const { vault, journal } = device.stores;
  for (const { key, value } of await vault.list("")) await vault.write([{ key, value: value.subarray(1) }]);
  const left = journal.snapshot();

  const { engine: next } = await device.openTab();
  const damaged = { type: "StorageCorrupt", detail: "the row that holds the wrapped key" };
  expect(await next.device()).toMatchObject({ phase: "empty", problem: damaged });
  const input = { ...NAMES, passphrase: PASSPHRASE };
  expect(await next.createOrganization(input, () => undefined)).toEqual({ ok: false, error: damaged });
  expect(journal.snapshot()).toEqual(left);
});

it("erases nothing where the device's keys are missing beside its journal", async () => {
  const device = await createTestDevice(product.deployment);
  const { engine } = await device.openTab();
  await createOrganization(engine);
  await engine.lock();
  const { journal } = device.stores;
  await journal.write([{ key: "secrets", value: null }]);
  const left = journal.snapshot();

  expect(await engine.unlock(PASSPHRASE)).toMatchObject({ ok: false, error: { type: "StorageCorrupt" } });
  expect(journal.snapshot()).toEqual(left);
  expect((await engine.device()).phase).toBe("locked");
});

it("tells why a device has no personal workspace yet where waiting will not help", async () => {
  const device = await createTestDevice(product.deployment);
  let isFull = true;
  const { engine } = await device.openTab({
    fetch: async (url, init) =>
      isFull && url.endsWith("/v1/create-workspace") ? new Response("garbage") : fetch(url, init),
  });
  await createOrganization(engine);
  expect((await engine.device()).problem).not.toBeNull();
  await engine.lock();
  isFull = false;
  unwrap(await engine.unlock(PASSPHRASE));
  expect((await engine.device()).problem).toBeNull();
  await engine.lock();
});

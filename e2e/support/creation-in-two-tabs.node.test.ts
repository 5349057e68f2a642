import { afterAll, beforeAll, expect, it } from "vitest";
import { err, unwrap } from "#protocol/result.ts";
import { createOrganization } from "./audited-device.ts";
import { createTestDevice, PASSPHRASE } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

let product: TestProduct;
beforeAll(async () => {
  product = await startTestProduct();
}, 30_000);
afterAll(() => product.end());

const OTHER = {
  organizationName: "Other",
  userName: "Eve",
  deviceLabel: "Desk",
  bootstrapToken: null,
  passphrase: PASSPHRASE,
};

it("creates nothing over what another tab has created since", async () => {
  const device = await createTestDevice(product.deployment);
  const { engine: early, events } = await device.openTab();
  const { engine } = await device.openTab();
  await createOrganization(engine);
  await engine.lock();
  events.length = 0;
  const left = device.stores.journal.snapshot();
  expect(await early.createOrganization(OTHER, () => undefined)).toEqual(err({ type: "OrganizationExists" }));
  expect(device.stores.journal.snapshot()).toEqual(left);
  expect(events).toEqual([{ type: "device" }]);
  expect((await early.device()).phase).toBe("locked");
  unwrap(await early.unlock(PASSPHRASE));
  await early.lock();
});

it("erases nothing that another tab is about to create", async () => {
  const device = await createTestDevice(product.deployment);
  let goOn = (): void => undefined;
  const isHeld = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let isAsked = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  const { engine } = await device.openTab({
    fetch: async (url, init) => {
      isAsked();
      await isHeld;
      return fetch(url, init);
    },
  });
  const created = createOrganization(engine);
  // There is no device yet, so nothing that a second tab could unlock, or find half made.
  await asked;
  const { engine: late } = await device.openTab();
  expect((await late.device()).phase).toBe("empty");
  expect(await late.unlock(PASSPHRASE)).toEqual(err({ type: "NotFound" }));
  goOn();
  await created;
  unwrap(await late.unlock(PASSPHRASE));
  await engine.lock();
  unwrap(await engine.unlock(PASSPHRASE));
  await engine.lock();
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { type HostileProduct, startHostileProduct } from "../adversary/world/hostile-product.ts";
import { createAuditedDevice, createOrganization } from "./audited-device.ts";
import { losing } from "./test-device.ts";

let product: HostileProduct;
beforeAll(async () => {
  product = await startHostileProduct({});
}, 30_000);
afterAll(() => product.close());

it("does not miss a workspace under a seal that the server has not been told of", async () => {
  const device = await createAuditedDevice(product.deployment());
  const { engine: first } = await device.openTab();
  await createOrganization(first);
  await first.lock();
  const { engine, events } = await device.openTab({
    fetch: losing("/v1/create-workspace", "before", Number.POSITIVE_INFINITY),
  });
  await engine.unlock("correct horse battery staple");
  expect((await engine.createWorkspace("Cases")).ok).toBe(false);
  await product.seal();
  await engine.checkNow();
  expect((await engine.trust()).reasons).toEqual([]);
  expect(events).not.toContainEqual(expect.objectContaining({ code: "writesPaused" }));
  await engine.lock();
});

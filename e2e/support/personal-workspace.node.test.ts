import { afterAll, beforeAll, expect, it } from "vitest";
import type { Fetch } from "#client/transport/transport.ts";
import { unwrap } from "#protocol/result.ts";
import { createOrganization } from "./audited-device.ts";
import { createTestDevice, losing, PASSPHRASE } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

let product: TestProduct;
beforeAll(async () => {
  product = await startTestProduct();
}, 30_000);
afterAll(() => product.end());

it("makes the personal workspace of a device unlocked without a server as soon as that is back", async () => {
  const device = await createTestDevice(product.deployment);
  let through: Fetch = losing("/v1/create-workspace", "before", Number.POSITIVE_INFINITY);
  const network = {
    fetch: ((url, init) => through(url, init)) satisfies Fetch,
    use: (next: Fetch) => {
      through = next;
    },
  };
  const { engine } = await device.openTab({ fetch: network.fetch });
  await createOrganization(engine);
  await engine.lock();
  network.use(() => Promise.reject(new TypeError("offline")));
  unwrap(await engine.unlock(PASSPHRASE));
  const { engine: second } = await device.openTab({ fetch: network.fetch });
  unwrap(await second.unlock(PASSPHRASE));
  expect((await engine.createWorkspace("Too early")).ok).toBe(false);

  const births: string[] = [];
  const isToldOther = new Promise<void>((resolve) => {
    network.use(async (url, init) => {
      const response = await fetch(url, init);
      if (url.endsWith("/v1/create-workspace")) births.push(url);
      return response;
    });
    second.subscribe(({ type }) => type === "device" && births.length > 0 && resolve());
  });
  // Neither tab is unlocked again; the person's next action finds the server.
  const { id } = unwrap(await engine.createWorkspace("Cases"));
  await isToldOther;
  unwrap(await second.createFolder(id, null, "a"));
  unwrap(await second.renameWorkspace(id, "Closed cases"));
  await engine.lock();
  expect(births).toHaveLength(2);

  network.use(losing("/v1/create-workspace", "before", Number.POSITIVE_INFINITY));
  unwrap(await engine.unlock(PASSPHRASE));
  expect(unwrap(await engine.workspaces()).map(({ name }) => name)).toEqual(["Closed cases"]);
  expect(unwrap(await engine.folder(id, null)).entries.map(({ name }) => name)).toEqual(["a"]);
  expect((await engine.device()).problem).toBeNull();
  expect(device.faults).toEqual([]);
  await engine.lock();
}, 30_000);

it("keeps the keys of a device that is locked while its personal workspace is made", async () => {
  const device = await createTestDevice(product.deployment);
  let through: Fetch = losing("/v1/create-workspace", "before", Number.POSITIVE_INFINITY);
  const { engine } = await device.openTab({ fetch: (url, init) => through(url, init) });
  await createOrganization(engine);
  await engine.lock();
  through = () => Promise.reject(new TypeError("offline"));
  unwrap(await engine.unlock(PASSPHRASE));
  let births = 0;
  const isAnswered = new Promise<void>((resolve) => {
    through = async (url, init) => {
      const response = await fetch(url, init);
      if (!url.endsWith("/v1/create-workspace") || ++births === 1) return response;
      await engine.lock();
      // What follows on the answer runs first.
      setImmediate(resolve);
      return response;
    };
  });
  // The lock may end it before it can say what came of it.
  await engine.createWorkspace("Cases");
  await isAnswered;
  through = fetch;
  unwrap(await engine.unlock(PASSPHRASE));
  const [cases] = unwrap(await engine.workspaces());
  if (cases?.name !== "Cases") throw new Error("the workspace is gone");
  unwrap(await engine.createFolder(cases.id, null, "a"));
  expect(device.faults).toEqual([]);
  await engine.lock();
}, 30_000);

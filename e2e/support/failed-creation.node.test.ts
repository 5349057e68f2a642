import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceEngine, EngineError } from "#client/engine.ts";
import { StorageFailure } from "#client/storage/row-store.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { unwrap } from "#protocol/result.ts";
import { ALICE, createTestDevice, losing, PASSPHRASE, type TestDevice } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

let product: TestProduct;
beforeAll(async () => {
  product = await startTestProduct();
}, 30_000);
afterAll(() => product.end());

const away: Fetch = () => Promise.reject(new TypeError("offline"));
const badGateway: Fetch = async () =>
  new Response("<html><h1>502 Bad Gateway</h1></html>", {
    status: 502,
    headers: { "content-type": "text/html" },
  });

/** Answers requests whose path ends so in another way. */
function except(path: string, other: Fetch): Fetch {
  return (url, init) => (url.endsWith(path) ? other(url, init) : fetch(url, init));
}

/** What a screen is told while an organization is made: the phase at each step, and whenever it hears of a change. */
async function watchCreation(engine: DeviceEngine) {
  const phases = new Set<string>();
  const looks: Promise<void>[] = [];
  const look = () => {
    looks.push(engine.device().then(({ phase }) => void phases.add(phase)));
  };
  const stop = engine.subscribe(look);
  const created = await engine.createOrganization(ALICE, look);
  stop();
  look();
  await Promise.all(looks);
  return { created, phases: [...phases] };
}

function isBlank({ stores }: TestDevice): boolean {
  return [stores.vault, stores.journal].every((store) => store.snapshot().size === 0);
}

describe("a creation that fails", () => {
  const reasons: readonly (readonly [string, Fetch, EngineError["type"]])[] = [
    ["while the server is away", away, "ServerUnreachable"],
    ["at a bad gateway", badGateway, "ServerUnreachable"],
    ["when the ledger's answer is lost", losing("/v1/ledger-bundle", "after"), "ServerUnreachable"],
    ["when the request is lost", losing("/v1/create-organization", "before"), "ServerUnreachable"],
    [
      "when it was registered and the reply is lost",
      losing("/v1/create-organization", "after"),
      "ServerUnreachable",
    ],
    [
      "at a gateway behind which it was not registered",
      except("/v1/create-organization", badGateway),
      "ServerUnreachable",
    ],
  ];

  it.each(reasons)(
    "%s stays with its reason, leaves nothing, and can be tried again",
    async (_, network, type) => {
      const device = await createTestDevice(product.deployment);
      let through = network;
      const { engine } = await device.openTab({ fetch: (url, init) => through(url, init) });
      const { created, phases } = await watchCreation(engine);
      expect(created).toMatchObject({ ok: false, error: { type } });
      expect(phases).toEqual(["empty"]);
      expect(isBlank(device)).toBe(true);
      const { engine: later } = await device.openTab();
      expect((await later.device()).phase).toBe("empty");

      through = fetch;
      unwrap(await engine.createOrganization(ALICE, () => undefined));
      expect((await engine.device()).phase).toBe("unlocked");
      await engine.lock();
      unwrap(await engine.unlock(PASSPHRASE));
      await engine.lock();
    },
    30_000,
  );

  it.each(["vault", "journal"] as const)(
    "for want of room in the %s says so, and leaves nothing",
    async (name) => {
      const device = await createTestDevice(product.deployment);
      const store = device.stores[name];
      const write = store.write;
      let room = 0;
      for (; ; room++) {
        let left = room;
        Object.assign(store, {
          write: async (changes: Parameters<typeof write>[0]) => {
            if (left-- === 0) throw new StorageFailure({ type: "StorageFull" });
            await write(changes);
          },
        });
        const { engine } = await device.openTab();
        const { created, phases } = await watchCreation(engine);
        Object.assign(store, { write });
        if (created.ok) {
          await engine.lock();
          break;
        }
        expect(created.error).toEqual({ type: "StorageFull", where: "device" });
        expect(phases).toEqual(["empty"]);
        expect(isBlank(device)).toBe(true);
      }
      // Each write of a creation was the one too many.
      expect(room).toBeGreaterThan(name === "vault" ? 0 : 3);
    },
    60_000,
  );
});

describe("a tab that is killed while an organization is created", () => {
  it.each(["/v1/ledger-bundle", "/v1/create-organization"])(
    "at %s leaves a device that can be unlocked, or none",
    async (path) => {
      const device = await createTestDevice(product.deployment);
      let images: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>> | undefined;
      const names = ["vault", "journal", "cache"] as const;
      const { engine } = await device.openTab({
        fetch: (url, init) => {
          if (url.endsWith(path)) {
            images ??= new Map(names.map((name) => [name, device.stores[name].snapshot()]));
          }
          return fetch(url, init);
        },
      });
      unwrap(await engine.createOrganization(ALICE, () => undefined));
      await engine.lock();
      const after = await createTestDevice(product.deployment);
      for (const name of names) after.stores[name].restore(images?.get(name) ?? new Map());
      const { engine: later } = await after.openTab();
      const { phase } = await later.device();
      expect(phase).toBe(path === "/v1/ledger-bundle" ? "empty" : "locked");
      const opened =
        phase === "locked"
          ? await later.unlock(PASSPHRASE)
          : await later.createOrganization(ALICE, () => undefined);
      expect(opened.ok).toBe(true);
      await later.lock();
    },
    30_000,
  );
});

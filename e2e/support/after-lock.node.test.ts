import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuditPart } from "#client/audit/create-audit-part.ts";
import type { AuditHost, TransferHost } from "#client/engine-parts.ts";
import { createManifestCache } from "#client/sync/manifest-cache.ts";
import { createWorkspaceTable } from "#client/sync/workspace-table.ts";
import { createProductSuite } from "#crypto/product-suite.ts";
import { type Bytes, isZero } from "#protocol/bytes/bytes.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import { readHead } from "#protocol/wire/log-reading.ts";
import { createNodeTransfer } from "../adversary/world/node-transfers.ts";
import { upload } from "../adversary/world/scenario.ts";
import { ALICE, createTestDevice, losing, PASSPHRASE, type TestDeviceOptions } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

let product: TestProduct;
let productSuite: CryptoSuite;
beforeAll(async () => {
  [product, productSuite] = await Promise.all([startTestProduct(), createProductSuite()]);
}, 30_000);
afterAll(() => product.end());

/** The suite with every key that was ever used to open, seal or sign: the very buffers. */
function watchKeys() {
  const used = new Set<Bytes>();
  const seen = (key: Bytes): Bytes => {
    if (key.length > 0) used.add(key);
    return key;
  };
  const suite: CryptoSuite = {
    ...productSuite,
    sign: (message, secretKey) => productSuite.sign(message, seen(secretKey)),
    verifyKeyOf: (secretKey) => productSuite.verifyKeyOf(seen(secretKey)),
    aeadEncrypt: (plaintext, data, nonce, key) => productSuite.aeadEncrypt(plaintext, data, nonce, seen(key)),
    aeadDecrypt: (ciphertext, data, nonce, key) =>
      productSuite.aeadDecrypt(ciphertext, data, nonce, seen(key)),
    blake2b: (message, key, length) => productSuite.blake2b(message, seen(key), length),
    openSealed: (sealed, secretKey) => productSuite.openSealed(sealed, seen(secretKey)),
  };
  return { suite, used, left: () => [...used].filter((key) => !isZero(key)).length };
}

/** A device whose parts somebody holds on to. */
async function createHeldDevice(options: TestDeviceOptions = {}) {
  const keys = watchKeys();
  const held: { audit?: AuditHost; transfer?: TransferHost } = {};
  const device = await createTestDevice(product.deployment, {
    suite: keys.suite,
    createAudit: (host) => {
      held.audit = host;
      return createAuditPart(host, {
        verifyEvidence: async () => ({ outcome: "notEnough" }),
        fetchVerifier: async () => null,
        ledgerEngine: "devchain",
      });
    },
    createTransfer: (host) => {
      held.transfer = host;
      return createNodeTransfer(host);
    },
    ...options,
  });
  const parts = () => {
    if (!held.audit || !held.transfer) throw new Error("the device was never unlocked");
    return { audit: held.audit, transfer: held.transfer };
  };
  return { device, keys, parts };
}

const LOCKED = { type: "DeviceLocked" };

describe("after the lock", () => {
  it("opens nothing through what somebody held on to, and leaves no key that was used", async () => {
    const { device, keys, parts } = await createHeldDevice();
    const { engine } = await device.openTab();
    unwrap(await engine.createOrganization(ALICE, () => undefined));
    const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
    unwrap(await engine.createFolder(workspace, null, "2026"));
    await upload(engine, workspace, "letter.txt", "Dear Madam");
    const { entries } = unwrap(await engine.folder(workspace, null));
    const file = entries.find(({ name }) => name === "letter.txt")?.id ?? "";
    unwrap(await engine.readFile(workspace, file, null, 1000));
    const log = unwrap(fromHex(workspace));
    const { audit, transfer } = parts();
    const table = createWorkspaceTable(audit.rows);
    const cache = createManifestCache(transfer.rows, transfer.randomBytes);
    const [row] = await table.list();
    expect(row?.keys.length).toBeGreaterThan(0);
    expect((await cache.folders(log)).size).toBeGreaterThan(0);
    expect(keys.used.size).toBeGreaterThan(8);

    await engine.lock();
    expect(keys.left()).toBe(0);
    const attempts: readonly (() => Promise<unknown>)[] = [
      () => table.list(),
      () => table.get(log),
      () => table.put({ ...(row ?? unreachable()) }),
      () => cache.folders(log),
      () => audit.journal.log(log),
      () => audit.journal.openOperations(log),
      () => audit.journal.seen(log, [log]),
      () => audit.journal.suspect(log, null),
      () => audit.workspaces(),
      () => transfer.files.openFiles(workspace, [{ file, version: null }]),
      () => transfer.files.listFolder(workspace, null),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ error: LOCKED });
    const question = { log, fromSize: 0 };
    expect(await audit.sessions.call(readHead, question)).toEqual({ ok: false, error: LOCKED });
    expect(await audit.sessions.token()).toEqual({ ok: false, error: LOCKED });
    expect(await engine.folder(workspace, null)).toEqual({ ok: false, error: LOCKED });
    expect((await engine.trust()).state).toBe("stale");

    unwrap(await engine.unlock(PASSPHRASE));
    expect(unwrap(await engine.folder(workspace, null)).entries).toHaveLength(2);
    await engine.lock();
    expect(keys.left()).toBe(0);
  }, 60_000);

  it("leaves nothing in another tab that is told of it", async () => {
    const { device, keys } = await createHeldDevice();
    const { engine } = await device.openTab();
    unwrap(await engine.createOrganization(ALICE, () => undefined));
    const other = await device.openTab();
    unwrap(await other.engine.unlock(PASSPHRASE));
    unwrap(await other.engine.createWorkspace("Cases"));
    const isLocked = new Promise<void>((resolve) => {
      other.engine.subscribe(() => {
        void other.engine.device().then(({ phase }) => {
          if (phase === "locked") resolve();
        });
      });
    });
    await engine.lock();
    await isLocked;
    expect(keys.left()).toBe(0);
  }, 60_000);

  it("ends at the first key that it needs whatever was under way, and tells so", async () => {
    const { device, keys } = await createHeldDevice();
    const { engine } = await device.openTab();
    unwrap(await engine.createOrganization(ALICE, () => undefined));
    const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
    const underWay = [
      engine.createFolder(workspace, null, "2026"),
      engine.createWorkspace("Taxes"),
      engine.folder(workspace, null),
      engine.checkNow(),
      engine.trust(),
      engine.periods({ workspace: null, fromEpoch: null, limit: 5 }),
    ];
    await engine.lock();
    expect(keys.left()).toBe(0);
    const results = await Promise.all(underWay);
    for (const result of results.slice(0, 3)) expect(result).toMatchObject({ ok: false, error: LOCKED });
    expect(keys.left()).toBe(0);
    unwrap(await engine.unlock(PASSPHRASE));
    unwrap(await engine.createFolder(workspace, null, "2027"));
    expect(unwrap(await engine.folder(workspace, null)).entries.map(({ name }) => name)).toContain("2027");
    await engine.lock();
  }, 60_000);

  it("keeps nothing of an unlock that fails, by its passphrase or by what it finds", async () => {
    const { device, keys } = await createHeldDevice();
    const { engine } = await device.openTab();
    unwrap(await engine.createOrganization(ALICE, () => undefined));
    await engine.lock();
    expect(await engine.unlock("wrong horse")).toEqual({ ok: false, error: { type: "WrongPassphrase" } });
    expect(keys.left()).toBe(0);
    for (const { key, value } of await device.stores.journal.list("secrets")) {
      await device.stores.journal.write([{ key, value: value.toReversed() }]);
    }
    expect(await engine.unlock(PASSPHRASE)).toMatchObject({ ok: false, error: { type: "StorageCorrupt" } });
    expect(keys.left()).toBe(0);
  }, 60_000);

  it("keeps nothing of an unlock during which the device is locked, nor of a creation that fails", async () => {
    const { device, keys } = await createHeldDevice();
    const failing = await device.openTab({ fetch: losing("/create-organization", "before", 99) });
    expect(await failing.engine.createOrganization(ALICE, () => undefined)).toMatchObject({ ok: false });
    await failing.engine.lock();
    expect(keys.left()).toBe(0);
    const { engine } = await (await createHeldDeviceBeside(keys.suite)).openTab();
    unwrap(await engine.createOrganization(ALICE, () => undefined));
    await engine.lock();
    const unlocking = engine.unlock(PASSPHRASE);
    await engine.lock();
    expect(await unlocking).toEqual({ ok: false, error: LOCKED });
    expect(keys.left()).toBe(0);
  }, 60_000);
});

function createHeldDeviceBeside(suite: CryptoSuite) {
  return createTestDevice(product.deployment, { suite });
}

function unreachable(): never {
  throw new Error("there was a workspace");
}

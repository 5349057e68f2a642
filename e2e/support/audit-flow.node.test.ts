import { afterEach, describe, expect, it } from "vitest";
import type { DeviceEngine, TrustState } from "#client/engine.ts";
import { anchorsOf } from "#client/transport/deployment.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";
import { ATTACKS } from "../adversary/mallory/attacks.ts";
import { type HostileProduct, startHostileProduct } from "../adversary/world/hostile-product.ts";
import { createAuditedDevice, createOrganization } from "./audited-device.ts";
import { PASSPHRASE, type TestDevice } from "./test-device.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start(attack?: number, isWithholding = false): Promise<HostileProduct> {
  const createLie = ATTACKS.find(({ number }) => number === attack)?.createLie;
  const product = await startHostileProduct({ ...(createLie ? { createLie } : {}), isWithholding });
  ends.push(() => product.close());
  return product;
}

async function startWork(product: HostileProduct, device: TestDevice) {
  const { engine } = await device.openTab();
  await createOrganization(engine);
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  unwrap(await engine.createFolder(workspace, null, "one"));
  await product.seal();
  await engine.checkNow();
  return { engine, workspace };
}

async function stateOf(engine: DeviceEngine, workspace: string) {
  const [summary] = unwrap(await engine.workspaces()).filter(({ id }) => id === workspace);
  return { state: summary?.state, isPaused: summary?.isWritePaused, trust: (await engine.trust()).state };
}

const CHECKED = { state: "verified", isPaused: false, trust: "verified" } as const;

describe("the audit of an honest server", () => {
  it("checks every period, finds each own operation, and shows where it stands", async () => {
    const product = await start();
    const device = await createAuditedDevice(product.deployment());
    const { engine, workspace } = await startWork(product, device);
    expect(await stateOf(engine, workspace)).toEqual(CHECKED);
    expect(unwrap(await engine.folder(workspace, null)).entries[0]?.state).toBe("verified");

    unwrap(await engine.createFolder(workspace, null, "two"));
    const newest = (await engine.periods({ fromEpoch: null, limit: 10, workspace }))[0];
    expect(newest?.state).toBe("pending");
    expect(newest?.ownOperations).toBeGreaterThan(0);
    const open = await engine.period(newest?.epoch ?? -1);
    expect(open?.operations.map(({ isFound }) => isFound)).toContain(null);
    expect(open?.technical).toBeNull();

    await product.seal();
    await engine.checkNow();
    const sealed = await engine.period(newest?.epoch ?? -1);
    expect(sealed?.lanes).toEqual({ device: "verified", record: "verified", seal: "verified" });
    expect(sealed?.operations.every(({ isFound }) => isFound === true)).toBe(true);
    // The personal workspace has no name to show.
    expect(sealed?.operations.flatMap(({ subjects }) => subjects)).not.toContain("");
    expect(sealed?.notaries.filter(({ hasSigned }) => hasSigned).length).toBeGreaterThanOrEqual(3);
    expect(sealed?.technical?.logs.some(({ log }) => log === workspace)).toBe(true);
    expect(sealed?.technical?.ledgerHeaderHash).toMatch(/^[0-9a-f]{64}$/);
    expect(sealed?.checks.filter(({ code }) => code === "E2")).toMatchObject([
      { state: "pending", detail: "OnlyDevice" },
    ]);
    const trust = await engine.trust();
    expect(trust).toMatchObject({
      state: "verified",
      isLocalLedger: true,
      devicesKnown: 1,
      notariesTotal: 4,
    });
    expect(trust.checkedUpTo).toBe(sealed?.sealedAt);
    expect(await engine.proofFiles()).toEqual([]);
    expect(await engine.period(99)).toBeNull();
    await engine.lock();
  }, 30_000);

  it("needs one proof after a long absence, and still shows every period", async () => {
    const product = await start();
    const device = await createAuditedDevice(product.deployment());
    const { engine, workspace } = await startWork(product, device);
    unwrap(await engine.createFolder(workspace, null, "before the holidays"));
    await engine.lock();
    for (let week = 0; week < 5; week++) await product.seal();

    let audits = 0;
    const counting = await device.openTab({
      fetch: async (url, init) => {
        if (url.endsWith("/audit-epoch")) audits++;
        return fetch(url, init);
      },
    });
    unwrap(await counting.engine.unlock(PASSPHRASE));
    await counting.engine.checkNow();
    expect(await stateOf(counting.engine, workspace)).toEqual(CHECKED);
    // Organization, personal workspace and this one; the period with an operation of its own is looked at as well.
    expect(audits).toBeLessThanOrEqual(2 * 4);
    const periods = await counting.engine.periods({ fromEpoch: null, limit: 20, workspace: null });
    const newest = periods[0]?.epoch ?? 0;
    expect(newest).toBeGreaterThan(5);
    expect(periods.map(({ epoch }) => epoch)).toEqual(periods.map((_, place) => newest - place));
    expect(
      periods.slice(1, -1).every(({ state, sealedAt }) => state === "verified" && sealedAt !== null),
    ).toBe(true);
    await counting.engine.lock();
  }, 30_000);

  it("stands by what it has checked when a workspace is made afterwards", async () => {
    const product = await start();
    const device = await createAuditedDevice(product.deployment());
    const { engine } = await startWork(product, device);
    for (let quiet = 0; quiet < 3; quiet++) await product.seal();
    await engine.checkNow();
    const { checkedUpTo } = await engine.trust();
    unwrap(await engine.createWorkspace("Bills"));
    expect(await engine.trust()).toMatchObject({ state: "verified", checkedUpTo });
    const periods = await engine.periods({ fromEpoch: null, limit: 3, workspace: null });
    expect(periods.map(({ state }) => state)).toEqual(["pending", "verified", "verified"]);
    await product.seal();
    await engine.checkNow();
    expect((await engine.trust()).checkedUpTo).toBeGreaterThanOrEqual(checkedUpTo ?? Number.NaN);
    await engine.lock();
  }, 30_000);

  it("checks by itself as soon as the server is there again", async () => {
    const product = await start();
    const device = await createAuditedDevice(product.deployment());
    let isAway = false;
    let comeBack: () => void = () => undefined;
    const back = new Promise<void>((resolve) => {
      comeBack = resolve;
    });
    const { engine } = await device.openTab({
      fetch: async (url, init) => {
        // One attempt at the stream lasts as long as the outage, so that the next one is made right after it.
        if (isAway && url.endsWith("/v1/events")) await back;
        if (isAway) throw new TypeError("offline");
        return fetch(url, init);
      },
    });
    await createOrganization(engine);
    await product.seal();
    await engine.checkNow();
    isAway = true;
    // Ends the stream of events; the server has forgotten that it sealed, so no event tells of it.
    await product.restart();
    await product.seal();
    await engine.checkNow();
    expect((await engine.trust()).state).toBe("stale");
    isAway = false;
    comeBack();
    await expect.poll(async () => (await engine.trust()).state, { timeout: 10_000 }).toBe("verified");
    const [, sealed] = await engine.periods({ fromEpoch: null, limit: 2, workspace: null });
    expect(sealed?.state).toBe("verified");
    await engine.lock();
  }, 60_000);

  it("goes on where it stopped, in another tab as well", async () => {
    const product = await start();
    const device = await createAuditedDevice(product.deployment());
    const { engine, workspace } = await startWork(product, device);
    await engine.lock();
    const { engine: second } = await device.openTab({
      fetch: async (url, init) => {
        if (url.endsWith("/audit-epoch")) throw new Error("nothing is left to audit");
        return fetch(url, init);
      },
    });
    unwrap(await second.unlock(PASSPHRASE));
    expect(await stateOf(second, workspace)).toEqual(CHECKED);
    await second.lock();
  }, 30_000);
});

describe("the audit of a lying server", () => {
  it("is red with evidence that a stranger verifies, stays so, and saves a proof file", async () => {
    const product = await start(2, false);
    const device = await createAuditedDevice(product.deployment());
    const { engine, workspace } = await startWork(product, device);
    product.mallory.arm(unwrap(fromHex(workspace)));
    unwrap(await engine.createFolder(workspace, null, "two"));
    await product.seal();
    await engine.checkNow();
    const red = { state: "contradiction", isPaused: true, trust: "contradiction" };
    expect(await stateOf(engine, workspace)).toEqual(red);
    expect(await engine.createFolder(workspace, null, "three")).toEqual({
      ok: false,
      error: { type: "WritesPaused", workspace },
    });
    const [proof] = await engine.proofFiles();
    expect(proof).toMatchObject({ kind: "contradiction", accused: "deployment", workspace });
    const { name, bytes } = unwrap(await engine.proofFile(proof?.id ?? ""));
    expect(name).toMatch(/^proof-contradiction-[0-9a-f]{8}\.zip$/);
    const files = storedFiles(bytes);
    expect([...files.keys()]).toEqual([
      "README.txt",
      "report.html",
      "evidence.cbor",
      "evidence.json",
      "ledger/headers.json",
      "ledger/bundle-1.cbor",
      "verify.mjs",
    ]);
    const evidence = files.get("evidence.cbor") ?? new Uint8Array(0);
    const anchors = anchorsOf(product.deployment()).map(({ height, deploymentId, ...anchor }) => {
      return { ...anchor, height: Number(height), deployment: deploymentId };
    });
    expect((await verifyEvidence(evidence, { anchors })).outcome).toBe("contradictionProven");
    expect((await verifyEvidence(evidence)).outcome).toBe("witnessWord");
    const words = new TextDecoder().decode(bytes);
    for (const secret of ["Cases", "Alice", "two"]) expect(words).not.toContain(`"${secret}"`);
    expect(words).not.toContain("<script");

    await engine.lock();
    await device.stores.cache.clear();
    const { engine: later } = await device.openTab();
    unwrap(await later.unlock(PASSPHRASE));
    expect(await later.proofFiles()).toEqual([proof]);
    await later.checkNow();
    await product.seal();
    await later.checkNow();
    expect(await stateOf(later, workspace)).toEqual(red);
    expect(await later.proofFiles()).toHaveLength(1);
    await later.lock();
  }, 30_000);

  it("is amber and pauses writes at once where the proofs are withheld", async () => {
    const product = await start(2, true);
    const device = await createAuditedDevice(product.deployment());
    const { engine, workspace } = await startWork(product, device);
    product.mallory.arm(unwrap(fromHex(workspace)));
    unwrap(await engine.createFolder(workspace, null, "two"));
    await product.seal();
    await engine.checkNow();
    expect(await stateOf(engine, workspace)).toEqual({ state: "suspect", isPaused: true, trust: "suspect" });
    expect(await engine.proofFiles()).toEqual([]);
    await engine.lock();
  }, 30_000);

  it.each([2, 10, 15, 21, 28])(
    "never calls attack %i red without the verifier's word",
    async (attack) => {
      const product = await start(attack, false);
      const device = await createAuditedDevice(product.deployment(), {
        verify: async () => ({ outcome: "notEnough" }),
      });
      const { engine, workspace } = await startWork(product, device);
      product.mallory.arm(unwrap(fromHex(workspace)));
      await engine.createFolder(workspace, null, "two");
      await engine.createFolder(workspace, null, "three");
      await product.seal();
      await engine.checkNow();
      const periods = await engine.periods({ fromEpoch: null, limit: 10, workspace: null });
      const states: readonly (TrustState | undefined)[] = [
        ...Object.values(await stateOf(engine, workspace)).filter((state) => typeof state === "string"),
        ...periods.flatMap(({ lanes, state }) => [state, ...Object.values(lanes)]),
      ];
      expect(states).not.toContain("contradiction");
      expect(states).toContain("suspect");
      expect((await stateOf(engine, workspace)).isPaused).toBe(true);
      expect(await engine.proofFiles()).toEqual([]);
      await engine.lock();
    },
    30_000,
  );
});

/** Files of a zip whose entries are stored as they are. */
function storedFiles(zip: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const files = new Map<string, Uint8Array>();
  const end = zip.length - 22;
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    const size = view.getUint32(at + 20, true);
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + nameLength));
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    files.set(name, zip.slice(start, start + size));
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}

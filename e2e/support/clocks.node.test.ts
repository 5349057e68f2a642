import { afterEach, describe, expect, it } from "vitest";
import type { DeviceEngine, EngineError } from "#client/engine.ts";
import { type ClockFault, parseClockDetail } from "#client/ledger/clocks.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { unwrap } from "#protocol/result.ts";
import { serverInfo } from "#protocol/wire/session.ts";
import { type HostileProduct, startHostileProduct } from "../adversary/world/hostile-product.ts";
import { createAuditedDevice, createOrganization } from "./audited-device.ts";
import { ALICE, losing, PASSPHRASE } from "./test-device.ts";

const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** An honest product, whose server and ledger share a clock, and a device whose clock is off by `aheadMs`. */
async function start() {
  const product = await startHostileProduct();
  ends.push(() => product.close());
  const clock = { aheadMs: 0 };
  const device = await createAuditedDevice(product.deployment(), {
    now: () => product.clock.now() + clock.aheadMs,
  });
  return { product, device, clock };
}

/** The server says that its own clock shows something else. */
function sayingTime(time: () => number): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!url.endsWith("/v1/server-info")) return response;
    const reply = unwrap(serverInfo.parseReply(new Uint8Array(await response.arrayBuffer())));
    if (reply.kind !== "info") throw new Error("an honest server tells about itself");
    return new Response(
      new Uint8Array(serverInfo.encodeReply({ ...reply, body: { ...reply.body, time: time() } })),
    );
  };
}

/** Whose, and by how much to the nearest few seconds. */
function expectClock(
  fault: ClockFault | EngineError | null | undefined,
  clock: string,
  aheadMs: number,
): void {
  expect(fault).toMatchObject({ clock });
  if (!fault || !("aheadMs" in fault)) throw new Error("no clock is named");
  expect(Math.abs(fault.aheadMs - aheadMs)).toBeLessThan(5 * SECOND);
}

async function clockInTrust(engine: DeviceEngine): Promise<ClockFault | undefined> {
  const { state, reasons } = await engine.trust();
  expect(state).toBe("stale");
  return reasons.map(({ detail }) => parseClockDetail(detail)).find((fault) => fault !== undefined);
}

describe("a clock that is off", () => {
  it.each([
    ["30 s behind", -30 * SECOND],
    ["40 days ahead", 40 * DAY],
  ])(
    "by %s is named at the creation, of which nothing is left",
    async (_, aheadMs) => {
      const { device, clock } = await start();
      const { engine } = await device.openTab();
      clock.aheadMs = aheadMs;
      const created = await engine.createOrganization(ALICE, () => undefined);
      expect(created).toMatchObject({ ok: false, error: { type: "ClockOff" } });
      expectClock(created.ok ? undefined : created.error, "device", aheadMs);
      expect((await engine.device()).phase).toBe("empty");
      expect(device.stores.vault.snapshot().size).toBe(0);
      clock.aheadMs = 0;
      await createOrganization(engine);
      await engine.lock();
    },
    30_000,
  );

  it("is the ledger's where device and server agree, and nobody's by name where all three differ", async () => {
    const { product, device, clock } = await start();
    clock.aheadMs = -60 * SECOND;
    const same = await device.openTab({ fetch: sayingTime(() => product.clock.now() - 60 * SECOND) });
    const ofLedger = await same.engine.createOrganization(ALICE, () => undefined);
    expectClock(ofLedger.ok ? undefined : ofLedger.error, "ledger", 60 * SECOND);
    const other = await device.openTab({ fetch: sayingTime(() => product.clock.now() + 60 * MINUTE) });
    const ofNobody = await other.engine.createOrganization(ALICE, () => undefined);
    expectClock(ofNobody.ok ? undefined : ofNobody.error, "unknown", -60 * SECOND);
  }, 30_000);

  it("is named after an unlock that could not finish what the creation had begun", async () => {
    const { device, clock } = await start();
    const { engine } = await device.openTab({ fetch: losing("/v1/create-workspace", "before", 99) });
    await createOrganization(engine);
    await engine.lock();
    clock.aheadMs = -30 * SECOND;
    const { engine: later } = await device.openTab();
    unwrap(await later.unlock(PASSPHRASE));
    expectClock((await later.device()).problem, "device", -30 * SECOND);
    await later.lock();
  }, 30_000);

  it.each([
    ["30 s behind", -30 * SECOND],
    ["5 minutes ahead", 5 * MINUTE],
    ["40 days ahead", 40 * DAY],
  ])(
    "by %s is named in Trust, pauses nothing, and is forgotten when it is right again",
    async (_, aheadMs) => {
      const { product, device, clock } = await start();
      const { engine } = await device.openTab();
      await createOrganization(engine);
      const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
      await product.seal();
      await engine.checkNow();
      expect((await engine.trust()).state).toBe("verified");
      clock.aheadMs = aheadMs;
      await nextHeader(product);
      await engine.checkNow();
      expectClock(await clockInTrust(engine), "device", aheadMs);
      unwrap(await engine.createFolder(workspace, null, "meanwhile"));
      expect(unwrap(await engine.workspaces()).every(({ isWritePaused }) => !isWritePaused)).toBe(true);
      clock.aheadMs = 0;
      await engine.checkNow();
      expect(await engine.trust()).toMatchObject({ state: "verified", reasons: [] });
      await engine.lock();
    },
    40_000,
  );
});

/** One that the device has not verified yet. */
async function nextHeader(product: HostileProduct): Promise<void> {
  await product.nextBlocks(1);
}

import { afterEach, expect, it } from "vitest";
import type { DeviceEngine, EngineEvent } from "#client/engine.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { unwrap } from "#protocol/result.ts";
import { startHostileProduct } from "../adversary/world/hostile-product.ts";
import { createAuditedDevice, createOrganization } from "./audited-device.ts";
import { PASSPHRASE } from "./test-device.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Both replies begin with a signed note: elsewhere a bit may be one that a reply cannot be read without. */
const IN_NOTE = 60;

/** Garbles what the server answers to these questions, as long as it is told to. */
function createNetwork() {
  let garbled = "";
  const through: Fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (garbled === "" || !url.endsWith(garbled)) return response;
    const body = new Uint8Array(await response.arrayBuffer());
    body[IN_NOTE] = (body[IN_NOTE] ?? 0) ^ 1;
    return new Response(body, { status: response.status });
  };
  return {
    fetch: through,
    garble: (path: string) => {
      garbled = path;
    },
  };
}

async function standing(engine: DeviceEngine, workspace: string) {
  const found = unwrap(await engine.workspaces()).find(({ id }) => id === workspace);
  const { state, reasons } = await engine.trust();
  const since = reasons.find((reason) => reason.workspace === workspace)?.since ?? null;
  return { workspace: found?.state, isPaused: found?.isWritePaused, trust: state, since };
}

it.each([
  { path: "/audit-epoch", when: "of a seal" },
  { path: "/append", when: "of an operation" },
])(
  "a suspicion $when outlives a reload and a lock, and ends when the checks pass",
  async ({ path }) => {
    const product = await startHostileProduct();
    ends.push(() => product.close());
    const device = await createAuditedDevice(product.deployment());
    const network = createNetwork();
    const { engine } = await device.openTab(network);
    await createOrganization(engine);
    const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
    unwrap(await engine.createFolder(workspace, null, "one"));
    await product.seal();
    await engine.checkNow();

    network.garble(path);
    // Refused or not, it is an answer.
    await engine.createFolder(workspace, null, "two");
    await product.seal();
    for (let check = 0; check < 3; check++) await engine.checkNow();
    const suspected = await standing(engine, workspace);
    expect(suspected).toMatchObject({ workspace: "suspect", isPaused: true, trust: "suspect" });
    expect(suspected.since).not.toBeNull();
    const paused = { ok: false, error: { type: "WritesPaused", workspace } };

    // The page is loaded again beside the first tab; no check has passed since.
    const { engine: reloaded } = await device.openTab(network);
    unwrap(await reloaded.unlock(PASSPHRASE));
    expect(await standing(reloaded, workspace)).toEqual(suspected);
    expect(await reloaded.createFolder(workspace, null, "three")).toEqual(paused);

    await reloaded.lock();
    await device.stores.cache.clear();
    unwrap(await reloaded.unlock(PASSPHRASE));
    expect(await standing(reloaded, workspace)).toEqual(suspected);
    expect(await reloaded.createFolder(workspace, null, "three")).toEqual(paused);

    network.garble("");
    for (let round = 0; round < 2; round++) {
      await product.seal();
      for (let check = 0; check < 2; check++) await reloaded.checkNow();
    }
    const healed = { workspace: "verified", isPaused: false, trust: "verified", since: null };
    expect(await standing(reloaded, workspace)).toEqual(healed);
    unwrap(await reloaded.createFolder(workspace, null, "three"));
    await reloaded.lock();

    const { engine: later } = await device.openTab();
    unwrap(await later.unlock(PASSPHRASE));
    expect((await standing(later, workspace)).isPaused).toBe(false);
    await later.lock();
  },
  30_000,
);

it("tells the screens of a suspicion at once, and that writes are paused only once", async () => {
  const product = await startHostileProduct();
  ends.push(() => product.close());
  const device = await createAuditedDevice(product.deployment());
  const network = createNetwork();
  const { engine, events } = await device.openTab(network);
  ends.push(() => engine.lock());
  await createOrganization(engine);
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  unwrap(await engine.createFolder(workspace, null, "one"));
  const file = unwrap(await engine.folder(workspace, null)).entries[0]?.id ?? "";
  network.garble("/append");
  for (let attempt = 0; attempt < 3; attempt++) await engine.versions(workspace, file);
  expect((await standing(engine, workspace)).isPaused).toBe(true);
  const isPause = (event: EngineEvent) => event.type === "notice" && event.code === "writesPaused";
  expect(events.filter(isPause)).toHaveLength(1);
  // A screen asks again when it hears that its answer is out of date, and then only.
  const [, next] = events.slice(events.findIndex(isPause));
  expect(next).toEqual({ type: "workspaces" });
}, 30_000);

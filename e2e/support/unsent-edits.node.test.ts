import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceEngine, EngineError, UploadSource, WorkspaceSummary } from "#client/engine.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import { createNodeTransfer } from "../adversary/world/node-transfers.ts";
import { ALICE, createTestDevice, losing, namesIn, PASSPHRASE } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

/** Nothing is done before the server has receipted it, and what waits says why. */
let product: TestProduct;
beforeAll(async () => {
  product = await startTestProduct();
}, 60_000);
afterAll(() => product.end());

async function createAlice() {
  const device = await createTestDevice(product.deployment, { createTransfer: createNodeTransfer });
  let network: Fetch = fetch;
  const through: Fetch = (url, init) => network(url, init);
  const { engine } = await device.openTab({ fetch: through });
  unwrap(await engine.createOrganization(ALICE, () => undefined));
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  unwrap(await engine.createFolder(workspace, null, "old name"));
  return {
    device,
    engine,
    workspace,
    through,
    use: (next: Fetch) => {
      network = next;
    },
  };
}

function source(path: string, content: string): UploadSource {
  return { kind: "file", path, file: new File([content], path.split("/").at(-1) ?? "") };
}

const html = (status: number) => new Response("", { status, headers: { "content-type": "text/html" } });

function answering(path: string, answer: () => Response): Fetch {
  return async (url, init) => (url.endsWith(path) ? answer() : fetch(url, init));
}

const APPEND_AWAY: readonly (readonly [string, Fetch, EngineError["type"]])[] = [
  ["is lost before", losing("/v1/append", "before", Number.POSITIVE_INFINITY), "ServerUnreachable"],
  ["is lost after", losing("/v1/append", "after", Number.POSITIVE_INFINITY), "ServerUnreachable"],
  ["is answered 502", answering("/v1/append", () => html(502)), "ServerUnreachable"],
  ["is answered by a sign-in page", answering("/v1/append", () => html(200)), "ForeignAnswer"],
  [
    "is answered that the server is full",
    answering("/v1/append", () => {
      const reply = append.encodeReply({ kind: "failed", body: { reason: "storageFull", detail: "" } });
      return new Response(new Uint8Array(reply), { status: 507 });
    }),
    "StorageFull",
  ],
];

async function unsentIn(engine: DeviceEngine): Promise<WorkspaceSummary["unsentBecause"]> {
  return unwrap(await engine.workspaces())[0]?.unsentBecause ?? null;
}

describe.each(APPEND_AWAY)("while what is appended %s", (_, network, type) => {
  it("names the reason for all that waits, is done with none of it, and does it once afterwards", async () => {
    const { device, engine, workspace, through, use } = await createAlice();
    use(network);
    unwrap(await engine.upload(workspace, null, [source("a.txt", "a"), source("set/b.txt", "bb")]));
    await expect
      .poll(async () => (await engine.transfers()).items.map(({ error }) => error?.type), { timeout: 30_000 })
      .toEqual([type, type]);
    const { entries: before } = unwrap(await engine.folder(workspace, null));
    const folder = before.find(({ name }) => name === "old name");
    unwrap(await engine.rename(workspace, folder?.id ?? "", null, "new name"));
    unwrap(await engine.createFolder(workspace, null, "added"));
    expect(await unsentIn(engine)).toMatchObject({ type });
    const summary = await engine.transfers();
    expect(summary).toMatchObject({ doneFiles: 0, totalFiles: 2, bytesPerSecond: 0, stopsOnLeaving: 0 });
    expect(summary.items.map(({ state }) => state)).toEqual(["queued", "queued"]);

    // Another tab that has not tried yet finds the reason out by itself.
    const other = await device.openTab({ fetch: through });
    unwrap(await other.engine.unlock(PASSPHRASE));
    await expect.poll(() => unsentIn(other.engine), { timeout: 20_000 }).toMatchObject({ type });
    await other.engine.lock();

    await engine.lock();
    unwrap(await engine.unlock(PASSPHRASE));
    await expect.poll(() => unsentIn(engine), { timeout: 20_000 }).toMatchObject({ type });
    expect((await engine.transfers()).doneFiles).toBe(0);
    use(fetch);
    unwrap(await engine.createFolder(workspace, null, "last"));
    expect(await unsentIn(engine)).toBeNull();
    const entries = unwrap(await engine.folder(workspace, null)).entries;
    expect(entries.map(({ name }) => name)).toEqual(["a.txt", "added", "last", "new name", "set"]);
    expect(entries.filter(({ state }) => state === "local")).toEqual([]);
    const set = entries.find(({ name }) => name === "set")?.id ?? "";
    expect(await namesIn(engine, workspace, set)).toEqual(["b.txt"]);
    expect(device.faults).toEqual([]);
    await engine.lock();
  }, 60_000);
});

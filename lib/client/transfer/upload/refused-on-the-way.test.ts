import { describe, expect, it } from "vitest";
import type { EngineError } from "../../engine.ts";
import { createTransferWorld, WORKSPACE } from "../testing/transfer-world.ts";
import { bytes, equal, finish, never, openUploads } from "../testing/upload-tab.ts";
import { summarize } from "../transfer-summary.ts";

const KIB = 1024;
const PAGE = "<html><title>nginx</title></html>";
const html = (status: number) => new Response(PAGE, { status, headers: { "content-type": "text/html" } });

type World = ReturnType<typeof createTransferWorld>;

/** A proxy that takes bodies up to a size, as nginx does with 1 MiB where nobody configured it. */
function limitBodies(world: World, maxBytes: number, isReadable: boolean): void {
  world.server.proxy = (bodyBytes) => {
    if (bodyBytes <= maxBytes) return undefined;
    if (isReadable) return html(413);
    throw new TypeError("Failed to fetch");
  };
}

async function start(world: World, files: readonly (readonly [name: string, sizeBytes: number])[]) {
  for (const [index, [name, sizeBytes]] of files.entries())
    world.disk.write(name, bytes(sizeBytes, index + 1));
  const tab = openUploads(world);
  await tab.uploads.start(
    WORKSPACE,
    null,
    files.map(([name]) => world.disk.source(name)),
  );
  return { ...tab, job: tab.uploads.jobs[0] ?? never() };
}

const shown = ({ uploads, gate }: Awaited<ReturnType<typeof start>>) =>
  summarize({
    jobs: uploads.jobs,
    downloads: [],
    isPaused: false,
    waitsFor: gate.waitsFor,
    bytesPerSecond: 1000,
  });

const MANY = Array.from({ length: 90 }, (_, index) => [`n${index}`, 20 * KIB] as const);

describe.each([
  ["says so", true],
  ["cannot be understood by a page", false],
])("a limit on the size of requests that %s", (_, isReadable) => {
  it.each([600, 1024, 2048])("of %i KiB is kept to", async (limit) => {
    const world = createTransferWorld();
    limitBodies(world, limit * KIB, isReadable);
    const { job } = await start(world, [["large", 4_000_000], ...MANY]);
    await finish(world);
    expect(job.state).toBe("done");
    const files = world.workspace.files();
    expect(files.size).toBe(91);
    expect(equal(await world.contentOf(files.get("large") ?? never()), bytes(4_000_000, 1))).toBe(true);
    // It was learnt, not met anew with every request.
    expect(world.server.requests).toBeLessThan(40);
  });
});

describe("a limit below one block", () => {
  it("leaves large files behind with words, small ones arrive, and all of them once it is raised", async () => {
    const world = createTransferWorld();
    limitBodies(world, 300 * KIB, true);
    const tab = await start(world, [["large", 4_000_000], ...MANY]);
    await finish(world);
    expect(world.workspace.files().size).toBe(90);
    const errors = [...tab.job.failed.values()].map(({ error }) => error);
    expect(errors).toMatchObject([{ type: "RequestTooLarge" }]);
    expect(shown(tab).items.find(({ name }) => name === "large")).toMatchObject({ state: "failed" });
    const { requests } = world.server;
    await finish(world);
    expect(world.server.requests).toBe(requests);

    world.server.proxy = () => undefined;
    await tab.uploads.retry(tab.job.idHex);
    await finish(world);
    expect(world.workspace.files().size).toBe(91);
  });

  it("which a page cannot understand is told while it is tried again, without a speed", async () => {
    const world = createTransferWorld();
    limitBodies(world, 300 * KIB, false);
    const tab = await start(world, [["large", 4_000_000]]);
    await finish(world, 12);
    const summary = shown(tab);
    expect(summary.bytesPerSecond).toBe(0);
    expect(summary.items).toMatchObject([{ state: "queued", error: { type: "RequestLost" } }]);
    world.server.proxy = () => undefined;
    await finish(world);
    expect(world.workspace.files().size).toBe(1);
  });
});

describe("an answer that is not the server's", () => {
  it.each<[number, EngineError]>([
    ...[400, 401, 403, 404, 405, 407, 411, 414, 415, 421, 426, 431, 451, 501, 505].map(
      (status): [number, EngineError] => [status, { type: "RequestRefused", status }],
    ),
    [507, { type: "StorageFull", where: "server" }],
  ])("of status %i stops the upload with its reason, until somebody tries again", async (status, error) => {
    const world = createTransferWorld();
    world.server.proxy = () => html(status);
    const { uploads, job } = await start(world, [["a", 2_000_000]]);
    await finish(world);
    expect(job.heldBy).toEqual(error);
    expect(world.server.requests).toBeLessThanOrEqual(3);
    world.server.proxy = () => undefined;
    await uploads.retry(job.idHex);
    await finish(world);
    expect(world.workspace.files().size).toBe(1);
  });

  it.each<[number, EngineError]>([
    ...[408, 425, 429, 500, 502, 503, 504, 522].map((status): [number, EngineError] => [
      status,
      { type: "ServerUnreachable" },
    ]),
    [200, { type: "ForeignAnswer" }],
    [511, { type: "ForeignAnswer" }],
  ])("of status %i is waited out, with its reason and without a speed", async (status, error) => {
    const world = createTransferWorld();
    world.server.proxy = () => html(status);
    const tab = await start(world, [["a", 2_000_000]]);
    await finish(world, 5);
    expect(tab.job.heldBy).toBeNull();
    const summary = shown(tab);
    expect(summary.bytesPerSecond).toBe(0);
    expect(summary.items).toMatchObject([{ state: "queued", error }]);
    world.server.proxy = () => undefined;
    await finish(world);
    expect(world.workspace.files().size).toBe(1);
  });
});

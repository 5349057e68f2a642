import { describe, expect, it } from "vitest";
import type { EngineError } from "../../engine.ts";
import { createTransferWorld, WORKSPACE } from "../testing/transfer-world.ts";
import { bytes, equal, finish, never, openUploads } from "../testing/upload-tab.ts";
import { summarize } from "../transfer-summary.ts";

const FOLDER = ["tree/a.txt", "tree/sub/b.txt"];

type World = ReturnType<typeof createTransferWorld>;

function shown({ uploads, gate }: ReturnType<typeof openUploads>) {
  return summarize({
    jobs: uploads.jobs,
    downloads: [],
    isPaused: false,
    waitsFor: gate.waitsFor,
    bytesPerSecond: 1000,
  });
}

async function upload(world: World, names: readonly string[]) {
  for (const [index, name] of names.entries()) world.disk.write(name, bytes(5000, index + 1));
  const tab = openUploads(world);
  const tops = [...new Set(names.map((name) => name.split("/")[0] ?? never()))];
  await tab.uploads.start(
    WORKSPACE,
    null,
    tops.map((name) => world.disk.source(name)),
  );
  await finish(world, 12);
  return tab;
}

const REASONS: readonly EngineError[] = [
  { type: "LedgerUnavailable" },
  { type: "ServerUnreachable" },
  { type: "RequestLost", sizeBytes: 4000 },
  { type: "StorageFull", where: "server" },
  { type: "WritesPaused", workspace: WORKSPACE },
  { type: "ClockOff", clock: "device", aheadMs: 60_000 },
];

describe.each(REASONS)("an upload whose record waits because of $type", (because) => {
  it.each([
    ["a file", ["a.txt"]],
    ["a folder", FOLDER],
  ])("is not done before it is receipted: %s", async (_, names) => {
    const world = createTransferWorld();
    world.workspace.unsentBecause = because;
    const tab = await upload(world, names);
    const summary = shown(tab);
    expect(summary).toMatchObject({ doneFiles: 0, totalFiles: names.length, bytesPerSecond: 0 });
    expect(summary.doneBytes).toBe(summary.totalBytes);
    expect(summary.items).toMatchObject([{ state: "queued", error: because, isHandedOver: true }]);
    // Nothing of it is lost by leaving: it is on this device.
    expect(summary.stopsOnLeaving).toBe(0);

    world.workspace.unsentBecause = null;
    await finish(world);
    expect(shown(tab)).toMatchObject({ doneFiles: names.length, bytesPerSecond: 0 });
    expect(shown(tab).items).toMatchObject([{ state: "done", error: null }]);
    expect([...world.workspace.files().keys()].sort()).toEqual(names);
  });

  it.each(["while it waits", "after it was sent"])(
    "goes on in another tab when its own is killed %s",
    async (when) => {
      const world = createTransferWorld();
      world.workspace.unsentBecause = because;
      const first = await upload(world, FOLDER);
      first.close();
      if (when === "after it was sent") world.workspace.unsentBecause = null;
      const second = openUploads(world);
      await second.uploads.adopt(new AbortController().signal);
      await finish(world, 12);
      if (when === "while it waits") {
        expect(shown(second)).toMatchObject({ doneFiles: 0, totalFiles: FOLDER.length });
        expect(shown(second).items).toMatchObject([{ state: "queued", error: because }]);
      }
      world.workspace.unsentBecause = null;
      await finish(world);
      expect(shown(second)).toMatchObject({ doneFiles: FOLDER.length, totalFiles: FOLDER.length });
      expect([...world.workspace.files().keys()].sort()).toEqual(FOLDER);
      expect(world.workspace.commits.reduce((sum, count) => sum + count, 0)).toBe(FOLDER.length);
    },
  );
});

it("knows files without content by their places", async () => {
  const world = createTransferWorld();
  world.workspace.unsentBecause = { type: "LedgerUnavailable" };
  const names = ["x/empty", "y/empty"];
  for (const name of names) world.disk.write(name, bytes(0));
  const first = openUploads(world);
  await first.uploads.start(WORKSPACE, null, [world.disk.source("x"), world.disk.source("y")]);
  await finish(world, 12);
  expect(shown(first).doneFiles).toBe(0);
  first.close();
  const second = openUploads(world);
  await second.uploads.adopt(new AbortController().signal);
  await finish(world, 12);
  expect(shown(second).doneFiles).toBe(0);
  world.workspace.unsentBecause = null;
  await finish(world);
  expect([...world.workspace.files().keys()].sort()).toEqual(names);
});

it("cannot be cancelled once its record is under way", async () => {
  const world = createTransferWorld();
  world.workspace.unsentBecause = { type: "LedgerUnavailable" };
  const tab = await upload(world, ["a.txt"]);
  const [job] = tab.uploads.jobs;
  await tab.uploads.cancel(`${job?.idHex}/${[...(job?.files.keys() ?? [])][0]}`);
  expect(shown(tab).items).toMatchObject([{ name: "a.txt", state: "queued" }]);
  world.workspace.unsentBecause = null;
  await finish(world);
  const manifest = world.workspace.files().get("a.txt") ?? never();
  expect(equal(await world.contentOf(manifest), bytes(5000, 1))).toBe(true);
});

it("has no speed where all that is left has failed", async () => {
  const world = createTransferWorld();
  world.server.proxy = () => new Response("", { status: 403, headers: { "content-type": "text/html" } });
  const tab = await upload(world, ["a.txt", "b.txt"]);
  expect(shown(tab).items.map(({ state }) => state)).toEqual(["failed", "failed"]);
  expect(shown(tab).bytesPerSecond).toBe(0);
});

it("leaves no row of an interrupted upload behind where only the record waits when the page goes", async () => {
  const world = createTransferWorld();
  world.workspace.unsentBecause = { type: "LedgerUnavailable" };
  const first = openUploads(world);
  const file = new File([bytes(10)], "a.txt");
  await first.uploads.start(WORKSPACE, null, [{ kind: "file", file, path: "a.txt" }]);
  await finish(world, 12);
  expect(shown(first).items).toMatchObject([{ state: "queued", isHandedOver: true }]);
  first.close();
  const second = openUploads(world);
  await second.uploads.adopt(new AbortController().signal);
  await finish(world, 12);
  expect(shown(second).items).toEqual([]);
});

it("is cancelled, and not done, where what was set aside is given up", async () => {
  const world = createTransferWorld();
  world.workspace.unsentBecause = { type: "RequestTooLarge", sizeBytes: 4000 };
  const tab = await upload(world, ["a.txt"]);
  world.workspace.giveUpUnsent();
  await finish(world);
  expect(shown(tab)).toMatchObject({ doneFiles: 0, totalFiles: 0 });
  expect(shown(tab).items).toMatchObject([{ name: "a.txt", state: "cancelled" }]);
});

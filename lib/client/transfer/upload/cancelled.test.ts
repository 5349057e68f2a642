import { describe, expect, it } from "vitest";
import type { UploadSource } from "../../engine.ts";
import { createTransferWorld, WORKSPACE } from "../testing/transfer-world.ts";
import { bytes, finish, never, openUploads } from "../testing/upload-tab.ts";
import { summarize } from "../transfer-summary.ts";
import { createJobRows } from "./job-rows.ts";

type World = ReturnType<typeof createTransferWorld>;
type Tab = ReturnType<typeof openUploads>;

const shown = ({ uploads, gate }: Tab) =>
  summarize({
    jobs: uploads.jobs,
    downloads: [],
    isPaused: gate.isPaused,
    waitsFor: gate.waitsFor,
    bytesPerSecond: 0,
  });
const rows = (tab: Tab) => shown(tab).items.map(({ name, state }) => [name, state]);

const chosenFiles = (...names: readonly string[]): readonly UploadSource[] =>
  names.map((name) => ({ kind: "file", file: new File([bytes(600_000)], name), path: name }));
const chosenFolder = (): readonly UploadSource[] =>
  ["a", "b"].map((name) => ({
    kind: "file",
    file: new File([bytes(600_000)], name),
    path: `album/${name}`,
  }));

/** A tab that dies with its upload, and the one that finds it. */
async function interrupt(world: World, sources: readonly UploadSource[]): Promise<Tab> {
  world.server.fate = () => "lostBefore";
  const first = openUploads(world);
  await first.uploads.start(WORKSPACE, null, sources);
  await world.settle();
  first.close();
  world.server.fate = () => "answered";
  const second = openUploads(world);
  await second.uploads.adopt(new AbortController().signal);
  await finish(world);
  return second;
}

/** The folder "album", which the browser lists no more. */
function unlistable(world: World, errorName: string): UploadSource {
  const source = world.disk.source("album");
  if (source.kind !== "handle") throw new Error("a handle was expected");
  const values = () => {
    throw new DOMException("it cannot be listed", errorName);
  };
  return { kind: "handle", handle: Object.assign(source.handle, { values }) };
}

/** As a person does: every row that can be cancelled. */
async function cancelAll(world: World, tab: Tab): Promise<void> {
  for (const { id, state } of shown(tab).items) {
    if (state !== "done" && state !== "cancelled") await tab.uploads.cancel(id);
  }
  await finish(world);
}

async function expectNothingLeft(world: World, tab: Tab): Promise<void> {
  tab.uploads.clearFinished();
  expect(rows(tab)).toEqual([]);
  expect(world.rowStore.snapshot().size).toBe(0);
  expect(world.handles.size()).toBe(0);
  tab.close();
  const next = openUploads(world);
  await next.uploads.adopt(new AbortController().signal);
  await finish(world);
  expect(rows(next)).toEqual([]);
}

describe("an upload whose page is gone", () => {
  it.each([
    ["one file", chosenFiles("one.txt"), "one.txt"],
    ["several files", chosenFiles("one.txt", "two.txt", "three.txt"), "one.txt (+2)"],
    ["a folder", chosenFolder(), "album"],
  ])("is one row with a name, and none once it is cancelled: %s", async (_, sources, name) => {
    const world = createTransferWorld();
    const tab = await interrupt(world, sources);
    expect(rows(tab)).toEqual([[name, "failed"]]);
    expect(shown(tab).items[0]?.error).toEqual({ type: "UploadInterrupted" });
    await cancelAll(world, tab);
    expect(rows(tab)).toEqual([]);
    await expectNothingLeft(world, tab);
  });

  it("is one row when its folder may not be read any more, and goes", async () => {
    const world = createTransferWorld();
    world.disk.write("album/a", bytes(600_000));
    const forbidden = unlistable(world, "NotAllowedError");
    const tab = await interrupt(world, [forbidden]);
    expect(rows(tab)).toEqual([["album", "failed"]]);
    await tab.uploads.retry(shown(tab).items[0]?.id ?? "");
    await finish(world);
    expect(rows(tab)).toEqual([["album", "failed"]]);
    await cancelAll(world, tab);
    expect(rows(tab)).toEqual([["album", "cancelled"]]);
    await expectNothingLeft(world, tab);
  });

  it("goes in the tab that cancels it and comes back in no other", async () => {
    const world = createTransferWorld();
    const leader = await interrupt(world, chosenFiles("one.txt"));
    const other = openUploads(world);
    void other.uploads.adopt(new AbortController().signal);
    await finish(world);
    expect(rows(other)).toEqual([]);
    await cancelAll(world, leader);
    expect(rows(leader)).toEqual([]);
    expect(rows(other)).toEqual([]);
    await expectNothingLeft(world, leader);
  });

  it("goes even where the browser does not give up its handles at once", async () => {
    const world = createTransferWorld();
    Object.assign(world.handles, {
      delete: async () => {
        throw new Error("busy");
      },
    });
    const tab = await interrupt(world, chosenFiles("one.txt"));
    await cancelAll(world, tab);
    await expectNothingLeft(world, tab);
  });
});

describe("an upload under way", () => {
  it.each<[string, (world: World, tab: Tab) => void]>([
    ["sending", () => undefined],
    ["paused", (_, { gate }) => gate.pause()],
    ["waiting for the server", (world) => void (world.server.fate = () => "lostBefore")],
    ["held", (world) => void (world.server.fate = () => "full")],
    [
      "partly failed",
      (world) => {
        world.server.fate = () => {
          world.disk.remove("album/a");
          return "answered";
        };
      },
    ],
  ])("is one cancelled row of nothing more to do, when cancelled while %s", async (_, interfere) => {
    const world = createTransferWorld();
    for (const name of ["a", "b", "c"]) world.disk.write(`album/${name}`, bytes(1_200_000));
    const tab = openUploads(world);
    interfere(world, tab);
    await tab.uploads.start(WORKSPACE, null, [world.disk.source("album")]);
    if (interfere.length > 0) await finish(world, 3);
    await tab.uploads.cancel(tab.uploads.jobs[0]?.idHex ?? never());
    await finish(world);
    expect(rows(tab)).toEqual([["album", "cancelled"]]);
    const { doneFiles, totalFiles, doneBytes, totalBytes } = shown(tab);
    expect([totalFiles, totalBytes]).toEqual([doneFiles, doneBytes]);
    await expectNothingLeft(world, tab);
  });

  it("is cancelled, not done, when each of its files was", async () => {
    const world = createTransferWorld();
    for (const name of ["a", "b"]) world.disk.write(`album/${name}`, bytes(600_000));
    const tab = openUploads(world);
    tab.gate.pause();
    await tab.uploads.start(WORKSPACE, null, [world.disk.source("album")]);
    await finish(world);
    const job = tab.uploads.jobs[0] ?? never();
    for (const key of [...job.files.keys()]) await tab.uploads.cancel(`${job.idHex}/${key}`);
    await finish(world);
    expect(rows(tab)).toEqual([["album", "cancelled"]]);
    await expectNothingLeft(world, tab);
  });

  it("does not count a file that was cancelled before its tab was killed as done", async () => {
    const world = createTransferWorld();
    for (const name of ["a", "b"]) world.disk.write(`album/${name}`, bytes(600_000));
    const first = openUploads(world);
    first.gate.pause();
    await first.uploads.start(WORKSPACE, null, [world.disk.source("album")]);
    await finish(world);
    const job = first.uploads.jobs[0] ?? never();
    await first.uploads.cancel(`${job.idHex}/${[...job.files.keys()][0] ?? ""}`);
    await world.settle();
    first.close();
    const second = openUploads(world);
    await second.uploads.adopt(new AbortController().signal);
    await finish(world);
    expect(shown(second)).toMatchObject({ doneFiles: 1, totalFiles: 1 });
    expect(world.workspace.files().size).toBe(1);
  });

  it("leaves no row when nothing is kept of it any more", async () => {
    const world = createTransferWorld();
    world.disk.write("album/a", bytes(600_000));
    const unreadable = unlistable(world, "NotReadableError");
    const tab = openUploads(world);
    await tab.uploads.start(WORKSPACE, null, [unreadable]);
    await finish(world);
    const kept = createJobRows(world.openTab().engine.rows);
    for (const { id } of await kept.list()) await kept.remove(id, 0);
    await tab.uploads.retry(tab.uploads.jobs[0]?.idHex ?? never());
    await finish(world);
    expect(rows(tab)).toEqual([]);
  });
});

import { expect, it } from "vitest";
import type { UploadSource } from "../engine.ts";
import { createTransferWorld, WORKSPACE } from "./testing/transfer-world.ts";
import { bytes, finish, openUploads } from "./testing/upload-tab.ts";
import { summarize } from "./transfer-summary.ts";

function openTab() {
  const world = createTransferWorld();
  const { uploads } = openUploads(world);
  const summary = () =>
    summarize({ jobs: uploads.jobs, downloads: [], isPaused: false, waitsFor: null, bytesPerSecond: 0 });
  return { world, uploads, summary };
}

function plainFile(name: string, content: Uint8Array<ArrayBuffer>): UploadSource {
  return { kind: "file", file: new File([content], name), path: name };
}

it("tells of an upload that ends with the page, and only while it is under way", async () => {
  const { world, uploads, summary } = openTab();
  world.server.fate = () => "lostBefore";
  await uploads.start(WORKSPACE, null, [plainFile("a.txt", bytes(10))]);
  expect(summary().stopsOnLeaving).toBe(1);
  await world.settle();
  expect(summary().stopsOnLeaving).toBe(1);
  world.server.fate = () => "answered";
  await finish(world);
  expect([...world.workspace.files().keys()]).toEqual(["a.txt"]);
  expect(summary().stopsOnLeaving).toBe(0);
});

it("does not ask for one that another page goes on with, nor for one that was cancelled", async () => {
  const { world, uploads, summary } = openTab();
  world.server.fate = () => "lostBefore";
  world.disk.write("b.txt", bytes(10));
  await uploads.start(WORKSPACE, null, [world.disk.source("b.txt")]);
  await world.settle();
  expect(summary().stopsOnLeaving).toBe(0);
  await uploads.start(WORKSPACE, null, [plainFile("c.txt", bytes(10))]);
  expect(summary().stopsOnLeaving).toBe(1);
  await uploads.cancel(uploads.jobs[1]?.idHex ?? "");
  expect(summary().stopsOnLeaving).toBe(0);
});

it("counts the files that became new versions, those of folders too", async () => {
  const { world, uploads, summary } = openTab();
  for (let round = 0; round < 2; round++) {
    world.disk.write("folder/x.txt", bytes(5, round));
    world.disk.write("folder/y.txt", bytes(5, round));
    await uploads.start(WORKSPACE, null, [world.disk.source("folder"), plainFile("z.txt", bytes(9, round))]);
    await finish(world);
  }
  expect(summary().newVersions).toBe(3);
});

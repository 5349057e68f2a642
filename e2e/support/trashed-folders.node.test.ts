import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceEngine } from "#client/engine.ts";
import type { FileGateway, FileToCommit } from "#client/engine-parts.ts";
import { unwrap } from "#protocol/result.ts";
import { ALICE, createTestDevice, namesIn, PASSPHRASE, type TestDevice } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

/** Nothing that was meant for one folder is silently put into another, whoever trashed that folder and when. */
let product: TestProduct;
beforeAll(async () => {
  product = await startTestProduct();
}, 60_000);
afterAll(() => product.end());

function emptyFile(name: string, folder: string | null): FileToCommit {
  return { folder, file: null, modifiedAt: 5, manifest: { name, sizeBytes: 0, mimeHint: null, blocks: [] } };
}

interface Someone {
  readonly device: TestDevice;
  readonly engine: DeviceEngine;
  readonly files: FileGateway;
  readonly notices: () => string[];
  readonly connect: (isOnline: boolean) => void;
}

async function open(device: TestDevice, passphrase: string | null): Promise<Someone> {
  let isOnline = true;
  const { engine, files, events } = await device.openTab({
    fetch: (url, init) => (isOnline ? fetch(url, init) : Promise.reject(new TypeError("offline"))),
  });
  if (passphrase === null) unwrap(await engine.createOrganization(ALICE, () => undefined));
  else unwrap(await engine.unlock(passphrase));
  return {
    device,
    engine,
    files: files(),
    notices: () => events.flatMap((event) => (event.type === "notice" ? [event.code] : [])),
    connect: (next) => {
      isOnline = next;
    },
  };
}

/** Two devices that know the same workspace. */
async function createTwo(prepare: (one: Someone, workspace: string) => Promise<void>) {
  const one = await open(await createTestDevice(product.deployment), null);
  const { id: workspace } = unwrap(await one.engine.createWorkspace("Papers"));
  await prepare(one, workspace);
  const copy = await createTestDevice(product.deployment);
  for (const name of ["vault", "journal", "cache"] as const) {
    copy.stores[name].restore(one.device.stores[name].snapshot());
  }
  const two = await open(copy, PASSPHRASE);
  return { one, two, workspace };
}

async function end(...all: readonly Someone[]): Promise<void> {
  for (const { engine } of all) await engine.lock();
  expect(all.flatMap(({ device }) => device.faults)).toEqual([]);
}

async function idOf(engine: DeviceEngine, workspace: string, name: string): Promise<string> {
  return unwrap(await engine.folder(workspace, null)).entries.find((entry) => entry.name === name)?.id ?? "";
}

describe("a folder in the trash", () => {
  it("takes nothing from the device that trashed it, and everything again once it is back", async () => {
    const one = await open(await createTestDevice(product.deployment), null);
    const { engine, files } = one;
    const { id: workspace } = unwrap(await engine.createWorkspace("Papers"));
    const { id: above } = unwrap(await engine.createFolder(workspace, null, "Above"));
    const { id: photos } = unwrap(await engine.createFolder(workspace, above, "Photos"));
    const [file] = unwrap(await files.commitFiles(workspace, [emptyFile("old.txt", photos)]));
    const { id: other } = unwrap(await engine.createFolder(workspace, null, "Other"));
    const fileToken = unwrap(await engine.remove(workspace, [file?.id ?? ""], photos));
    const token = unwrap(await engine.remove(workspace, [above], null));
    const error = { type: "FolderInTrash", workspace, folder: above, name: "Above" };
    const refused = { ok: false, error };
    expect(await files.commitFiles(workspace, [emptyFile("a", photos)])).toEqual(refused);
    expect(await files.ensureFolders(workspace, photos, [["x"]])).toEqual(refused);
    expect(await engine.createFolder(workspace, photos, "x")).toEqual(refused);
    expect(await engine.createFolder(workspace, above, "x")).toEqual(refused);
    expect(await engine.move(workspace, [other], null, photos)).toEqual(refused);
    expect(await engine.undo(fileToken)).toEqual(refused);
    expect(await engine.folder(workspace, photos)).toEqual(refused);
    expect(await namesIn(engine, workspace)).toEqual(["Other"]);
    unwrap(await engine.undo(token));
    unwrap(await engine.undo(fileToken));
    unwrap(await files.commitFiles(workspace, [emptyFile("a", photos)]));
    expect(await namesIn(engine, workspace, photos)).toEqual(["a", "old.txt"]);
    await end(one);
  });

  it("was trashed by another device meanwhile: whoever waits hears it, and nothing is anywhere else", async () => {
    const { one, two, workspace } = await createTwo(async ({ engine }, id) => {
      unwrap(await engine.createFolder(id, null, "Photos"));
      unwrap(await engine.createFolder(id, null, "Other"));
    });
    const photos = await idOf(two.engine, workspace, "Photos");
    const other = await idOf(two.engine, workspace, "Other");
    unwrap(await one.engine.remove(workspace, [photos], null));
    const error = { type: "FolderInTrash", workspace, folder: photos, name: "Photos" };
    const dropped = Array.from({ length: 60 }, (_, index) => emptyFile(`${index}`, photos));
    expect(await two.files.commitFiles(workspace, dropped)).toEqual({ ok: false, error });
    expect(await two.engine.move(workspace, [other], null, photos)).toEqual({ ok: false, error });
    for (const { engine } of [one, two]) expect(await namesIn(engine, workspace)).toEqual(["Other"]);
    // Whoever needs it brings it back, with all that is in it.
    unwrap(await two.engine.restoreFolder(workspace, photos));
    unwrap(await two.files.commitFiles(workspace, dropped));
    expect(await namesIn(one.engine, workspace)).toEqual(["Other", "Photos"]);
    expect(await namesIn(one.engine, workspace, photos)).toHaveLength(60);
    await end(one, two);
  });

  it("was trashed while this device was away: what waited is in a folder that says where it came from", async () => {
    const { one, two, workspace } = await createTwo(async ({ engine }, id) => {
      unwrap(await engine.createFolder(id, null, "Photos"));
    });
    const photos = await idOf(two.engine, workspace, "Photos");
    two.connect(false);
    const ids = unwrap(await two.files.ensureFolders(workspace, photos, [["2026"], ["2026", "May"]]));
    const into = ids.get("2026/May") ?? "";
    const [kept] = unwrap(await two.files.commitFiles(workspace, [emptyFile("a.txt", into)]));
    expect(kept?.state).toBe("local");
    unwrap(await one.engine.remove(workspace, [photos], null));
    await two.engine.lock();
    two.connect(true);
    // Whatever waited is sent, and then put where it can be, at the next unlock at the latest.
    unwrap(await two.engine.unlock(PASSPHRASE));
    unwrap(await two.engine.createFolder(workspace, null, "z"));
    await two.engine.lock();
    unwrap(await two.engine.unlock(PASSPHRASE));
    await expect
      .poll(() => namesIn(one.engine, workspace), { timeout: 20_000 })
      .toContain("Recovered from Photos");
    const recovered = await idOf(one.engine, workspace, "Recovered from Photos");
    const [year] = unwrap(await one.engine.folder(workspace, recovered)).entries;
    expect(year?.name).toBe("2026");
    const [may] = unwrap(await one.engine.folder(workspace, year?.id ?? "")).entries;
    expect(may?.name).toBe("May");
    expect(await namesIn(one.engine, workspace, may?.id ?? "")).toEqual(["a.txt"]);
    expect(await namesIn(one.engine, workspace)).toEqual(["Recovered from Photos", "z"]);
    expect(two.notices()).toContain("editRecovered");
    await end(one, two);
  }, 120_000);

  it("with 3,000 folders below goes as one, and comes back where somebody worked in it unseen", async () => {
    const { one, two, workspace } = await createTwo(async ({ files }, id) => {
      const paths = Array.from({ length: 3000 }, (_, index) => ["Tree", `a${index % 60}`, `b${index}`]);
      unwrap(await files.ensureFolders(id, null, paths));
    });
    const tree = await idOf(one.engine, workspace, "Tree");
    const token = unwrap(await one.engine.remove(workspace, [tree], null));
    expect(await namesIn(one.engine, workspace)).toEqual([]);
    unwrap(await one.engine.undo(token));
    const branch = unwrap(await two.engine.folder(workspace, tree)).entries.at(-1)?.id ?? "";
    const leaf = unwrap(await two.engine.folder(workspace, branch)).entries.at(-1)?.id ?? "";
    unwrap(await two.files.commitFiles(workspace, [emptyFile("unseen.txt", leaf)]));
    unwrap(await one.engine.remove(workspace, [tree], null));
    expect(await namesIn(one.engine, workspace)).toEqual(["Tree"]);
    expect(await namesIn(one.engine, workspace, leaf)).toEqual(["unseen.txt"]);
    expect(one.notices()).toContain("removalDropped");
    await end(one, two);
  }, 240_000);
});

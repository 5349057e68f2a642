import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceEngine } from "#client/engine.ts";
import type { FileGateway, FileToCommit } from "#client/engine-parts.ts";
import { unwrap } from "#protocol/result.ts";
import { ALICE, createTestDevice, namesIn } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

/** What a person can drop, move or throw away, at and beyond every bound of a record, a folder and a name. */
let product: TestProduct;
let engine: DeviceEngine;
let files: FileGateway;
let workspace: string;
let appends = 0;

beforeAll(async () => {
  product = await startTestProduct();
  const device = await createTestDevice(product.deployment);
  const tab = await device.openTab({
    fetch: (url, init) => {
      if (url.endsWith("/v1/append")) appends++;
      return fetch(url, init);
    },
  });
  engine = tab.engine;
  unwrap(await engine.createOrganization(ALICE, () => undefined));
  files = tab.files();
}, 60_000);
afterAll(async () => {
  await engine.lock();
  await product.end();
});

async function newWorkspace(name: string): Promise<void> {
  workspace = unwrap(await engine.createWorkspace(name)).id;
}

function emptyFile(name: string, folder: string | null): FileToCommit {
  return { folder, file: null, modifiedAt: 5, manifest: { name, sizeBytes: 0, mimeHint: null, blocks: [] } };
}

/** Folders by their paths, and in each one file. */
async function drop(paths: readonly (readonly string[])[]): Promise<ReadonlyMap<string, string>> {
  const ids = unwrap(await files.ensureFolders(workspace, null, paths));
  const dropped = paths.map((path) => emptyFile("page.html", ids.get(path.join("/")) ?? "missing"));
  const committed = unwrap(await files.commitFiles(workspace, dropped));
  expect(committed.map(({ state }) => state)).toEqual(dropped.map(() => "recorded"));
  return ids;
}

/** Paths of all entries, as a device finds them that walks from the top. */
async function walk(): Promise<string[]> {
  const found: string[] = [];
  let level: { readonly path: string; readonly id: string }[] = [];
  const take = (path: string, entries: readonly { kind: string; id: string; name: string }[]): void => {
    for (const { kind, id, name } of entries) {
      found.push(`${path}${name}`);
      if (kind === "folder") level.push({ path: `${path}${name}/`, id });
    }
  };
  take("", unwrap(await engine.folder(workspace, null)).entries);
  while (level.length > 0) {
    const folders = level;
    level = [];
    const listed = unwrap(
      await files.listFolders(
        workspace,
        folders.map(({ id }) => id),
      ),
    );
    for (const [index, { path }] of folders.entries()) take(path, listed[index] ?? []);
  }
  return found.sort();
}

function expected(paths: readonly (readonly string[])[]): string[] {
  return paths.flatMap((path) => [path.join("/"), `${path.join("/")}/page.html`]).sort();
}

describe("large trees", () => {
  it("takes 300 new folders with a file each, and what is written afterwards", async () => {
    await newWorkspace("300");
    const paths = Array.from({ length: 300 }, (_, index) => [`folder ${index}`]);
    await drop(paths);
    unwrap(await engine.createFolder(workspace, null, "later"));
    expect(await walk()).toEqual([...expected(paths), "later"].sort());
  });

  it("makes a folder once for two uploads that need it at the same time", async () => {
    await newWorkspace("At once");
    const path = ["tree", "part"];
    const made = await Promise.all([0, 1, 2].map(() => files.ensureFolders(workspace, null, [path])));
    const [first, ...others] = made.map((one) => unwrap(one).get("tree/part"));
    expect(others).toEqual([first, first]);
    expect((await walk()).toSorted()).toEqual(["tree", "tree/part"]);
  });

  it("takes 1,435 folders in a tree, and 5,000 side by side", async () => {
    await newWorkspace("many");
    const tree = Array.from({ length: 1435 }, (_, index) => [`a${index % 7}`, `b${index % 41}`, `c${index}`]);
    await drop(tree);
    const wide = Array.from({ length: 5000 }, (_, index) => ["wide", `w${index}`]);
    const ids = unwrap(await files.ensureFolders(workspace, null, wide));
    expect(new Set(ids.values()).size).toBe(1 + 1 + 5000);
    expect(await namesIn(engine, workspace, ids.get("wide") ?? "")).toHaveLength(5000);
  }, 120_000);

  it("takes folders as deep as a record can guard, and says so beyond that", async () => {
    await newWorkspace("deep");
    const deep = Array.from({ length: 200 }, (_, depth) => `d${depth}`);
    const deepest = (await drop([deep])).get(deep.join("/")) ?? "";
    expect(await namesIn(engine, workspace, deepest)).toEqual(["page.html"]);
    const tooDeep = await files.ensureFolders(workspace, null, [
      Array.from({ length: 251 }, (_, depth) => `e${depth}`),
    ]);
    expect(tooDeep).toMatchObject({ ok: false, error: { type: "TooDeep", maxDepth: 250 } });
    unwrap(await engine.createFolder(workspace, null, "later"));
  });

  it("moves, trashes and brings back 1,000 folders at once", async () => {
    await newWorkspace("1,000");
    const ids = await drop(Array.from({ length: 1000 }, (_, index) => ["from", `f${index}`]));
    const target = unwrap(await engine.createFolder(workspace, null, "to")).id;
    const from = ids.get("from") ?? "";
    const entries = unwrap(await engine.folder(workspace, from)).entries.map(({ id }) => id);
    const before = await walk();
    unwrap(await engine.move(workspace, entries, from, target));
    const moved = await walk();
    expect(moved).toEqual(before.map((path) => path.replace(/^from\//, "to/")).sort());
    const token = unwrap(await engine.remove(workspace, entries, target));
    expect(await walk()).toEqual(["from", "to"]);
    unwrap(await engine.undo(token));
    expect(await walk()).toEqual(moved);
  }, 240_000);

  it("trashes 2,000 files of one folder with one record, and brings them back with another", async () => {
    await newWorkspace("2,000");
    const folder = unwrap(await engine.createFolder(workspace, null, "full")).id;
    const many = Array.from({ length: 2000 }, (_, index) => emptyFile(`${index}`, folder));
    const entries = unwrap(await files.commitFiles(workspace, many)).map(({ id }) => id);
    const before = appends;
    const token = unwrap(await engine.remove(workspace, entries, folder));
    expect(await namesIn(engine, workspace, folder)).toEqual([]);
    unwrap(await engine.undo(token));
    expect(await namesIn(engine, workspace, folder)).toHaveLength(2000);
    unwrap(await engine.move(workspace, entries, folder, null));
    expect(await namesIn(engine, workspace)).toHaveLength(2001);
    expect(appends - before).toBe(3);
  });

  it("takes names of 255 bytes throughout", async () => {
    await newWorkspace("names");
    const long = (prefix: string): string => prefix + "😀".repeat(63) + "x".repeat(3 - prefix.length);
    const paths = [[long("a"), long("b"), long("c")]];
    const ids = unwrap(await files.ensureFolders(workspace, null, paths));
    const folder = ids.get(paths[0]?.join("/") ?? "") ?? "";
    const twice = [emptyFile(long("f"), folder), emptyFile(long("f"), folder)];
    const kept = unwrap(await files.commitFiles(workspace, twice));
    expect(new Set(kept.map(({ name }) => name)).size).toBe(2);
    const ids2 = (await namesIn(engine, workspace, folder)).map(
      (name) => new TextEncoder().encode(name).length,
    );
    expect(ids2.every((length) => length <= 255)).toBe(true);
    unwrap(await engine.remove(workspace, [ids.get(long("a")) ?? ""], null));
    const refused = await files.commitFiles(workspace, [emptyFile("late", folder)]);
    expect(refused).toMatchObject({ ok: false, error: { type: "FolderInTrash", name: long("a") } });
  });
});

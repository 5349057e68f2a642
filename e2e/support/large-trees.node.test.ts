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

beforeAll(async () => {
  product = await startTestProduct();
  const tab = await (await createTestDevice(product.deployment)).openTab();
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

  it("takes 1,435 folders in a tree, and 5,000 side by side", async () => {
    await newWorkspace("many");
    const tree = Array.from({ length: 1435 }, (_, index) => [`a${index % 7}`, `b${index % 41}`, `c${index}`]);
    await drop(tree);
    const wide = Array.from({ length: 5000 }, (_, index) => ["wide", `w${index}`]);
    const ids = unwrap(await files.ensureFolders(workspace, null, wide));
    expect(new Set(ids.values()).size).toBe(1 + 1 + 5000);
    expect(await namesIn(engine, workspace, ids.get("wide") ?? "")).toHaveLength(5000);
  }, 120_000);
});

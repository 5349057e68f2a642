import { expect, it } from "vitest";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import type { FolderChild } from "#protocol/manifest/folder-manifest.ts";
import { createSealedRows } from "../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../storage/testing/memory-row-store.ts";
import { createManifestCache, UNWRITTEN_ROOT } from "./manifest-cache.ts";

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const log = randomBytes(32);
const child = (name: string): FolderChild => ({
  id: randomBytes(16),
  name,
  kind: "file",
  sizeBytes: 1,
  modifiedAt: 1,
  mimeHint: null,
});

/** Tabs of one device: each with a cache of its own over the same rows. */
function createTabs() {
  const store = createMemoryRowStore();
  const localKey = randomBytes(32);
  let lists = 0;
  const counting = {
    ...store,
    list: (prefix: string) => {
      lists++;
      return store.list(prefix);
    },
  };
  return {
    lists: () => lists,
    open: () => createManifestCache(createSealedRows(suite, randomBytes, counting, localKey), randomBytes),
  };
}

const rootWith = (version: number, ...children: FolderChild[]) => ({
  ...UNWRITTEN_ROOT,
  version,
  writeIndex: version,
  folder: { ...UNWRITTEN_ROOT.folder, children },
});

it("sees at once what another tab has written, and reads all folders only then", async () => {
  const tabs = createTabs();
  const [first, second] = [tabs.open(), tabs.open()];
  const { id } = UNWRITTEN_ROOT;
  await first.put(log, [rootWith(1, child("a"))]);
  expect((await second.folder(log, id))?.version).toBe(1);
  const before = tabs.lists();
  for (let look = 0; look < 5; look++) await Promise.all([first.folders(log), second.folders(log)]);
  expect(tabs.lists()).toBe(before);
  await second.put(log, [rootWith(2, child("b"))]);
  expect((await first.folder(log, id))?.folder.children.map(({ name }) => name)).toEqual(["b"]);
  expect((await second.folder(log, id))?.version).toBe(2);
  expect(tabs.lists()).toBe(before + 1);
});

it("remembers for each child which write changed it last, across tabs", async () => {
  const tabs = createTabs();
  const [kept, changed] = [child("kept"), child("changed")];
  await tabs.open().put(log, [rootWith(1, kept, changed)]);
  await tabs.open().put(log, [rootWith(2, kept, { ...changed, name: "renamed" })]);
  expect((await tabs.open().folder(log, UNWRITTEN_ROOT.id))?.childIndices).toEqual([1, 2]);
});

it("keeps logs apart", async () => {
  const cache = createTabs().open();
  const logs = Array.from({ length: 6 }, () => randomBytes(32));
  for (const [index, id] of logs.entries()) await cache.put(id, [rootWith(index + 1)]);
  for (const [index, id] of logs.entries())
    expect((await cache.folder(id, UNWRITTEN_ROOT.id))?.version).toBe(index + 1);
});

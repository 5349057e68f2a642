import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { toHex } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";
import { openFileSystemBlockStore } from "./file-system-block-store.ts";
import { describeBlockStore, sha256 } from "./testing/block-store-contract.ts";

const roots: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "holdfast-blocks-"));
  roots.push(folder);
  return folder;
}
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true }))));

describeBlockStore("file system", async () =>
  openFileSystemBlockStore({ folder: await newFolder(), sha256 }),
);

describe("file system block store", () => {
  const organization = sha256(Uint8Array.of(1));
  const block = Uint8Array.from({ length: 5000 }, (_, index) => index % 251);
  const id = sha256(block);
  const fileOf = (folder: string) => {
    const name = toHex(id);
    return path.join(folder, toHex(organization), name.charAt(0), name.charAt(1), name);
  };

  it("keeps blocks over a restart and clears what a crash left", async () => {
    const folder = await newFolder();
    unwrap(await (await openFileSystemBlockStore({ folder, sha256 })).put(organization, id, block));
    await writeFile(path.join(folder, ".incoming", "half-written"), block.slice(0, 10));
    const reopened = await openFileSystemBlockStore({ folder, sha256 });
    expect(await readdir(path.join(folder, ".incoming"))).toEqual([]);
    expect(unwrap(await reopened.get(organization, id))?.length).toBe(block.length);
  });

  it("never hands out changed bytes, and a new put repairs the block", async () => {
    const folder = await newFolder();
    const damaged: string[] = [];
    const store = await openFileSystemBlockStore({ folder, sha256, onDamaged: (file) => damaged.push(file) });
    unwrap(await store.put(organization, id, block));
    const changed = block.slice();
    changed[17] = 255;
    await writeFile(fileOf(folder), changed);
    expect(unwrap(await store.get(organization, id))).toBeUndefined();
    expect(damaged).toEqual([fileOf(folder)]);
    expect(unwrap(await store.has(organization, id))).toBe(false);
    expect(await readdir(path.join(folder, ".damaged"))).toHaveLength(1);
    unwrap(await store.put(organization, id, block));
    expect(sha256(await readFile(fileOf(folder)))).toEqual(id);
  });

  it("overwrites a block that a power cut left short", async () => {
    const folder = await newFolder();
    const store = await openFileSystemBlockStore({ folder, sha256 });
    unwrap(await store.put(organization, id, block));
    await writeFile(fileOf(folder), block.slice(0, 100));
    unwrap(await store.put(organization, id, block));
    expect(unwrap(await store.get(organization, id))?.length).toBe(block.length);
  });

  it("says when the disk is full, and leaves nothing behind", async () => {
    const folder = await newFolder();
    let full = true;
    const store = await openFileSystemBlockStore({
      folder,
      sha256,
      // Linux's own device of no free space: the kernel answers the write with ENOSPC.
      createFile: (file) => open(full ? "/dev/full" : file, "w"),
    });
    expect(await store.put(organization, id, block)).toEqual({
      ok: false,
      error: { type: "BlockStorageFull" },
    });
    expect(await readdir(path.join(folder, ".incoming"))).toEqual([]);
    full = false;
    unwrap(await store.put(organization, id, block));
    expect(unwrap(await store.get(organization, id))?.length).toBe(block.length);
  });

  it("reports another trouble of the disk with the system's word", async () => {
    const folder = await newFolder();
    const store = await openFileSystemBlockStore({ folder, sha256 });
    await writeFile(path.join(folder, toHex(organization)), "a file where a folder should be");
    const answer = await store.put(organization, id, block);
    expect(answer).toEqual({ ok: false, error: { type: "BlockStorageUnavailable", detail: "ENOTDIR" } });
  });
});

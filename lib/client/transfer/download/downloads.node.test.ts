import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { toHex } from "#protocol/bytes/text.ts";
import { unwrap } from "#protocol/result.ts";
import type { TransferPart } from "../../engine-parts.ts";
import { createMemorySink } from "../testing/memory-sink.ts";
import { createTransferWorld, WORKSPACE } from "../testing/transfer-world.ts";

type World = ReturnType<typeof createTransferWorld>;

/** Waits for an outcome, letting time pass as long as it is not there. */
async function until<T>(world: World, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let round = 0; round < 400; round++) {
    const found = await ask();
    if (found !== undefined) return found;
    await world.settle();
    world.timer.fireNext();
  }
  throw new Error("it did not happen");
}

async function upload(world: World, part: TransferPart, paths: readonly string[]): Promise<void> {
  await part.upload(
    WORKSPACE,
    null,
    paths.map((name) => world.disk.source(name)),
  );
  await until(world, async () => {
    const { items } = await part.transfers();
    return items.length > 0 && items.every(({ state }) => state === "done") ? true : undefined;
  });
}

function idOf(world: World, name: string): string {
  const found = world.workspace.entries.find(({ entry }) => entry.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found.entry.id;
}

/** By another implementation. */
function unzip(archive: Uint8Array): ReadonlyMap<string, Buffer> {
  const script =
    "import io, json, sys, zipfile; z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())); print(json.dumps([[n, z.read(n).hex()] for n in z.namelist()]))";
  const entries: readonly (readonly [string, string])[] = JSON.parse(
    execFileSync("python3", ["-c", script], { input: archive, maxBuffer: 64 * 1024 * 1024 }).toString(),
  );
  return new Map(entries.map(([name, hex]) => [name, Buffer.from(hex, "hex")]));
}

/** State of the one download in the list, once it is over. */
function overState(world: World, part: TransferPart) {
  return until(world, async () => {
    const item = (await part.transfers()).items.find(({ direction }) => direction === "download");
    return item && item.state !== "running" && item.state !== "queued" ? item : undefined;
  });
}

function random(length: number): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(content.subarray(at, at + 65_536));
  return content;
}

describe("downloads", () => {
  it("save a file as it was, opening it once", async () => {
    const world = createTransferWorld();
    const { part } = world.openPart();
    const content = random(5_000_000);
    world.disk.write("video.mp4", content);
    await upload(world, part, ["video.mp4"]);
    const sink = createMemorySink();
    world.targets.next = () => sink.target;
    unwrap(await part.download(WORKSPACE, [idOf(world, "video.mp4")], null));
    expect(Buffer.compare(await sink.saved(), content)).toBe(0);
    expect(await overState(world, part)).toMatchObject({ state: "done", doneBytes: content.length });
    expect(world.workspace.reads).toEqual([1]);
  });

  it("save what the log has not taken: one file as itself, several as an archive, nothing as an error", async () => {
    const world = createTransferWorld();
    const { part } = world.openPart();
    const contents = [random(1_500_000), random(9), random(0)];
    const names = ["a", "b", "c"];
    for (const [index, name] of names.entries()) world.disk.write(name, contents[index] ?? random(1));
    await upload(world, part, names);
    const stored = world.workspace.files();
    const held = ["a", "b", "c"].map((name) => {
      const manifest = stored.get(name);
      if (!manifest) throw new Error("not there");
      return { manifest: { ...manifest, name: "same.txt" }, modifiedAt: 5 };
    });
    world.workspace.entries.length = 0;
    world.workspace.setAside.set("one", held.slice(0, 1));
    world.workspace.setAside.set("all", held);
    world.workspace.setAside.set("words", []);
    const one = createMemorySink();
    world.targets.next = () => one.target;
    unwrap(await part.saveSetAside(WORKSPACE, "one"));
    expect(Buffer.compare(await one.saved(), contents[0] ?? random(1))).toBe(0);
    const all = createMemorySink();
    world.targets.next = () => all.target;
    unwrap(await part.saveSetAside(WORKSPACE, "all"));
    const saved = unzip(await all.saved());
    expect([...saved.keys()]).toEqual(["same.txt", "same (2).txt", "same (3).txt"]);
    for (const [index, bytes] of [...saved.values()].entries()) {
      expect(Buffer.compare(bytes, contents[index] ?? random(1))).toBe(0);
    }
    for (const edit of ["words", "gone"]) {
      expect(await part.saveSetAside(WORKSPACE, edit)).toEqual({ ok: false, error: { type: "NotFound" } });
    }
    expect(world.workspace.reads).toEqual([]);
  });

  it("goes on by itself when the server was away", async () => {
    const world = createTransferWorld();
    const { part } = world.openPart();
    const content = random(3_000_000);
    world.disk.write("a", content);
    await upload(world, part, ["a"]);
    let lost = 5;
    world.server.fate = () => (lost-- > 0 ? "lostBefore" : "answered");
    const sink = createMemorySink();
    world.targets.next = () => sink.target;
    await part.download(WORKSPACE, [idOf(world, "a")], null);
    const [saved] = await Promise.all([sink.saved(), overState(world, part)]);
    expect(Buffer.compare(saved, content)).toBe(0);
  });

  it.each<[string, (world: World, id: string) => void]>([
    ["is missing", (world, id) => void world.server.blocks.delete(id)],
    [
      "was changed",
      (world, id) =>
        world.server.blocks.set(
          id,
          (world.server.blocks.get(id) ?? random(9)).map((byte) => byte ^ 1),
        ),
    ],
    ["is another one's", (world, id) => world.server.blocks.set(id, random(524_328))],
  ])("fail visibly when a block %s, and never save a shorter file", async (_, spoil) => {
    const world = createTransferWorld();
    const { part } = world.openPart();
    world.disk.write("a", random(6_000_000));
    await upload(world, part, ["a"]);
    const block = world.workspace.files().get("a")?.blocks[9];
    spoil(world, toHex(block?.id ?? random(32)));
    const sink = createMemorySink();
    world.targets.next = () => sink.target;
    await part.download(WORKSPACE, [idOf(world, "a")], null);
    await expect(sink.saved()).rejects.toThrow("the download failed");
    expect(await overState(world, part)).toMatchObject({
      state: "failed",
      error: { type: "BlockUnavailable" },
    });
    expect(await part.readFile(WORKSPACE, idOf(world, "a"), null, 10_000_000)).toEqual({
      ok: false,
      error: { type: "BlockUnavailable" },
    });
  });

  it("end when the person cancels, here or in the browser", async () => {
    const world = createTransferWorld();
    const { part } = world.openPart();
    world.disk.write("a", random(20_000_000));
    await upload(world, part, ["a"]);
    for (const isInBrowser of [true, false]) {
      const sink = createMemorySink();
      world.targets.next = () => sink.target;
      await part.download(WORKSPACE, [idOf(world, "a")], null);
      const { items } = await part.transfers();
      const running = items.find(({ state }) => state === "running" || state === "queued");
      if (isInBrowser) await sink.cancel();
      else await part.cancelTransfer(running?.id ?? "");
      expect(await overState(world, part)).toMatchObject({ state: "cancelled" });
      if (!isInBrowser) await expect(sink.saved()).rejects.toThrow("the download failed");
      await part.clearFinishedTransfers();
    }
  });

  it("tell of their end at once, not with the next report of progress", async () => {
    const world = createTransferWorld();
    const { part, emitted } = world.openPart();
    world.disk.write("a", random(1000));
    await upload(world, part, ["a"]);
    const before = emitted.length;
    const sink = createMemorySink();
    world.targets.next = () => sink.target;
    await part.download(WORKSPACE, [idOf(world, "a")], null);
    await sink.saved();
    await world.settle();
    // No time has passed meanwhile.
    expect(emitted.slice(before)).toEqual([{ type: "transfers" }]);
    expect((await part.transfers()).items.map(({ state }) => state)).toEqual(["done", "done"]);
  });

  it("read a file for a preview up to a size", async () => {
    const world = createTransferWorld();
    const { part } = world.openPart();
    const content = random(700_000);
    world.disk.write("a.txt", content);
    await upload(world, part, ["a.txt"]);
    const read = unwrap(await part.readFile(WORKSPACE, idOf(world, "a.txt"), null, 700_000));
    expect(Buffer.compare(read.bytes, content)).toBe(0);
    expect(read).toMatchObject({ name: "a.txt", mimeHint: "text/plain" });
    expect(await part.readFile(WORKSPACE, idOf(world, "a.txt"), null, 699_999)).toEqual({
      ok: false,
      error: { type: "TooLarge", maxBytes: 699_999 },
    });
  });
});

describe("a folder as one archive", () => {
  it("holds every file and every empty folder, under names that any system takes", async () => {
    const world = createTransferWorld();
    const { part } = world.openPart();
    const contents = new Map<string, Uint8Array>();
    const write = (name: string, length: number) => {
      const content = random(length);
      world.disk.write(`Reports/${name}`, content);
      contents.set(name, content);
    };
    for (let index = 0; index < 300; index++) write(`many/n${index}`, index);
    write("large.bin", 1_400_000);
    write("nul", 3);
    write("a:b.txt", 4);
    write("été 🎉.txt", 0);
    world.disk.makeFolder("Reports/empty");
    await upload(world, part, ["Reports"]);

    const sink = createMemorySink();
    world.targets.next = () => sink.target;
    unwrap(await part.download(WORKSPACE, [idOf(world, "Reports")], null));
    const archive = await sink.saved();
    // 303 files are two READ records.
    expect(world.workspace.reads.length).toBe(2);

    const folder = mkdtempSync(path.join(tmpdir(), "holdfast-zip-"));
    writeFileSync(path.join(folder, "a.zip"), archive);
    execFileSync("python3", [
      "-c",
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])",
      path.join(folder, "a.zip"),
      folder,
    ]);
    const savedAs: Record<string, string> = { nul: "nul_", "a:b.txt": "a_b.txt" };
    for (const [name, content] of contents) {
      const saved = readFileSync(path.join(folder, "Reports", savedAs[name] ?? name));
      expect(Buffer.compare(saved, content)).toBe(0);
    }
    expect(() => readFileSync(path.join(folder, "Reports/empty"))).toThrow("EISDIR");
    rmSync(folder, { recursive: true });
  });
});

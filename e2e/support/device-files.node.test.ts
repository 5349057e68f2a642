import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileToCommit } from "#client/engine-parts.ts";
import type { Fetch } from "#client/transport/transport.ts";
import type { FileManifest } from "#protocol/manifest/file-manifest.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import { createTestDevice, PASSPHRASE } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

let product: TestProduct;
beforeAll(async () => {
  product = await startTestProduct();
}, 30_000);
afterAll(() => product.end());

async function createAlice() {
  const device = await createTestDevice(product.deployment);
  let appends = 0;
  let through: Fetch = fetch;
  const counting: Fetch = (url, init) => {
    if (url.endsWith("/v1/append")) appends++;
    return through(url, init);
  };
  const { engine, files } = await device.openTab({ fetch: counting });
  const names = { organizationName: "Lab", userName: "Alice", deviceLabel: "Laptop" };
  unwrap(
    await engine.createOrganization(
      { ...names, passphrase: PASSPHRASE, bootstrapToken: null },
      () => undefined,
    ),
  );
  const { id: workspace } = unwrap(await engine.createWorkspace("Papers"));
  return {
    device,
    engine,
    workspace,
    files: files(),
    appends: () => appends,
    use: (next: Fetch) => {
      through = next;
    },
  };
}

/** Changes the first content of the first READ's answer. */
function spoilingOneRead(): Fetch {
  let isSpoiled = false;
  return async (url, init) => {
    const response = await fetch(url, init);
    if (isSpoiled || !url.endsWith("/v1/append")) return response;
    const reply = unwrap(append.parseReply(new Uint8Array(await response.arrayBuffer())));
    if (reply.kind !== "appended") return new Response(new Uint8Array(append.encodeReply(reply)));
    const [first, ...others] = reply.body.contents;
    isSpoiled = first !== undefined;
    const spoiled = first?.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) ?? null;
    const contents = isSpoiled ? [spoiled, ...others] : [];
    const body = { ...reply.body, contents };
    return new Response(new Uint8Array(append.encodeReply({ kind: "appended", body })));
  };
}

function content(name: string, sizeBytes: number): FileManifest {
  const block = { id: new Uint8Array(32).fill(sizeBytes), key: new Uint8Array(32), offset: 0, sizeBytes };
  return { name, sizeBytes, mimeHint: "text/plain", blocks: [block] };
}

function toCommit(name: string, sizeBytes: number, change: Partial<FileToCommit> = {}): FileToCommit {
  return { folder: null, file: null, modifiedAt: 5, manifest: content(name, sizeBytes), ...change };
}

describe("files of a device", () => {
  it("takes a dropped tree of hundreds of files in a handful of records", async () => {
    const { device, engine, workspace, files, appends } = await createAlice();
    const before = appends();
    const paths = [["2026"], ["2026", "spring"], ["2026", "autumn"]];
    const ids = unwrap(await files.ensureFolders(workspace, null, paths));
    const folder = ids.get("2026/spring") ?? "";
    const many = Array.from({ length: 450 }, (_, index) => toCommit(`page ${index}.txt`, 7, { folder }));
    expect(unwrap(await files.commitFiles(workspace, many))).toHaveLength(450);
    // One for the folders, two for the files, none to read what this device made itself.
    expect(appends() - before).toBe(3);
    expect(unwrap(await engine.folder(workspace, folder)).entries).toHaveLength(450);
    expect(unwrap(await files.ensureFolders(workspace, null, paths))).toEqual(ids);
    expect(device.faults).toEqual([]);
    await engine.lock();
  }, 60_000);

  it("opens hundreds of files with a record for each 256, the next sent while an answer is checked", async () => {
    const { device, engine, workspace, files, appends, use } = await createAlice();
    const many = Array.from({ length: 700 }, (_, index) => toCommit(`${index}.txt`, index + 1));
    const entries = unwrap(await files.commitFiles(workspace, many));
    const asked = entries.map(({ id }) => ({ file: id, version: null }));
    const before = appends();
    const opened = unwrap(await files.openFiles(workspace, asked));
    expect(opened.map(({ file, manifest }) => [file, manifest.sizeBytes])).toEqual(
      entries.map(({ id, sizeBytes }) => [id, sizeBytes]),
    );
    expect(appends() - before).toBe(3);
    expect(device.faults).toEqual([]);

    use(spoilingOneRead());
    const error = { type: "ServerAnswerInvalid", check: "I3", detail: "ReadContentHashWrong" };
    expect(await files.openFiles(workspace, asked)).toEqual({ ok: false, error });
    // The record behind the bad answer was on its way; nothing after it was asked for.
    expect(appends() - before).toBe(5);
    expect(device.faults).toMatchObject([{ check: "I3" }]);
    // The device's own chain goes on without a gap.
    expect(unwrap(await files.openFiles(workspace, asked.slice(0, 2)))).toHaveLength(2);
    expect(device.faults).toHaveLength(1);
    await engine.lock();
  }, 60_000);

  it("keeps versions, and restores an old one as the newest", async () => {
    const { engine, workspace, files } = await createAlice();
    const [file] = unwrap(await files.commitFiles(workspace, [toCommit("a.txt", 1)]));
    const id = file?.id ?? "";
    unwrap(await files.commitFiles(workspace, [toCommit("a.txt", 2, { file: id })]));
    unwrap(await engine.restoreVersion(workspace, id, 1));
    const versions = unwrap(await engine.versions(workspace, id));
    expect(versions.map(({ version, sizeBytes, isCurrent }) => [version, sizeBytes, isCurrent])).toEqual([
      [3, 1, true],
      [2, 2, false],
      [1, 1, false],
    ]);
    expect(versions.every(({ author }) => author === "Alice")).toBe(true);
    const [opened] = unwrap(await files.openFiles(workspace, [{ file: id, version: 2 }]));
    expect(opened?.manifest).toEqual(content("a.txt", 2));
    expect(unwrap(await engine.folder(workspace, null)).entries).toMatchObject([
      { name: "a.txt", sizeBytes: 1 },
    ]);
    await engine.lock();
  }, 60_000);

  it("gives a new file another name where its own is taken", async () => {
    const { engine, workspace, files } = await createAlice();
    unwrap(await files.commitFiles(workspace, [toCommit("a.txt", 1), toCommit("a.txt", 2)]));
    unwrap(await files.commitFiles(workspace, [toCommit("a.txt", 3)]));
    const { entries } = unwrap(await engine.folder(workspace, null));
    expect(entries.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ["a (2).txt", 2],
      ["a (3).txt", 3],
      ["a.txt", 1],
    ]);
    await engine.lock();
  }, 60_000);

  it("keeps both contents when two devices replaced one file", async () => {
    const { device, engine, workspace, files } = await createAlice();
    const [file] = unwrap(await files.commitFiles(workspace, [toCommit("a.txt", 1)]));
    const id = file?.id ?? "";
    const copy = await createTestDevice(product.deployment);
    for (const name of ["vault", "journal", "cache"] as const) {
      copy.stores[name].restore(device.stores[name].snapshot());
    }
    let isOnline = true;
    const { engine: other, files: otherFiles } = await copy.openTab({
      fetch: (url, init) => (isOnline ? fetch(url, init) : Promise.reject(new TypeError("offline"))),
    });
    unwrap(await other.unlock(PASSPHRASE));
    isOnline = false;
    const [waiting] = unwrap(await otherFiles().commitFiles(workspace, [toCommit("a.txt", 3, { file: id })]));
    expect(waiting?.state).toBe("local");
    unwrap(await files.commitFiles(workspace, [toCommit("a.txt", 2, { file: id })]));
    isOnline = true;
    unwrap(await other.createFolder(workspace, null, "z"));

    const { entries } = unwrap(await engine.folder(workspace, null));
    expect(entries.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ["a (2).txt", 3],
      ["a.txt", 2],
      ["z", 0],
    ]);
    expect([...device.faults, ...copy.faults]).toEqual([]);
    await Promise.all([engine.lock(), other.lock()]);
  }, 60_000);
});

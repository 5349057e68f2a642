import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EngineError } from "../../engine.ts";
import { settle } from "../testing/manual-timer.ts";
import type { RequestFate } from "../testing/memory-block-server.ts";
import { createTransferWorld, WORKSPACE } from "../testing/transfer-world.ts";
import { bytes, equal, finish, never, openUploads } from "../testing/upload-tab.ts";

describe("uploads", () => {
  it("bring a tree of folders, empty ones and empty files included, in few requests and commits", async () => {
    const world = createTransferWorld();
    for (let file = 0; file < 600; file++)
      world.disk.write(`photos/${file % 7}/p${file}.jpg`, bytes(50, file));
    world.disk.write("photos/none.txt", bytes(0));
    world.disk.write("photos/large.bin", bytes(1_300_000));
    world.disk.makeFolder("photos/empty");
    const { uploads } = openUploads(world);
    await uploads.start(WORKSPACE, null, [world.disk.source("photos")]);
    await finish(world);

    const files = world.workspace.files();
    expect(files.size).toBe(602);
    expect(equal(await world.contentOf(files.get("photos/3/p10.jpg") ?? never()), bytes(50, 10))).toBe(true);
    expect(equal(await world.contentOf(files.get("photos/large.bin") ?? never()), bytes(1_300_000))).toBe(
      true,
    );
    expect(files.get("photos/none.txt")?.blocks).toEqual([]);
    expect(world.workspace.entries.some(({ entry }) => entry.name === "empty")).toBe(true);
    expect(world.server.requests).toBeLessThan(600 / 64 + 12);
    expect(world.workspace.commits.length).toBeLessThanOrEqual(2);
    // Nothing of a finished upload stays on the device.
    expect(world.rowStore.snapshot().size).toBe(0);
    expect(world.handles.size()).toBe(0);
  });

  it("give a file of the same name a new version", async () => {
    const world = createTransferWorld();
    world.disk.write("a.txt", bytes(5));
    const { uploads } = openUploads(world);
    await uploads.start(WORKSPACE, null, [world.disk.source("a.txt")]);
    await finish(world);
    world.disk.write("a.txt", bytes(7));
    await uploads.start(WORKSPACE, null, [world.disk.source("a.txt")]);
    await finish(world);
    const files = world.workspace.files();
    expect([...files.keys()]).toEqual(["a.txt"]);
    expect(equal(await world.contentOf(files.get("a.txt") ?? never()), bytes(7))).toBe(true);
  });

  it("keep both of two files that come to share one name", async () => {
    const world = createTransferWorld();
    world.disk.write("a\u0001.txt", bytes(5));
    world.disk.write("a\u0002.txt", bytes(7));
    const { uploads } = openUploads(world);
    await uploads.start(WORKSPACE, null, [
      world.disk.source("a\u0001.txt"),
      world.disk.source("a\u0002.txt"),
    ]);
    await finish(world);
    expect([...world.workspace.files().keys()]).toEqual(["a_.txt", "a_ (2).txt"]);
  });

  it("go on in another tab where a killed one was, without sending stored blocks again", async () => {
    const world = createTransferWorld();
    const content = bytes(3_000_000);
    world.disk.write("video.mp4", content);
    const first = openUploads(world);
    let answers = 0;
    world.server.fate = () => (answers++ < 2 ? "answered" : "lostBefore");
    await first.uploads.start(WORKSPACE, null, [world.disk.source("video.mp4")]);
    await world.settle();
    const storedBytes = first.uploads.jobs[0]?.storedBytes ?? 0;
    expect(storedBytes).toBeGreaterThan(1_000_000);
    first.close();

    world.server.fate = () => "answered";
    const second = openUploads(world);
    await second.uploads.adopt(new AbortController().signal);
    await finish(world);
    expect(equal(await world.contentOf(world.workspace.files().get("video.mp4") ?? never()), content)).toBe(
      true,
    );
    expect(world.server.receivedBytes).toBeLessThan(content.length + 1000);
  });

  it("say that files given to a page that is gone have to be chosen again", async () => {
    const world = createTransferWorld();
    const file = new File([bytes(10)], "a.txt");
    const first = openUploads(world);
    world.server.fate = () => "lostBefore";
    await first.uploads.start(WORKSPACE, null, [{ kind: "file", file, path: "a.txt" }]);
    first.close();
    const second = openUploads(world);
    await second.uploads.adopt(new AbortController().signal);
    await world.settle();
    expect(second.uploads.jobs[0]?.heldBy).toEqual({ type: "UploadInterrupted" });
    await second.uploads.cancel(second.uploads.jobs[0]?.idHex ?? "");
    expect(world.rowStore.snapshot().size).toBe(0);
  });

  it.each<[string, (world: ReturnType<typeof createTransferWorld>) => void, EngineError]>([
    ["changed", (world) => world.disk.write("big.bin", bytes(1_000_001, 2)), { type: "SourceChanged" }],
    ["was removed", (world) => world.disk.remove("big.bin"), { type: "SourceGone" }],
  ])("fail for a file that %s on the way, and only for it", async (_, interfere, error) => {
    const world = createTransferWorld();
    world.disk.write("big.bin", bytes(3_000_000));
    world.disk.write("small.txt", bytes(5));
    const { uploads } = openUploads(world);
    let requests = 0;
    world.server.fate = () => {
      if (++requests === 2) interfere(world);
      return "answered";
    };
    await uploads.start(WORKSPACE, null, [world.disk.source("big.bin"), world.disk.source("small.txt")]);
    await finish(world);
    expect([...world.workspace.files().keys()]).toEqual(["small.txt"]);
    const job = uploads.jobs[0] ?? never();
    expect([...job.failed.values()].map((failed) => failed.error)).toEqual([error]);

    world.disk.write("big.bin", bytes(700_000, 3));
    await uploads.retry(job.idHex);
    await finish(world);
    expect(
      equal(await world.contentOf(world.workspace.files().get("big.bin") ?? never()), bytes(700_000, 3)),
    ).toBe(true);
    expect(job.state).toBe("done");
  });

  it.each<[RequestFate, EngineError]>([
    ["full", { type: "StorageFull", where: "server" }],
    ["organizationQuota", { type: "StorageFull", where: "quota", of: "organization" }],
    ["deviceQuota", { type: "StorageFull", where: "quota", of: "device" }],
  ])("hold everything when there is no room (%s), and go on when asked to", async (fate, error) => {
    const world = createTransferWorld();
    for (const name of ["a", "b", "c"]) world.disk.write(name, bytes(600_000));
    const { uploads } = openUploads(world);
    world.server.fate = () => fate;
    await uploads.start(
      WORKSPACE,
      null,
      ["a", "b", "c"].map((name) => world.disk.source(name)),
    );
    await finish(world);
    const job = uploads.jobs[0] ?? never();
    expect(job.heldBy).toEqual(error);
    expect(world.server.requests).toBeLessThanOrEqual(3);
    world.server.fate = () => "answered";
    await uploads.retry(job.idHex);
    await finish(world);
    expect(world.workspace.files().size).toBe(3);
  });
});

type Act =
  | { readonly kind: "pause" | "resume" | "retry" | "kill" | "time" }
  | { readonly kind: "cancel" | "change" | "remove"; readonly file: number };

const acts = fc.array(
  fc.oneof(
    fc.constantFrom<Act>({ kind: "pause" }, { kind: "resume" }, { kind: "retry" }, { kind: "time" }),
    fc.constantFrom<Act>({ kind: "kill" }, { kind: "time" }),
    fc.record({ kind: fc.constantFrom("cancel", "change", "remove"), file: fc.nat(5) }),
  ),
  { maxLength: 14 },
);
const fates = fc.array(
  fc.constantFrom<RequestFate>("answered", "answered", "lostBefore", "lostAfter", "full"),
  {
    maxLength: 12,
  },
);
const gatewayFaults = fc.array(
  fc.constantFrom<EngineError | null>(null, null, { type: "ServerUnreachable" }),
  {
    maxLength: 6,
  },
);
const sizes = fc.array(fc.constantFrom(0, 10, 30, 600_000, 1_200_000), { minLength: 1, maxLength: 6 });

describe("any interleaving of failures, pauses, cancels and killed tabs", () => {
  it("commits each file once and whole, or leaves it visibly behind", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(sizes, acts, fates, gatewayFaults, async (fileSizes, steps, requestFates, faults) => {
        const world = createTransferWorld();
        const versions = new Map<string, Uint8Array[]>();
        const write = (index: number, seed: number) => {
          const content = bytes(fileSizes[index] ?? 0, seed);
          world.disk.write(`f/n${index}`, content);
          versions.set(`f/n${index}`, [...(versions.get(`f/n${index}`) ?? []), content]);
        };
        for (const index of fileSizes.keys()) write(index, index);
        world.server.fate = () => requestFates.shift() ?? "answered";
        world.workspace.fault = () => faults.shift() ?? null;
        world.workspace.beforeAnswer = () => settle(2);
        const touched = new Set<string>();
        let tab = openUploads(world);
        await tab.uploads.start(WORKSPACE, null, [world.disk.source("f")]);

        for (const step of steps) {
          await settle(3);
          const job = tab.uploads.jobs[0];
          switch (step.kind) {
            case "pause":
              tab.gate.pause();
              break;
            case "resume":
              tab.gate.resume();
              break;
            case "time":
              world.timer.fireNext();
              break;
            case "retry":
              if (job) await tab.uploads.retry(job.idHex);
              break;
            case "kill":
              tab.close();
              tab = openUploads(world);
              await tab.uploads.adopt(new AbortController().signal);
              break;
            case "cancel": {
              const file = [...(job?.files.values() ?? [])][step.file];
              if (job && file) {
                touched.add(`f/${file.name}`);
                await tab.uploads.cancel(`${job.idHex}/${file.key}`);
              }
              break;
            }
            case "change":
              if (step.file < fileSizes.length) write(step.file, 100 + step.file);
              break;
            case "remove":
              world.disk.remove(`f/n${step.file}`);
              touched.add(`f/n${step.file}`);
          }
        }
        world.server.fate = () => "answered";
        world.workspace.fault = () => null;
        tab.gate.resume();
        for (let round = 0; round < 3; round++) {
          await finish(world);
          const job = tab.uploads.jobs[0];
          if (job?.state === "active") await tab.uploads.retry(job.idHex);
        }
        await finish(world);

        const files = world.workspace.files();
        const failed = new Set(
          tab.uploads.jobs.flatMap((job) => [...job.failed.values()].map(({ name }) => `f/${name}`)),
        );
        for (const [path, contents] of versions) {
          const manifest = files.get(path);
          if (manifest) {
            const content = await world.contentOf(manifest);
            expect(contents.some((version) => equal(version, content))).toBe(true);
          } else {
            expect(touched.has(path) || failed.has(path)).toBe(true);
          }
        }
        // No second copy under another name, not even of a commit whose answer a killed tab never heard, unless the
        // file became another in the meantime.
        const copies = [...files.keys()].filter((path) => !versions.has(path));
        expect(copies.filter((path) => versions.get(path.replace(" (2)", ""))?.length === 1)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

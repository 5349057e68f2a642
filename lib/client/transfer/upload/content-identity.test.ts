import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "#protocol/bytes/text.ts";
import { settle } from "../testing/manual-timer.ts";
import { createTransferWorld, testSuite, WORKSPACE } from "../testing/transfer-world.ts";
import { bytes, equal, finish, never, openUploads } from "../testing/upload-tab.ts";

const NAME = "report.db";
const BLOCK = 512 * 1024;
/** Read in 25 chunks. */
const LARGE = 3 * BLOCK + 1000;

type World = ReturnType<typeof createTransferWorld>;

async function committed(world: World): Promise<Uint8Array | undefined> {
  const manifest = world.workspace.files().get(NAME);
  return manifest && (await world.contentOf(manifest));
}

async function start(world: World, sizeBytes: number) {
  world.disk.write(NAME, bytes(sizeBytes, 1));
  const tab = openUploads(world);
  await tab.uploads.start(WORKSPACE, null, [world.disk.source(NAME)]);
  return tab;
}

/** The content changes while its size and date stay. */
describe("a file that became another one without looking like it", () => {
  it.each([
    ["of one block", 1000],
    ["of several blocks", LARGE],
  ])("is sent as it is now when it goes on after a killed tab, %s", async (_, sizeBytes) => {
    const world = createTransferWorld();
    // All is stored, and the tab dies before the commit.
    world.workspace.fault = () => ({ type: "ServerUnreachable" });
    const first = await start(world, sizeBytes);
    await finish(world, 3);
    expect(first.uploads.jobs[0]?.storedBytes).toBe(sizeBytes);
    first.close();

    world.disk.overwrite(NAME, bytes(sizeBytes, 2));
    world.workspace.fault = () => null;
    const second = openUploads(world);
    await second.uploads.adopt(new AbortController().signal);
    await finish(world);
    expect(equal((await committed(world)) ?? never(), bytes(sizeBytes, 2))).toBe(true);
    expect(second.uploads.jobs[0]?.state).toBe("done");
  });

  it.each([1, 3, 8, 9, 16, 24, 25, 26, 33, 49, 50])(
    "is one of both when it changes after chunk %i",
    async (at) => {
      const world = createTransferWorld();
      let reads = 0;
      world.disk.onRead = () => {
        if (++reads === at) world.disk.overwrite(NAME, bytes(LARGE, 2));
      };
      const { uploads } = await start(world, LARGE);
      await finish(world);
      const content = (await committed(world)) ?? never();
      expect([1, 2].some((seed) => equal(content, bytes(LARGE, seed)))).toBe(true);
      expect(uploads.jobs[0]?.state).toBe("done");
    },
  );

  it("sends again what changed, and nothing else", async () => {
    const world = createTransferWorld();
    const next = bytes(LARGE, 1);
    next[BLOCK + 5] = 77;
    let reads = 0;
    world.disk.onRead = () => {
      if (++reads === 25) world.disk.overwrite(NAME, next);
    };
    await start(world, LARGE);
    await finish(world);
    expect(equal((await committed(world)) ?? never(), next)).toBe(true);
    expect(world.server.receivedBytes).toBeLessThan(LARGE + BLOCK + 1000);
  });

  it.each([
    ["grew", LARGE + 1],
    ["was cut", LARGE - 1],
  ])("stays behind, or is as it became, when it %s under the same date", async (_, sizeBytes) => {
    const world = createTransferWorld();
    let reads = 0;
    world.disk.onRead = () => {
      if (++reads === 20) world.disk.overwrite(NAME, bytes(sizeBytes, 2));
    };
    const { uploads } = await start(world, LARGE);
    await finish(world);
    const content = await committed(world);
    if (content) expect(equal(content, bytes(sizeBytes, 2))).toBe(true);
    const errors = [...(uploads.jobs[0]?.failed.values() ?? [])].map(({ error }) => error);
    expect(errors).toEqual(content ? [] : [{ type: "SourceChanged" }]);
  });

  it("stays behind when it never comes to rest, and goes on once it does", async () => {
    const world = createTransferWorld();
    let reads = 0;
    world.disk.onRead = () => world.disk.overwrite(NAME, bytes(LARGE, ++reads % 200));
    const { uploads } = await start(world, LARGE);
    await finish(world);
    expect(await committed(world)).toBeUndefined();
    const job = uploads.jobs[0] ?? never();
    expect([...job.failed.values()].map(({ error }) => error)).toEqual([{ type: "SourceChanged" }]);

    world.disk.onRead = () => undefined;
    await uploads.retry(job.idHex);
    await finish(world);
    expect(equal((await committed(world)) ?? never(), world.disk.read(NAME) ?? never())).toBe(true);
  });

  it("can be cancelled while it is read again", async () => {
    const world = createTransferWorld();
    let reads = 0;
    let cancel: () => void = () => undefined;
    world.disk.onRead = () => {
      if (++reads === 30) cancel();
    };
    const { uploads } = await start(world, LARGE);
    cancel = () => {
      const job = uploads.jobs[0] ?? never();
      void uploads.cancel([job.idHex, ...job.files.keys()].join("/"));
    };
    await finish(world);
    expect(await committed(world)).toBeUndefined();
    expect(uploads.jobs[0]?.finished.map(({ state }) => state)).toEqual(["cancelled"]);
  });

  it("is never a mixture, whenever it changes and whenever a tab is killed", {
    timeout: 60_000,
  }, async () => {
    const sizes = fc.constantFrom(10, 100_000, BLOCK, BLOCK + 1, LARGE);
    const acts = fc.array(fc.constantFrom("change", "kill", "time", "lose", "answer"), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        acts,
        fc.array(fc.nat(60), { maxLength: 4 }),
        async (sizeBytes, steps, changesAt) => {
          const world = createTransferWorld();
          const history = new Set([hash(bytes(sizeBytes, 1))]);
          let seed = 1;
          const change = () => {
            const content = bytes(sizeBytes, ++seed);
            history.add(hash(content));
            world.disk.overwrite(NAME, content);
          };
          let reads = 0;
          world.disk.onRead = () => {
            if (changesAt.includes(reads++)) change();
          };
          let tab = await start(world, sizeBytes);
          for (const step of steps) {
            await settle(3);
            if (step === "change") change();
            else if (step === "time") world.timer.fireNext();
            else if (step === "lose") world.server.fate = () => "lostAfter";
            else if (step === "answer") world.server.fate = () => "answered";
            else {
              tab.close();
              tab = openUploads(world);
              await tab.uploads.adopt(new AbortController().signal);
            }
          }
          world.server.fate = () => "answered";
          await finish(world);
          const content = await committed(world);
          if (content) expect(history.has(hash(content))).toBe(true);
          else expect([...(tab.uploads.jobs[0]?.failed.values() ?? [])].length).toBe(1);
        },
      ),
      { numRuns: 80 },
    );
  });
});

function hash(content: Uint8Array): string {
  return toHex(testSuite.sha256(content));
}

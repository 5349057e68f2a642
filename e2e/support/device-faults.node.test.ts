import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineEvent } from "#client/engine.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import { ALICE, createTestDevice, losing, namesIn, PASSPHRASE, type TestDevice } from "./test-device.ts";
import { startTestProduct, type TestProduct } from "./test-product.ts";

let product: TestProduct;
beforeAll(async () => {
  product = await startTestProduct();
}, 30_000);
afterAll(() => product.end());

/** A device with one workspace, and a way to change how its first tab reaches the server. */
async function createAlice() {
  const device = await createTestDevice(product.deployment);
  const network = createNetwork();
  const { engine, events } = await device.openTab({ fetch: network.fetch });
  unwrap(await engine.createOrganization(ALICE, () => undefined));
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  return { device, engine, events, workspace, network };
}

function createNetwork() {
  let through: Fetch = fetch;
  return {
    fetch: ((url, init) => through(url, init)) satisfies Fetch,
    use: (next: Fetch) => {
      through = next;
    },
  };
}

const NO_NETWORK: Fetch = () => Promise.reject(new TypeError("offline"));

/** A copy of the profile, as a backup or a cloned machine has it. */
async function copyOf(device: TestDevice, saved = snapshotOf(device)): Promise<TestDevice> {
  const copy = await createTestDevice(product.deployment);
  for (const name of ["vault", "journal", "cache"] as const) copy.stores[name].restore(saved[name]);
  return copy;
}

function snapshotOf({ stores }: TestDevice) {
  return {
    vault: stores.vault.snapshot(),
    journal: stores.journal.snapshot(),
    cache: stores.cache.snapshot(),
  };
}

function noticesIn(events: readonly EngineEvent[]): string[] {
  return events.flatMap((event) => (event.type === "notice" ? [event.code] : []));
}

describe("a server that is honest but unlucky", () => {
  it("loses one answer: the same bytes bring the same receipt", async () => {
    const { device, engine, workspace, network } = await createAlice();
    network.use(losing("/v1/append", "after"));
    expect(unwrap(await engine.createFolder(workspace, null, "a")).state).toBe("recorded");
    network.use(losing("/v1/append", "before"));
    expect(unwrap(await engine.createFolder(workspace, null, "b")).state).toBe("recorded");
    expect(await namesIn(engine, workspace)).toEqual(["a", "b"]);
    expect(device.faults).toEqual([]);
    await engine.lock();
  }, 30_000);

  it.each(["before", "after"] as const)(
    "crashes %s the commit: the edit is there once",
    async (when) => {
      const { device, engine, workspace, network } = await createAlice();
      network.use(losing("/v1/append", when, Number.POSITIVE_INFINITY));
      expect(unwrap(await engine.createFolder(workspace, null, "a")).state).toBe("local");
      expect(await namesIn(engine, workspace)).toEqual(["a"]);
      await engine.lock();

      const { engine: later } = await device.openTab();
      unwrap(await later.unlock(PASSPHRASE));
      unwrap(await later.createFolder(workspace, null, "b"));
      const listing = unwrap(await later.folder(workspace, null));
      expect(listing.entries.map(({ name, state }) => [name, state])).toEqual([
        ["a", "recorded"],
        ["b", "recorded"],
      ]);
      expect(device.faults).toEqual([]);
      await later.lock();
    },
    30_000,
  );

  it("gets everything twice", async () => {
    const { device, engine, workspace, network } = await createAlice();
    network.use(async (url, init) => {
      await (await fetch(url, init)).arrayBuffer();
      return fetch(url, init);
    });
    for (const name of ["a", "b", "c"]) unwrap(await engine.createFolder(workspace, null, name));
    network.use(fetch);
    expect(await namesIn(engine, workspace)).toEqual(["a", "b", "c"]);
    expect(device.faults).toEqual([]);
    await engine.lock();
  }, 30_000);

  it("is away: edits wait and are seen, then go out in order", async () => {
    const { device, engine, events, workspace, network } = await createAlice();
    network.use(NO_NETWORK);
    const folder = unwrap(await engine.createFolder(workspace, null, "a"));
    expect(folder.state).toBe("local");
    unwrap(await engine.rename(workspace, folder.id, null, "renamed"));
    unwrap(await engine.createFolder(workspace, folder.id, "inner"));
    expect((await engine.device()).isOnline).toBe(false);
    expect(await namesIn(engine, workspace)).toEqual(["renamed"]);
    const hasUnsentEdits = async () =>
      unwrap(await engine.workspaces()).map((summary) => summary.hasUnsentEdits);
    expect(await hasUnsentEdits()).toEqual([true]);
    network.use(fetch);
    unwrap(await engine.createFolder(workspace, null, "z"));
    expect(await hasUnsentEdits()).toEqual([false]);
    const listing = unwrap(await engine.folder(workspace, null));
    expect(listing.entries.map(({ name, state }) => [name, state])).toEqual([
      ["renamed", "recorded"],
      ["z", "recorded"],
    ]);
    expect(noticesIn(events)).toEqual(expect.arrayContaining(["serverUnreachable", "serverBack"]));
    expect(device.faults).toEqual([]);
    await engine.lock();
  }, 60_000);

  it("seals epochs while nobody works: a record that names an old seal is made anew", async () => {
    const { device, engine, workspace } = await createAlice();
    for (let epoch = 0; epoch < 5; epoch++) {
      unwrap(await engine.createFolder(workspace, null, `epoch ${epoch}`));
      await product.sealNow();
    }
    expect(await namesIn(engine, workspace)).toHaveLength(5);
    expect(device.faults).toEqual([]);
    await engine.lock();
  }, 60_000);
});

describe("a tab that is closed while an organization is created", () => {
  it.each([
    ["/v1/create-organization", "before"],
    ["/v1/create-organization", "after"],
    ["/v1/create-workspace", "before"],
    ["/v1/create-workspace", "after"],
    ["/v1/append", "after"],
  ] as const)(
    "at %s, %s it got there: the next unlock finishes",
    async (path, when) => {
      const device = await createTestDevice(product.deployment);
      let crashed: ReturnType<typeof snapshotOf> | undefined;
      const { engine } = await device.openTab({
        fetch: async (url, init) => {
          if (!url.endsWith(path) || crashed) return fetch(url, init);
          if (when === "before") crashed = snapshotOf(device);
          const response = await fetch(url, init);
          crashed ??= snapshotOf(device);
          return response;
        },
      });
      unwrap(await engine.createOrganization(ALICE, () => undefined));
      await engine.lock();

      const copy = await copyOf(device, crashed);
      const { engine: later } = await copy.openTab();
      expect((await later.device()).phase).toBe("locked");
      unwrap(await later.unlock(PASSPHRASE));
      const { id } = unwrap(await later.createWorkspace("Cases"));
      unwrap(await later.createFolder(id, null, "a"));
      expect(unwrap(await later.workspaces()).map(({ name }) => name)).toEqual(["Cases"]);
      expect(copy.faults).toEqual([]);
      await later.lock();
    },
    30_000,
  );
});

describe("a profile that exists twice", () => {
  it("was restored from a backup: it goes on, and knows that it missed something", async () => {
    const { device, engine, workspace } = await createAlice();
    unwrap(await engine.createFolder(workspace, null, "before"));
    const saved = snapshotOf(device);
    unwrap(await engine.createFolder(workspace, null, "lost from the journal"));
    await engine.lock();

    const restored = await copyOf(device, saved);
    const { engine: later } = await restored.openTab();
    unwrap(await later.unlock(PASSPHRASE));
    unwrap(await later.createFolder(workspace, null, "after"));
    expect(await namesIn(later, workspace)).toEqual(["after", "before", "lost from the journal"]);
    expect(restored.faults).toEqual([]);
    await later.lock();
  }, 30_000);

  it("edits on both sides: a queue meets a conflict and both are kept", async () => {
    const { device, engine, workspace } = await createAlice();
    unwrap(await engine.createFolder(workspace, null, "common"));
    const copy = await copyOf(device);
    const network = createNetwork();
    const { engine: other, events } = await copy.openTab({ fetch: network.fetch });
    unwrap(await other.unlock(PASSPHRASE));
    const [common] = unwrap(await other.folder(workspace, null)).entries;

    network.use(NO_NETWORK);
    unwrap(await other.createFolder(workspace, null, "x"));
    unwrap(await other.rename(workspace, common?.id ?? "", null, "renamed there"));
    unwrap(await engine.createFolder(workspace, null, "x"));
    unwrap(await engine.createFolder(workspace, null, "y"));
    network.use(fetch);
    unwrap(await other.createFolder(workspace, null, "z"));

    const names = ["renamed there", "x", "x (2)", "y", "z"];
    expect(await namesIn(other, workspace)).toEqual(names);
    expect(await namesIn(engine, workspace)).toEqual(names);
    expect(noticesIn(events)).toContain("renamedOnClash");
    expect([...device.faults, ...copy.faults]).toEqual([]);
    await Promise.all([engine.lock(), other.lock()]);
  }, 60_000);

  it("runs in two tabs that write at the same time", async () => {
    const { device, engine, workspace } = await createAlice();
    const { engine: second } = await device.openTab();
    unwrap(await second.unlock(PASSPHRASE));
    const names = Array.from({ length: 12 }, (_, index) => `folder ${String(index).padStart(2, "0")}`);
    await Promise.all(
      names.map(async (name, index) =>
        unwrap(await (index % 2 === 0 ? engine : second).createFolder(workspace, null, name)),
      ),
    );
    expect(await namesIn(engine, workspace)).toEqual(names);
    expect(await namesIn(second, workspace)).toEqual(names);
    expect(device.faults).toEqual([]);
    await engine.lock();
    expect((await second.device()).phase).toBe("locked");
  }, 30_000);
});

describe("a server that lies", () => {
  it("changes a receipt: the answer is refused, writes pause, reading goes on", async () => {
    const { device, engine, events, workspace, network } = await createAlice();
    network.use(async (url, init) => {
      const response = await fetch(url, init);
      if (!url.endsWith("/v1/append")) return response;
      const reply = unwrap(append.parseReply(new Uint8Array(await response.arrayBuffer())));
      if (reply.kind !== "appended") throw new Error("not appended");
      const { receipt } = reply.body;
      const stamp = receipt.stamp.map((byte, index) =>
        index === receipt.stamp.length - 1 ? byte ^ 1 : byte,
      );
      const changed = append.encodeReply({
        ...reply,
        body: { ...reply.body, receipt: { ...receipt, stamp } },
      });
      return new Response(new Uint8Array(changed));
    });
    const created = await engine.createFolder(workspace, null, "a");
    expect(created).toMatchObject({ ok: false, error: { type: "ServerAnswerInvalid", check: "I1" } });
    network.use(fetch);
    expect(device.faults).toHaveLength(1);
    expect(await engine.createFolder(workspace, null, "b")).toEqual({
      ok: false,
      error: { type: "WritesPaused", workspace },
    });
    expect(unwrap(await engine.workspaces())).toMatchObject([{ isWritePaused: true, state: "suspect" }]);
    expect((await engine.folder(workspace, null)).ok).toBe(true);
    expect(noticesIn(events)).toContain("writesPaused");
    await engine.lock();
  }, 30_000);

  it("answers with garbage: every operation ends with an error and nothing breaks", async () => {
    const { device, engine, workspace, network } = await createAlice();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(200, 400, 500),
        async (body, status) => {
          network.use(async () => new Response(new Uint8Array(body), { status }));
          const created = await engine.createWorkspace("Lab");
          expect(created.ok).toBe(false);
          expect((await engine.folder(workspace, null)).ok).toBe(status === 500);
        },
      ),
      { numRuns: 20 },
    );
    network.use(fetch);
    unwrap(await engine.createFolder(workspace, null, "after the garbage"));
    expect(device.faults).toEqual([]);
    await engine.lock();
  }, 60_000);
});

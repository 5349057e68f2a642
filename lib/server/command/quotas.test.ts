import { describe, expect, it, onTestFinished } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { blockIdOf } from "#protocol/log/identifiers.ts";
import { getBlocks, putBlocks } from "#protocol/wire/blocks.ts";
import { NO_QUOTAS } from "../config.ts";
import type { BlockQuotas } from "../ports.ts";
import { createHttpDoor } from "../testing/http-door.ts";
import { createTestFolder } from "../testing/test-folder.ts";
import { startTestServer } from "../testing/test-server.ts";
import { createWorld } from "../testing/world.ts";

/** Quotas as a caller meets them: over HTTP, from two devices and two organizations, across restarts. */

const suite = await createProductSuite();
const deployment = suite.sha256(Uint8Array.of(1));
const QUOTA = 100_000;

function block(sizeBytes: number, fill: number): Bytes {
  return new Uint8Array(sizeBytes).fill(fill);
}

const refused = (reason: "organizationQuotaExceeded" | "deviceQuotaExceeded") => ({
  kind: "refused",
  body: { reason },
});

async function openServer(quotas: Partial<BlockQuotas>) {
  const folder = createTestFolder();
  const start = (given: Partial<BlockQuotas>) =>
    startTestServer({ suite, folder, deployment, config: { quotas: { ...NO_QUOTAS, ...given } } });
  let test = await start(quotas);
  await test.server.ready;
  onTestFinished(() => test.close());
  const createCallers = async (name: string) => {
    const tokens: Bytes[] = [];
    const world = await createWorld({
      ...{ suite, deployment, name },
      door: createHttpDoor(test.client, null, () => tokens[0]),
      instanceKeys: [test.parts().signer.verifyKey],
    });
    return [world.alice, world.bob].map((person) => {
      const open = () => test.client.openSession(suite, deployment, world.organization, person);
      let token: Promise<Bytes> | undefined;
      return {
        put: async (...blocks: Bytes[]) => {
          token ??= open();
          return test.client.call(putBlocks, { blocks }, { token: await token });
        },
        get: async (...ids: Bytes[]) => {
          token ??= open();
          return test.client.call(getBlocks, { ids }, { token: await token });
        },
        forget: () => (token = undefined),
      };
    });
  };
  return {
    createCallers,
    errors: () => test.errors,
    restart: async (given: Partial<BlockQuotas>) => {
      await test.close();
      test = await start(given);
      await test.server.ready;
    },
    client: () => test.client,
  };
}

describe("a quota", () => {
  it("of an organization is said without a signature, stores nothing and leaves what is there", async () => {
    const server = await openServer({ organizationBytes: QUOTA });
    const [alice, bob] = await server.createCallers("acme");
    if (!alice || !bob) throw new Error("unreachable");
    const kept = block(QUOTA - 10, 1);
    expect((await alice.put(kept)).kind).toBe("stored");
    const beyond = [block(5, 2), block(6, 3)];
    for (const caller of [alice, bob])
      expect(await caller.put(...beyond)).toEqual(refused("organizationQuotaExceeded"));
    const ids = [kept, ...beyond].map((bytes) => blockIdOf(suite, bytes));
    expect(await bob.get(...ids)).toEqual({ kind: "blocks", body: { blocks: [kept, null, null] } });
    expect((await bob.put(kept, block(5, 2), block(5, 3))).kind).toBe("stored");
    expect(await alice.put(block(1, 4))).toEqual(refused("organizationQuotaExceeded"));
    // Another organization has a room of its own, and pays for what this one has.
    const [mallory] = await server.createCallers("rival");
    expect((await mallory?.put(kept, block(10, 9)))?.kind).toBe("stored");
    expect(await mallory?.put(block(1, 4))).toEqual(refused("organizationQuotaExceeded"));
    expect(server.errors()).toEqual([]);
  });

  it("of a device holds that device only, until it is raised", async () => {
    const server = await openServer({ deviceBytes: QUOTA });
    const [alice, bob] = await server.createCallers("acme");
    if (!alice || !bob) throw new Error("unreachable");
    expect((await alice.put(block(QUOTA, 1))).kind).toBe("stored");
    expect(await alice.put(block(1, 2))).toEqual(refused("deviceQuotaExceeded"));
    expect((await bob.put(block(QUOTA, 3))).kind).toBe("stored");
    await server.restart({ deviceBytes: QUOTA });
    for (const caller of [alice, bob]) {
      caller.forget();
      expect(await caller.put(block(1, 2))).toEqual(refused("deviceQuotaExceeded"));
      expect((await caller.put(block(QUOTA, 1))).kind).toBe("stored");
    }
    await server.restart({ deviceBytes: QUOTA + 1 });
    alice.forget();
    expect((await alice.put(block(1, 2))).kind).toBe("stored");
    expect(await alice.put(block(1, 4))).toEqual(refused("deviceQuotaExceeded"));
  });

  it("is not passed by many requests at once", async () => {
    const server = await openServer({ organizationBytes: QUOTA });
    const [alice, bob] = await server.createCallers("acme");
    if (!alice || !bob) throw new Error("unreachable");
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? alice : bob).put(block(QUOTA / 10, index))),
    );
    expect(answers.filter((answer) => answer.kind === "stored")).toHaveLength(10);
    expect(answers.filter((answer) => answer.kind === "refused")).toHaveLength(30);
  });

  it("is asked for by nobody without a session", async () => {
    const server = await openServer({ organizationBytes: 1 });
    for (const size of [1, 2, 1000])
      expect(await server.client().call(putBlocks, { blocks: [block(size, 1)] })).toMatchObject({
        kind: "failed",
        body: { reason: "noSession" },
      });
  });
});

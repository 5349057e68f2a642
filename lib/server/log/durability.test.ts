import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import { replayLog } from "../testing/replay-log.ts";
import { sealEpoch } from "../testing/seal.ts";
import {
  startTestEngine,
  type TestEngine,
  type TestEngineInput,
  withFolder,
} from "../testing/test-engine.ts";
import { createWorld, type Door } from "../testing/world.ts";
import { RecoveryNeeded } from "./writer.ts";

let suite: CryptoSuite;
let deployment: Bytes;

beforeAll(async () => {
  suite = await createProductSuite();
  deployment = suite.sha256(Uint8Array.of(1));
});

/** A server that can be stopped and started under the same world. */
async function createRestartable(folder: string, input: Partial<TestEngineInput> = {}) {
  let server: TestEngine = await startTestEngine({ suite, folder, ...input });
  const door: Door = {
    append: (submission) => server.engine.append(submission),
    createOrganization: (wanted) => server.engine.createOrganization(wanted),
    createWorkspace: (wanted) => server.engine.createWorkspace(wanted),
  };
  const world = await createWorld({ suite, door, instanceKeys: [server.signer.verifyKey], deployment });
  return {
    world,
    server: () => server,
    start: async (changed: Partial<TestEngineInput> = {}) => {
      server = await startTestEngine({ suite, folder, ...input, ...changed });
    },
  };
}

describe("a database that fails", () => {
  it("before the commit loses nothing and keeps nothing", () =>
    withFolder(async (folder) => {
      let isBroken = false;
      const { world, server } = await createRestartable(folder, {
        decorateStore: (store): Store => ({
          ...store,
          commit: async (batch) => {
            if (isBroken) throw new StoreError("gone");
            await store.commit(batch);
          },
        }),
      });
      const place = await world.createWorkspace(world.alice);
      const { content, contents } = world.writeContent({ manifest: world.manifest("m"), text: "text" });
      const draft = world.alice.draft(place, content);
      const size = (await server().engine.reader.log(place.log))?.tail.size;
      isBroken = true;
      await expect(world.send(draft, { contents })).rejects.toThrow(StoreError);
      await expect(world.createWorkspace(world.alice)).rejects.toThrow(StoreError);
      expect((await server().engine.reader.log(place.log))?.tail.size).toBe(size);
      isBroken = false;
      const answer = await world.send(draft, { contents });
      if (answer.type !== "appended") throw new Error(answer.type);
      world.alice.accept(place.log, draft, answer.receipt);
      const organization = await replayLog(world, server(), world.organization, null);
      await replayLog(world, server(), place.log, organization);
      await server().stop();
    }));

  it("after the commit, without saying so, is answered from what it kept", () =>
    withFolder(async (folder) => {
      let isMute = false;
      const { world, server } = await createRestartable(folder, {
        decorateStore: (store): Store => ({
          ...store,
          commit: async (batch) => {
            await store.commit(batch);
            if (isMute) throw new StoreError("connection lost");
          },
        }),
      });
      const place = await world.createWorkspace(world.alice);
      const { content, contents } = world.writeContent({ manifest: world.manifest("m"), text: "text" });
      const draft = world.alice.draft(place, content);
      isMute = true;
      await expect(world.send(draft, { contents })).rejects.toThrow(StoreError);
      isMute = false;
      const size = (await server().store.log(place.log))?.tail.size;
      const answer = await world.send(draft);
      if (answer.type !== "appended") throw new Error(answer.type);
      const { stamp } = world.alice.accept(place.log, draft, answer.receipt);
      expect(stamp.index).toBe((size ?? 0) - 1);
      expect((await server().engine.reader.log(place.log))?.tail.size).toBe(size);
      await world.write(world.alice, place, { manifest: world.manifest("n"), text: "next" });
      await server().stop();
    }));
});

describe("the instance's memory", () => {
  it("keeps the key over restarts", () =>
    withFolder(async (folder) => {
      const { world, server, start } = await createRestartable(folder);
      const { verifyKey } = server().signer;
      const place = await world.createWorkspace(world.alice);
      await server().stop();
      await start();
      expect(server().memory.isNewKey).toBe(false);
      expect(server().signer.verifyKey).toEqual(verifyKey);
      await world.write(world.alice, place, { manifest: world.manifest("m"), text: "after the restart" });
      await server().stop();
    }));

  it("that is gone or older than the database means a new key", () =>
    withFolder(async (folder) => {
      const { world, server, start } = await createRestartable(folder);
      const { verifyKey } = server().signer;
      const file = join(folder, "instance");
      await copyFile(file, `${file}.old`);
      const place = await world.createWorkspace(world.alice);
      await world.write(world.alice, place, { manifest: world.manifest("m"), text: "since then" });
      await server().stop();
      await copyFile(`${file}.old`, file);
      await start();
      expect(server().memory.isNewKey).toBe(true);
      const second = server().signer.verifyKey;
      expect(second).not.toEqual(verifyKey);
      await server().stop();
      await rm(file);
      await start();
      expect(server().memory.isNewKey).toBe(true);
      expect(server().signer.verifyKey).not.toEqual(second);
      await server().stop();
    }));

  it("that is newer than the database stops everything that signs", () =>
    withFolder(async (folder) => {
      const { world, server, start } = await createRestartable(folder);
      const place = await world.createWorkspace(world.alice);
      await server().stop();
      const backup = join(folder, "backup");
      await mkdir(backup);
      for (const name of (await readdir(folder)).filter((file) => file !== "backup")) {
        await copyFile(join(folder, name), join(backup, name));
      }
      await start();
      await world.write(world.alice, place, { manifest: world.manifest("m"), text: "not in the backup" });
      await server().stop();
      await copyFile(join(folder, "instance"), join(backup, "instance"));
      await start({ folder: backup });
      const write = world.write(world.alice, place, { manifest: world.manifest("n"), text: "fork" });
      await expect(write).rejects.toThrow(RecoveryNeeded);
      await expect(server().engine.reader.head(place.log, 0)).rejects.toThrow(RecoveryNeeded);
      expect(await server().engine.reader.leaves(place.log, 0, 1, 1000)).toHaveLength(1);
      await server().stop();
    }));

  it("notices a log that was rewritten underneath it", () =>
    withFolder(async (folder) => {
      const { world, server, start } = await createRestartable(folder);
      const place = await world.createWorkspace(world.alice);
      const other = await world.createWorkspace(world.bob);
      await server().stop();
      // The other workspace's leaves and root under this one's name: consistent in itself, but not what was signed.
      await start({
        decorateStore: (store) => ({
          ...store,
          log: async (id) => {
            const row = await store.log(id);
            const foreign =
              row && id.every((byte, at) => byte === place.log[at]) ? await store.log(other.log) : undefined;
            return row && foreign ? { ...row, tail: foreign.tail } : row;
          },
          leafHashes: (id, from, to) =>
            store.leafHashes(id.every((byte, at) => byte === place.log[at]) ? other.log : id, from, to),
        }),
      });
      await expect(
        world.write(world.alice, place, { manifest: world.manifest("m"), text: "text" }),
      ).rejects.toThrow(RecoveryNeeded);
      expect(server().memory.needsRecovery()).toBe(true);
      const { epochLogs } = server().engine;
      await expect(sealEpoch(world, epochLogs, deployment)).rejects.toThrow();
      await server().stop();
    }));
});

describe("many callers at once", () => {
  it("share transactions, and each gets a valid receipt", () =>
    withFolder(async (folder) => {
      const groups: number[] = [];
      const { world, server } = await createRestartable(folder, {
        onStep: (step, jobs) => {
          if (step === "decided") groups.push(jobs);
        },
      });
      const places = [];
      for (let i = 0; i < 20; i++) places.push(await world.createWorkspace(world.alice));
      groups.length = 0;
      const writes = places.map((place, i) =>
        world.write(world.alice, place, { manifest: world.manifest(`m${i}`), text: `text ${i}` }),
      );
      const appended = await Promise.all(writes);
      expect(appended.every(({ verified }) => verified.stamp.outcome === "applied")).toBe(true);
      expect(groups.length).toBeLessThan(10);
      expect(groups.reduce((sum, jobs) => sum + jobs, 0)).toBe(20);
      await server().stop();
    }));

  it("of one log see each other's records", () =>
    withFolder(async (folder) => {
      const { world, server } = await createRestartable(folder);
      const place = await world.createWorkspace(world.alice);
      await world.setRole(world.alice, place, world.bob, "contributor");
      const manifest = world.manifest("contended");
      const drafts = [world.alice, world.bob].map((person) => {
        const { content, contents } = world.writeContent({ manifest, text: `by ${person.name}` });
        return { person, contents, draft: person.draft(place, content) };
      });
      const outcomes = await Promise.all(
        [...drafts, ...drafts].map(async ({ person, contents, draft }) => {
          const answer = await world.send(draft, { contents });
          if (answer.type !== "appended") throw new Error(answer.type);
          const { stamp } = person.verify(place.log, draft, answer.receipt);
          return [stamp.index, stamp.outcome];
        }),
      );
      expect(outcomes[0]?.[1]).toBe("applied");
      expect(outcomes[1]?.[1]).toBe("conflict");
      expect(outcomes.slice(2)).toEqual(outcomes.slice(0, 2));
      await server().stop();
    }));

  it("are served from a cache that holds less than they use", () =>
    withFolder(async (folder) => {
      const { world, server } = await createRestartable(folder, { maxCachedWeight: 1 });
      const places = [];
      for (let i = 0; i < 4; i++) places.push(await world.createWorkspace(world.alice));
      for (let round = 0; round < 3; round++) {
        for (const [i, place] of places.entries()) {
          await world.write(world.alice, place, { manifest: world.manifest(`${round}/${i}`), text: "t" });
        }
      }
      await sealEpoch(world, server().engine.epochLogs, deployment);
      unwrap(await server().engine.epochLogs.signEpochRecord(0));
      const organization = await replayLog(world, server(), world.organization, null);
      for (const place of places) await replayLog(world, server(), place.log, organization);
      await server().stop();
    }));
});

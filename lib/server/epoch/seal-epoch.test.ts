import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { createEpochTrees } from "./epoch-trees.ts";
import { SEAL_STEPS, type SealStep, sealEpoch } from "./seal-epoch.ts";
import { checkSeals } from "./testing/check-seals.ts";
import { openSealWorld, type SealWorld } from "./testing/seal-world.ts";

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-seal-"));
  folders.push(folder);
  return folder;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function withWorld<T>(folder: string, act: (world: SealWorld) => Promise<T>): Promise<T> {
  const world = await openSealWorld(folder);
  try {
    return await act(world);
  } finally {
    await world.close();
  }
}

describe("sealEpoch", () => {
  it("anchors one record an epoch, of all logs, whether or not they grew", async () => {
    await withWorld(newFolder(), async (world) => {
      expect(await sealEpoch(world.context)).toMatchObject({ type: "anchored", epoch: 0 });
      const alice = await world.createAuthor();
      const bob = await world.createAuthor();
      await sealEpoch(world.context);
      await alice.writeToWorkspace();
      await sealEpoch(world.context);
      await alice.writeToOrganization();
      await bob.writeToWorkspace();
      await sealEpoch(world.context);
      expect(await sealEpoch(world.context)).toMatchObject({ type: "anchored", epoch: 4 });
      const logs = [alice.organization, alice.workspace, bob.organization, bob.workspace];
      expect(await checkSeals(world, logs)).toBe(5);
    });
  });

  it("posts only what it has stored, and signs only a stored record", async () => {
    await withWorld(newFolder(), async (world) => {
      const { logs, publish } = world.context;
      const stored = async () => logs.epochRecord(0);
      const outcome = await sealEpoch({
        ...world.context,
        logs: {
          ...logs,
          signEpochRecord: async (epoch) => {
            expect(await stored()).toMatchObject({ transaction: null });
            return logs.signEpochRecord(epoch);
          },
        },
        publish: async (transaction) => {
          expect(await stored()).toMatchObject({ transaction, anchoredHeight: null });
          return publish(transaction);
        },
      });
      expect(outcome.type).toBe("anchored");
    });
  });

  it.each(SEAL_STEPS)("goes on with the same bytes after it stopped once %s", async (lastStep) => {
    const folder = newFolder();
    const logs: Uint8Array[] = [];
    await withWorld(folder, async (world) => {
      const alice = await world.createAuthor();
      logs.push(alice.organization, alice.workspace);
      await sealEpoch(world.context);
      await alice.writeToWorkspace();
      const stopped = sealEpoch({
        ...world.context,
        onStep: (step) => {
          if (step === lastStep) throw new Error("stopped here");
        },
      });
      await expect(stopped).rejects.toThrow("stopped here");
      // Appends during the half-done close: the log gets its EPOCH leaf first.
      await alice.writeToWorkspace();
      await alice.writeToOrganization();
    });
    await withWorld(folder, async (world) => {
      const before = await world.engine.epochLogs.epochRecord(1);
      const isDone = (step: SealStep) => SEAL_STEPS.indexOf(lastStep) >= SEAL_STEPS.indexOf(step);
      expect(before !== undefined).toBe(isDone("recordStored"));
      expect((before?.transaction ?? null) !== null).toBe(isDone("transactionStored"));
      await sealEpoch(world.context);
      const after = await world.engine.epochLogs.epochRecord(1);
      if (before) expect(after?.record).toEqual(before.record);
      if (before?.transaction) expect(after?.transaction).toEqual(before.transaction);
      await sealEpoch(world.context);
      expect(await checkSeals(world, logs)).toBe(lastStep === "anchored" ? 4 : 3);
    });
  });

  it("leaves the epoch number where it is while the ledger is away, and goes on working", async () => {
    await withWorld(newFolder(), async (world) => {
      const alice = await world.createAuthor();
      const away = { ...world.context, publish: () => Promise.reject(new Error("away")) };
      expect(await sealEpoch(away)).toEqual({ type: "ledgerUnavailable", epoch: 0, reason: "away" });
      for (let n = 0; n < 3; n++) {
        await alice.writeToWorkspace();
        expect(await sealEpoch(away)).toMatchObject({ type: "ledgerUnavailable", epoch: 0 });
        expect(world.engine.epochLogs.openEpoch()).toBe(1);
      }
      expect(await sealEpoch(world.context)).toMatchObject({ type: "anchored", epoch: 0 });
      expect(await sealEpoch(world.context)).toMatchObject({ type: "anchored", epoch: 1 });
      expect(await checkSeals(world, [alice.organization, alice.workspace])).toBe(2);
      const unknown = { ...world.context, ledgerPosition: () => Promise.reject(new Error("away")) };
      expect(await sealEpoch(unknown)).toMatchObject({ type: "ledgerUnavailable", epoch: 2 });
      expect(world.engine.epochLogs.openEpoch()).toBe(2);
    });
  });

  it("answers on the ledger for every head that was signed", async () => {
    await withWorld(newFolder(), async (world) => {
      const alice = await world.createAuthor();
      const bob = await world.createAuthor();
      await sealEpoch(world.context);
      await alice.writeToWorkspace();
      const noteOf = async (log: Uint8Array) =>
        (await world.engine.reader.head(log, 0))?.note ?? new Uint8Array(0);
      // One head is beyond its log's newest checkpoint, the other belongs to a log that will not grow again.
      for (const log of [alice.workspace, bob.organization]) {
        expect((await world.challenge(await noteOf(log))).type).toBe("included");
      }
      expect(await world.openChallenges()).toBe(2);
      expect(await sealEpoch(world.context)).toMatchObject({ type: "anchored", epoch: 1 });
      expect(await world.openChallenges()).toBe(0);
      for (let epoch = 2; epoch < 5; epoch++) {
        expect(await sealEpoch(world.context)).toMatchObject({ type: "anchored", epoch });
      }
    });
  });

  it("cannot answer for a head of another history, and the ledger stops it", async () => {
    await withWorld(newFolder(), async (world) => {
      const alice = await world.createAuthor();
      await sealEpoch(world.context);
      const forged = { log: alice.workspace, size: 1, root: new Uint8Array(32).fill(1) };
      expect((await world.challenge(world.signNote(forged))).type).toBe("included");
      expect((await sealEpoch(world.context)).type).toBe("anchored");
      expect((await sealEpoch(world.context)).type).toBe("anchored");
      const stopped = { type: "ledgerRefused", epoch: 3, reason: "ChallengeUnanswered" };
      expect(await sealEpoch(world.context)).toEqual(stopped);
      expect(await sealEpoch(world.context)).toEqual(stopped);
    });
  });

  it("reports what the ledger refuses, and never makes a second record", async () => {
    await withWorld(newFolder(), async (world) => {
      const foreign = { ...world.context, deployment: new Uint8Array(32).fill(9) };
      const refused = { type: "ledgerRefused", epoch: 0, reason: "DeploymentUnknown" };
      expect(await sealEpoch(foreign)).toEqual(refused);
      expect(await sealEpoch(world.context)).toEqual(refused);
      expect(await world.anchoredRecords()).toEqual([]);
    });
  });

  it("does not sign over a database that was changed underneath", async () => {
    const folder = newFolder();
    const logs = await withWorld(folder, async (world) => {
      const alice = await world.createAuthor();
      await sealEpoch(world.context);
      return [alice.organization, alice.workspace];
    });
    await withWorld(folder, async (world) => {
      const { logs: epochLogs } = world.context;
      const lying = {
        ...epochLogs,
        slots: async (epoch: number) =>
          (await epochLogs.slots(epoch)).map((slot) =>
            equalBytes(slot.log, logs[0] ?? slot.log) ? { ...slot, size: slot.size - 1 } : slot,
          ),
      };
      const context = { ...world.context, logs: lying, trees: createEpochTrees(world.suite, lying) };
      await expect(sealEpoch(context)).rejects.toThrow("not those of epoch 0's record");
      expect(await world.anchoredRecords()).toHaveLength(1);
    });
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { SealContext } from "./seal-epoch.ts";
import { createSealer, type SealerOptions } from "./sealer.ts";
import { openSealWorld } from "./testing/seal-world.ts";

const EPOCH_MS = 1000;
const IDLE_MS = 10_000;

/** A sealer on real logs and a real ledger, with a clock and timers that move only when told. */
async function createWorld(change: (context: SealContext) => SealContext = (context) => context) {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-sealer-"));
  const world = await openSealWorld(folder);
  onTestFinished(async () => {
    await world.close();
    rmSync(folder, { recursive: true });
  });
  const time = { nowMs: 0, timer: undefined as { at: number; run: () => void } | undefined };
  const outcomes: string[] = [];
  let tell = (): void => undefined;
  const schedule: SealerOptions["schedule"] = (callback, delayMs) => {
    time.timer = { at: time.nowMs + delayMs, run: callback };
    tell();
    return () => (time.timer = undefined);
  };
  const sealer = createSealer({
    ...change(world.context),
    epochLengthMs: EPOCH_MS,
    idleEpochLengthMs: IDLE_MS,
    clock: () => time.nowMs,
    schedule,
    onOutcome: (outcome) => outcomes.push(outcome.type),
  });
  /** Lets the next timer fire and waits until the one after it is set; answers how long that one waits. */
  const fire = async (): Promise<number> => {
    const planned = new Promise<void>((resolve) => (tell = resolve));
    const { timer } = time;
    if (timer) {
      time.nowMs = timer.at;
      timer.run();
    } else {
      sealer.start();
    }
    await planned;
    return (time.timer?.at ?? Number.NaN) - time.nowMs;
  };
  return { world, sealer, time, outcomes, fire };
}

it("seals on start, then an epoch length after an operation, and seldom when idle", async () => {
  const { world, time, outcomes, fire } = await createWorld();
  await fire();
  expect(outcomes).toEqual(["anchored"]);
  const alice = await world.createAuthor();
  await fire();
  expect([time.nowMs, outcomes.length]).toEqual([EPOCH_MS, 2]);
  while (outcomes.length === 2) await fire();
  expect(time.nowMs).toBe(EPOCH_MS + IDLE_MS);
  await fire();
  await alice.writeToWorkspace();
  await fire();
  expect([time.nowMs, outcomes.length]).toEqual([3 * EPOCH_MS + IDLE_MS, 4]);
});

it("tries again soon, then less and less often, until the ledger is back", async () => {
  let isAway = true;
  const { world, outcomes, fire } = await createWorld((context) => ({
    ...context,
    publish: (transaction) => (isAway ? Promise.reject(new Error("away")) : context.publish(transaction)),
  }));
  const waits = [await fire(), await fire(), await fire(), await fire()];
  expect(waits).toEqual([250, 500, 1000, EPOCH_MS]);
  isAway = false;
  await fire();
  expect(outcomes).toEqual([...Array.from({ length: 4 }, () => "ledgerUnavailable"), "anchored"]);
  expect(await world.anchoredRecords()).toHaveLength(1);
});

it("reports a step that failed, and goes on", async () => {
  let isBroken = true;
  const { outcomes, fire } = await createWorld((context) => ({
    ...context,
    logs: {
      ...context.logs,
      closeLogs: (epoch) =>
        isBroken ? Promise.reject(new Error("no database")) : context.logs.closeLogs(epoch),
    },
  }));
  await fire();
  isBroken = false;
  await fire();
  expect(outcomes).toEqual(["failed", "anchored"]);
});

it("runs one seal at a time, and none after it was stopped", async () => {
  const { world, sealer, time, outcomes, fire } = await createWorld();
  await fire();
  const [a, b] = [sealer.sealNow(), sealer.sealNow()];
  expect(await a).toEqual(await b);
  const last = sealer.sealNow();
  await sealer.stop();
  expect(await last).toMatchObject({ type: "anchored", epoch: 2 });
  expect(time.timer).toBeUndefined();
  expect(outcomes).toHaveLength(3);
  expect(await world.anchoredRecords()).toHaveLength(3);
});

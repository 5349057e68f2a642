import { describe, expect, it } from "vitest";
import type { TrustState } from "#client/engine.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { unwrap } from "#protocol/result.ts";
import { encodeFailure } from "#server/command/served-command.ts";
import { ALICE, PASSPHRASE } from "../support/test-device.ts";
import { startTestProduct } from "../support/test-product.ts";
import { MANNERS } from "./mallory/lies/starved-command.ts";
import { createDevice } from "./world/device.ts";
import { startHostileProduct } from "./world/hostile-product.ts";
import { mannersOf, runStarved, SEEN_AT_ONCE, STARVED, starveShortfalls } from "./world/starve-scenario.ts";

/** Which of the manners each one gets here; `npm run adversary` runs them all. */
const SEED = Number(process.env["STARVE_SEED"] ?? 1);

const SAMPLE = STARVED.map((starved, place) => {
  const manners = mannersOf(starved, MANNERS);
  const manner = manners[(SEED + 5 * place) % manners.length];
  if (manner === undefined) throw new Error("there is always a manner");
  return { starved, name: starved.name, manner };
});

describe.concurrent("a server that answers everything but", () => {
  it.each(SAMPLE)(
    "$name ($manner)",
    async ({ starved, manner }) => {
      expect(starveShortfalls(starved, await runStarved(starved, manner))).toEqual([]);
    },
    120_000,
  );
});

it("leaves no command of the server undecided", async () => {
  const served: string[] = [];
  const product = await startTestProduct((composition) => ({
    ...composition,
    decorateCommands: (commands) => {
      served.push(...commands.keys());
      return commands;
    },
  }));
  await product.end();
  const decided = new Set([...STARVED.map(({ command }) => command), ...SEEN_AT_ONCE]);
  expect([...decided].toSorted()).toEqual(served.toSorted());
});

it("lets a server be busy at two seals, restart, and fall behind, without a word against it", async () => {
  const hostile = await startHostileProduct();
  try {
    const device = await createDevice(hostile.deployment(), hostile.clock.now);
    let isBusy = false;
    const fetchBusy: Fetch = async (url, init) =>
      isBusy && !url.endsWith("/ledger-bundle")
        ? new Response(new Uint8Array(encodeFailure("tooManyRequests")))
        : fetch(url, init);
    const { engine } = await device.openTab({ fetch: fetchBusy });
    unwrap(await engine.createOrganization(ALICE, () => undefined));
    const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
    await hostile.seal();
    await engine.checkNow();
    const seen = new Set<TrustState>();
    const look = async () => {
      await engine.checkNow();
      seen.add((await engine.trust()).state);
    };
    for (const busySeals of [2, 1, 2]) {
      unwrap(await engine.createFolder(workspace, null, `Before ${seen.size} ${busySeals}`));
      isBusy = true;
      for (let seal = 0; seal < busySeals; seal++) {
        await hostile.seal();
        await look();
        await engine.lock();
        unwrap(await engine.unlock(PASSPHRASE));
        await look();
      }
      isBusy = false;
      await hostile.restart();
      await look();
      await hostile.seal();
      await look();
    }
    expect([...seen].filter((state) => state === "suspect" || state === "contradiction")).toEqual([]);
    expect(await engine.trust()).toMatchObject({ state: "verified", reasons: [] });
    await engine.lock();
  } finally {
    await hostile.close();
  }
}, 120_000);

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { anchorsOf, MAX_EARLIER_ANCHORS, parseDeployment } from "#client/transport/deployment.ts";
import { createLedgerPort } from "#ledger/port.ts";
import {
  anchorOf,
  createTemporaryFolder,
  ManualTime,
  openDevchain,
  publish,
} from "#ledger/testing/devchain-world.ts";
import { DEPLOYMENT, registerTransaction, suite } from "#ledger/testing/ledger-world.ts";
import { fromHex, toHex } from "#protocol/bytes/text.ts";
import { verifyLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import type { TrustAnchor } from "#protocol/comet/trust-anchor.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import { unwrap } from "#protocol/result.ts";
import { parseAnchors } from "#verifier/anchor.ts";
import { ensureDeploymentFile } from "./deployment-file.ts";
import { createAnchorRenewal } from "./renew-anchor.ts";

const DAY_MS = 86_400_000;

interface NamedAnchors {
  readonly ledger: NamedAnchor & { readonly earlier: readonly NamedAnchor[] };
}

interface NamedAnchor {
  readonly height: string;
  readonly headerHash: string;
}

/** A deployment on a clock of its own; a block comes when the ledger is asked to `tick`. */
async function createWorld() {
  const time = new ManualTime();
  const folder = createTemporaryFolder();
  const chain = openDevchain(path.join(folder, "ledger"), time);
  await publish(chain, time, registerTransaction());
  const file = path.join(folder, "deployment.json");
  const { chainId, headerHash } = anchorOf(chain);
  const ids = { chainId, deploymentId: toHex(DEPLOYMENT) };
  const start = { height: "1", headerHash: toHex(headerHash) };
  const first = { engine: "devchain", ...ids, ...start, earlier: [] } as const;
  const api = "http://localhost:3001";
  const ensure = (at = api) => ensureDeploymentFile(file, { api: at, ledger: first }, () => undefined);
  await ensure();
  // Its own clock: the chain's heartbeats for 40 days are of no interest.
  const timers = new ManualTime();
  const renewal = createAnchorRenewal({
    ...{ suite, chain, file },
    nowMs: () => time.nowMs,
    schedule: timers.schedule,
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => renewal.stop());
  const ledger = createLedgerPort(suite, chain);
  return {
    ...{ file, renewal, ensure },
    /** Time without a block, as while the machine is asleep. */
    sleep: (days: number) => {
      time.nowMs += days * DAY_MS;
    },
    tick: () => time.advance(31_000),
    /** The timers alone, until what they began is done. */
    wait: async (ms: number) => {
      timers.advance(ms);
      await renewal.settled();
    },
    height: () => JSON.parse(readFileSync(file, "utf8")).ledger.height as string,
    text: () => readFileSync(file, "utf8"),
    /** What a device makes of it that has never been here. */
    visit: async () => {
      const stored = JSON.parse(readFileSync(file, "utf8")).ledger;
      const anchor: TrustAnchor = {
        chainId,
        height: BigInt(stored.height),
        headerHash: unwrap(fromHex(stored.headerHash)),
        deploymentId: DEPLOYMENT,
      };
      const trustedHeight = Number(anchor.height);
      return verifyLedgerBundle({
        suite,
        trusted: { kind: "anchor", anchor },
        deployment: DEPLOYMENT,
        bundle: await ledger.fetchEvidence({
          deployment: DEPLOYMENT,
          trustedHeight,
          firstEpoch: 0,
          maxEpochs: 0,
        }),
        nowNs: BigInt(time.nowMs) * 1_000_000n,
        trustingPeriodNs: TRUSTING_PERIOD_NS,
        maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
      });
    },
  };
}

it("welcomes a new device on each of 40 days", async () => {
  const { renewal, sleep, tick, wait, visit, height } = await createWorld();
  await renewal.start();
  const heights = new Set<string>();
  for (let day = 0; day < 40; day++) {
    expect((await visit()).ok).toBe(true);
    heights.add(height());
    sleep(1);
    tick();
    await wait(DAY_MS);
  }
  // Once a week, and not at every look.
  expect(heights.size).toBe(6);
});

it("names a newer header after a start that was 40 days late, as soon as the ledger has one", async () => {
  const { renewal, sleep, tick, wait, visit } = await createWorld();
  sleep(40);
  expect(await visit()).toMatchObject({ ok: false });
  await renewal.start();
  tick();
  await wait(60_000);
  expect(await visit()).toMatchObject({ ok: true });
});

it("keeps a renewed header when the port changes", async () => {
  const { renewal, sleep, tick, height, ensure, file } = await createWorld();
  sleep(8);
  tick();
  await renewal.start();
  const renewed = height();
  expect(Number(renewed)).toBeGreaterThan(1);
  await ensure("http://localhost:3999");
  expect(JSON.parse(readFileSync(file, "utf8")).api).toBe("http://localhost:3999");
  expect(height()).toBe(renewed);
});

it("keeps the anchors that it named, the newest first, as both readers of the file read it", async () => {
  const { renewal, sleep, tick, wait, height, text } = await createWorld();
  await renewal.start();
  const named = [height()];
  for (let week = 0; week < 4; week++) {
    sleep(7);
    tick();
    await wait(DAY_MS);
    named.unshift(height());
  }
  const { ledger } = JSON.parse(text()) as NamedAnchors;
  expect([ledger, ...ledger.earlier].map((anchor) => anchor.height)).toEqual(named);
  const ascending = named.map(Number).reverse();
  const deployment = unwrap(parseDeployment(text()));
  expect(anchorsOf(deployment).map((anchor) => Number(anchor.height))).toEqual(ascending);
  expect(parseAnchors(text())?.map((anchor) => anchor.height)).toEqual(ascending);
});

it("forgets the oldest of more anchors than the app reads", async () => {
  const { renewal, sleep, tick, text, file } = await createWorld();
  const { ledger, ...rest } = JSON.parse(text());
  const names = Array.from({ length: MAX_EARLIER_ANCHORS }, (_, place) => ({
    height: String(1_000 - place),
    headerHash: "ab".repeat(32),
  }));
  writeFileSync(file, `${JSON.stringify({ ...rest, ledger: { ...ledger, earlier: names } }, null, 2)}\n`);
  sleep(8);
  tick();
  await renewal.start();
  const { earlier } = (JSON.parse(text()) as NamedAnchors).ledger;
  expect(earlier).toHaveLength(MAX_EARLIER_ANCHORS);
  expect(earlier[0]).toEqual({ height: ledger.height, headerHash: ledger.headerHash });
  expect(earlier.slice(1)).toEqual(names.slice(0, -1));
});

it("leaves a file alone that an operator has edited", async () => {
  const { renewal, sleep, tick, wait, file } = await createWorld();
  const edited = readFileSync(file, "utf8").replaceAll("http://localhost:3001", "https://api.example.org");
  writeFileSync(file, edited);
  sleep(40);
  tick();
  await renewal.start();
  await wait(DAY_MS);
  expect(readFileSync(file, "utf8")).toBe(edited);
});

import { describe, expect, it } from "vitest";
import { createMemoryWorld } from "#protocol/log/testing/memory-world.ts";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import { createScriptedLedger } from "../ledger/testing/scripted-ledger.ts";
import { type AuditOptions, createAuditPart } from "./create-audit-part.ts";
import { createAuditHost } from "./testing/audit-world.ts";

/** An audit whose every round meets a bug. */
function createAudit(delay: AuditOptions["delay"] = () => new Promise(setImmediate)) {
  const world = createMemoryWorld(suite);
  const rounds = { begun: 0 };
  const host = createAuditHost(world, world.bob, {
    ledger: {
      ...createScriptedLedger(world.instanceKey),
      known: () => undefined,
      current: async () => {
        rounds.begun++;
        throw new Error("a bug");
      },
    },
  });
  const audit = createAuditPart(host, {
    verifyEvidence: async () => ({ outcome: "notEnough" }),
    fetchVerifier: async () => null,
    ledgerEngine: "devchain",
    delay,
  });
  return { audit, rounds, organization: host.identity.organization };
}

it("begins another round after one that broke off", async () => {
  const { audit, rounds } = createAudit();
  const ended = new AbortController();
  const led = audit.lead(ended.signal);
  await expect.poll(() => rounds.begun).toBeGreaterThan(2);
  ended.abort();
  await led;
  await audit.stop();
});

it("takes a report although the round that it wakes breaks off", async () => {
  const { audit, rounds, organization } = createAudit();
  const fault = {
    log: organization,
    check: "I2",
    detail: "HeadInconsistent",
    notes: [],
    operation: null,
  } as const;
  await audit.report(fault);
  await expect.poll(() => rounds.begun).toBe(1);
  await audit.stop();
});

it("tells whoever asked for a check that it broke off", async () => {
  const { audit } = createAudit();
  await expect(audit.checkNow()).rejects.toThrow("a bug");
  await audit.stop();
});

describe("a server that is there again", () => {
  /** Pauses end when the test says so; the rest is all that is measured in seconds here. */
  async function startLeading() {
    const rests: (() => void)[] = [];
    const { audit, rounds } = createAudit((delayMs, signal) => {
      return new Promise((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener("abort", () => resolve(), { once: true });
        if (delayMs < 60_000) rests.push(resolve);
      });
    });
    const ended = new AbortController();
    const led = audit.lead(ended.signal);
    await expect.poll(() => rounds.begun).toBe(1);
    return { audit, rounds, rests, end: () => (ended.abort(), led) };
  }

  it("is checked at once, and not only at the next round", async () => {
    const { audit, rounds, end } = await startLeading();
    audit.reconnected();
    await expect.poll(() => rounds.begun).toBe(2);
    await end();
    await audit.stop();
  });

  it("is checked twice however often its connection comes and goes, and once more after the last time", async () => {
    const { audit, rounds, rests, end } = await startLeading();
    for (let time = 0; time < 100; time++) audit.reconnected();
    await expect.poll(() => rounds.begun).toBe(2);
    rests.shift()?.();
    await expect.poll(() => rounds.begun).toBe(3);
    expect(rests).toHaveLength(1);
    rests.shift()?.();
    await new Promise(setImmediate);
    expect(rounds.begun).toBe(3);
    await end();
    await audit.stop();
  });
});

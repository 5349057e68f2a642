import { describe, expect, it } from "vitest";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import type { AuditHost } from "../engine-parts.ts";
import { createJournal } from "../journal/journal.ts";
import { createSealedRows } from "../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../storage/testing/memory-row-store.ts";
import { type AuditOptions, createAuditPart } from "./create-audit-part.ts";

/** An audit whose every round meets a bug. */
function createAudit(delay: AuditOptions["delay"] = () => new Promise(setImmediate)) {
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const rows = createSealedRows(suite, randomBytes, createMemoryRowStore(), randomBytes(32));
  const rounds = { begun: 0 };
  const organization = new Uint8Array(32).fill(1);
  const host = {
    suite,
    rows,
    journal: createJournal(rows),
    identity: { organization, device: new Uint8Array(32) },
    now: () => 1_000,
    emit: () => undefined,
    workspaces: async () => [],
    locks: { run: <T>(_: string, task: () => Promise<T>) => task() },
    ledger: {
      anchor: { deploymentId: organization, chainId: "c", height: 1n, headerHash: organization },
      known: () => undefined,
      current: async () => {
        rounds.begun++;
        throw new Error("a bug");
      },
    },
  } as unknown as AuditHost;
  const audit = createAuditPart(host, {
    verifyEvidence: async () => ({ outcome: "notEnough" }),
    fetchVerifier: async () => null,
    ledgerEngine: "devchain",
    delay,
  });
  return { audit, rounds, organization };
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

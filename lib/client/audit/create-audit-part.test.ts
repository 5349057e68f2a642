import { expect, it } from "vitest";
import { testSuite as suite } from "#protocol/log/testing/test-suite.ts";
import type { AuditHost } from "../engine-parts.ts";
import { createJournal } from "../journal/journal.ts";
import { createSealedRows } from "../storage/sealed-rows.ts";
import { createMemoryRowStore } from "../storage/testing/memory-row-store.ts";
import { createAuditPart } from "./create-audit-part.ts";

/** An audit whose every round meets a bug. */
function createAudit() {
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
    delay: () => new Promise(setImmediate),
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

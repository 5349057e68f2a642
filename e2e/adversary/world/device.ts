import { createAuditPart } from "#client/audit/create-audit-part.ts";
import { FAULTS, type FaultRow } from "#client/audit/tables.ts";
import type { AuditHost } from "#client/engine-parts.ts";
import type { Deployment } from "#client/transport/deployment.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";
import { createTestDevice, type TestDevice } from "../../support/test-device.ts";
import { createNodeTransfer } from "./node-transfers.ts";

/** A device that works and audits as the product's does, and what it knows of lies. */
export interface Device extends TestDevice {
  /** Every file of evidence that the engine has put before the verifier. */
  readonly accusations: readonly Bytes[];
  /** What its checks hold against the server now. */
  readonly standingFaults: () => Promise<readonly FaultRow[]>;
  /** Whether writes wait in one of these logs, or in one that people are shown. */
  readonly isPaused: (logs: readonly Bytes[]) => Promise<boolean>;
  /** What its newest session audits with. */
  readonly host: () => AuditHost;
  /** The browser has evicted what can be fetched again. */
  readonly forgetFolders: () => Promise<void>;
}

export async function createDevice(deployment: Deployment, now: () => number): Promise<Device> {
  const accusations: Bytes[] = [];
  let host: AuditHost | undefined;
  const device = await createTestDevice(deployment, {
    now,
    createTransfer: createNodeTransfer,
    createAudit: (given) => {
      host = given;
      return createAuditPart(given, {
        verifyEvidence: async (evidence, options) => {
          accusations.push(evidence);
          return verifyEvidence(evidence, options);
        },
        fetchVerifier: async () => null,
        ledgerEngine: "devchain",
        delay: delayInHaste,
      });
    },
  });
  return {
    ...device,
    accusations,
    standingFaults: async () => host?.rows.list(FAULTS) ?? [],
    isPaused: async (logs) => {
      for (const log of logs) if ((await host?.journal.log(log))?.suspicion) return true;
      return false;
    },
    host: () => {
      if (!host) throw new Error("the device was never unlocked");
      return host;
    },
    forgetFolders: async () => {
      const { cache } = device.stores;
      const rows = await cache.list("folder/");
      await cache.write(rows.map(({ key }) => ({ key, value: null })));
    },
  };
}

/** So many times shorter: pauses between attempts are there for servers that are away. */
const HASTE = 50;

function delayInHaste(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, delayMs / HASTE);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });
}

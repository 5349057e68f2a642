import type { VerifyEvidence } from "#client/audit/accuse.ts";
import { createAuditPart } from "#client/audit/create-audit-part.ts";
import type { DeviceEngine } from "#client/engine.ts";
import type { AuditHost } from "#client/engine-parts.ts";
import type { Deployment } from "#client/transport/deployment.ts";
import { unwrap } from "#protocol/result.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";
import { ALICE, createTestDevice, type TestDevice } from "./test-device.ts";

/** A device that audits as the product's does, with the real verifier unless another one is given. */
export async function createAuditedDevice(
  deployment: Deployment,
  options: {
    readonly now?: () => number;
    readonly verify?: VerifyEvidence;
    /** Told what the newest session's audit works with. */
    readonly onHost?: (host: AuditHost) => void;
  } = {},
): Promise<TestDevice> {
  return createTestDevice(deployment, {
    ...(options.now ? { now: options.now } : {}),
    createAudit: (host) => {
      options.onHost?.(host);
      return createAuditPart(host, {
        verifyEvidence: options.verify ?? verifyEvidence,
        fetchVerifier: async () => new TextEncoder().encode("// verifier"),
        ledgerEngine: "devchain",
        delay: shortened,
      });
    },
  });
}

export async function createOrganization(engine: DeviceEngine): Promise<void> {
  unwrap(await engine.createOrganization(ALICE, () => undefined));
}

/** Pauses between two questions are over at once; those between two rounds last until something happens. */
function shortened(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || delayMs <= LONGEST_PAUSE_MS) setImmediate(resolve);
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

const LONGEST_PAUSE_MS = 1_000;

import { createAuditPart } from "#client/audit/create-audit-part.ts";
import type { DeviceEngine, EngineEvent } from "#client/engine.ts";
import { createEngineCore } from "#client/engine-core.ts";
import type { AuditHost } from "#client/engine-parts.ts";
import type { EnginePorts } from "#client/session/engine-ports.ts";
import type { Deployment } from "#client/transport/deployment.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { derivePassphraseKey } from "#crypto/argon2.ts";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { ok } from "#protocol/result.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";
import type { TestClock } from "./clock.ts";
import { createDeviceStorage, type DeviceStorage } from "./device-storage.ts";

/** One browser profile with a real engine in each of its tabs: only storage and workers are replaced. */
export interface Device {
  readonly storage: DeviceStorage;
  readonly openTab: (options?: { readonly fetch?: Fetch }) => Promise<Tab>;
  /** Every file of evidence that the engine has put before the verifier. */
  readonly accusations: readonly Bytes[];
}

export interface Tab {
  readonly engine: DeviceEngine;
  readonly events: readonly EngineEvent[];
  /** Of the newest unlock. */
  readonly host: () => AuditHost;
}

export const PASSPHRASE = "correct horse battery staple";

export function createDevice(deployment: Deployment, clock: Pick<TestClock, "now">): Device {
  const storage = createDeviceStorage();
  const accusations: Bytes[] = [];
  return {
    storage,
    accusations,
    openTab: async ({ fetch: fetchInTab = fetch } = {}) => {
      const events: EngineEvent[] = [];
      let host: AuditHost | undefined;
      const ports: EnginePorts = {
        suite: await createProductSuite(),
        randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
        now: clock.now,
        random: Math.random,
        delay: delayByTimer,
        fetch: (url, init) => fetchInTab(url, init),
        locks: storage.locks,
        kdf: {
          create: async (passphrase, salt) => {
            const key = await derivePassphraseKey(passphrase, salt, LIGHT_KDF);
            return key.ok ? ok({ key: key.value, parameters: LIGHT_KDF }) : key;
          },
          derive: derivePassphraseKey,
        },
        stores: storage.stores,
        loadDeployment: async () => ok(deployment),
        tabs: storage.openChannel(),
        isStoragePersisted: async () => true,
        createTransfer: () => NO_TRANSFERS,
        createAudit: (given) => {
          host = given;
          return createAuditPart(given, {
            verifyEvidence: async (evidence) => {
              accusations.push(evidence);
              return verifyEvidence(evidence);
            },
            fetchVerifier: async () => null,
            ledgerEngine: "devchain",
          });
        },
      };
      const engine = await createEngineCore(ports);
      engine.subscribe((event) => events.push(event));
      return {
        engine,
        events,
        host: () => {
          if (!host) throw new Error("the device was never unlocked");
          return host;
        },
      };
    },
  };
}

/** The real function at its least: these tests are not about guessing passphrases. */
const LIGHT_KDF = { memoryKib: 1024, iterations: 1, parallelism: 1 };

/** A tenth of the time: pauses between attempts are there for servers that are away. */
const HASTE = 10;

function delayByTimer(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs / HASTE);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const NO_TRANSFERS: ReturnType<EnginePorts["createTransfer"]> = {
  upload: async () => ok(null),
  transfers: async () => ({
    isPaused: false,
    doneBytes: 0,
    totalBytes: 0,
    bytesPerSecond: 0,
    doneFiles: 0,
    totalFiles: 0,
    items: [],
  }),
  pauseTransfers: async () => {},
  resumeTransfers: async () => {},
  cancelTransfer: async () => {},
  retryTransfer: async () => {},
  clearFinishedTransfers: async () => {},
  download: async () => ok(null),
  readFile: async () => ({ ok: false, error: { type: "NotFound" } }),
  lead: async () => {},
  stop: async () => {},
};

import type { DeviceEngine, EngineEvent } from "#client/engine.ts";
import { createEngineCore } from "#client/engine-core.ts";
import type { AuditPart, FileGateway, Locks, TransferPart } from "#client/engine-parts.ts";
import type { EnginePorts, TabChannel } from "#client/session/engine-ports.ts";
import { createMemoryRowStore, type MemoryRowStore } from "#client/storage/testing/memory-row-store.ts";
import type { FaultReport } from "#client/sync/fault.ts";
import { createMemoryLocks } from "#client/testing/memory-locks.ts";
import type { Deployment } from "#client/transport/deployment.ts";
import type { Fetch } from "#client/transport/transport.ts";
import { derivePassphraseKey } from "#crypto/argon2.ts";
import { createProductSuite } from "#crypto/product-suite.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { ok, unwrap } from "#protocol/result.ts";

/** One browser profile: storage and locks that all its tabs share. */
export interface TestDevice {
  readonly stores: {
    readonly vault: MemoryRowStore;
    readonly journal: MemoryRowStore;
    readonly cache: MemoryRowStore;
  };
  readonly locks: Locks;
  readonly faults: FaultReport[];
  /** Opens a tab. */
  readonly openTab: (options?: { readonly fetch?: Fetch }) => Promise<TestTab>;
}

interface TestTab {
  readonly engine: DeviceEngine;
  /** What transfers commit through; once the device is unlocked. */
  readonly files: () => FileGateway;
  readonly events: EngineEvent[];
}

export const PASSPHRASE = "correct horse battery staple";

/** Who creates an organization. */
export const ALICE = {
  organizationName: "Lawyers",
  userName: "Alice",
  deviceLabel: "Laptop",
  passphrase: PASSPHRASE,
  bootstrapToken: null,
};

export async function namesIn(
  engine: DeviceEngine,
  workspace: string,
  folder: string | null = null,
): Promise<string[]> {
  return unwrap(await engine.folder(workspace, folder)).entries.map(({ name }) => name);
}

export interface TestDeviceOptions {
  /** An audit that never checks unless given. */
  readonly createAudit?: EnginePorts["createAudit"];
  /** Transfers that never move anything unless given. */
  readonly createTransfer?: EnginePorts["createTransfer"];
  /** The device's own clock, Unix milliseconds. */
  readonly now?: () => number;
  /** The product's unless given. */
  readonly suite?: CryptoSuite;
}

export async function createTestDevice(
  deployment: Deployment,
  options: TestDeviceOptions = {},
): Promise<TestDevice> {
  const { now = Date.now, createAudit, createTransfer = () => IDLE_TRANSFER } = options;
  const suite = options.suite ?? (await createProductSuite());
  const stores = {
    vault: createMemoryRowStore(),
    journal: createMemoryRowStore(),
    cache: createMemoryRowStore(),
  };
  const locks = createMemoryLocks();
  const faults: FaultReport[] = [];
  const tabs = createTabs();
  return {
    stores,
    locks,
    faults,
    openTab: async ({ fetch: fetchInTab = fetch } = {}) => {
      const events: EngineEvent[] = [];
      let gateway: FileGateway | undefined;
      const ports: EnginePorts = {
        suite,
        randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
        now,
        random: Math.random,
        // Pauses between attempts shrink to almost nothing; the long ones of background work stay.
        delay: (delayMs, signal) => delayByTimer(delayMs < 5000 ? 10 : delayMs, signal),
        fetch: (url, init) => fetchInTab(url, init),
        locks,
        kdf: {
          create: async (passphrase, salt) => {
            const key = await derivePassphraseKey(passphrase, salt, LIGHT_KDF);
            return key.ok ? ok({ key: key.value, parameters: LIGHT_KDF }) : key;
          },
          derive: derivePassphraseKey,
        },
        stores,
        loadDeployment: async () => ok(deployment),
        tabs: tabs.join(),
        isStoragePersisted: async () => true,
        createTransfer: (host) => {
          gateway = host.files;
          return createTransfer(host);
        },
        createAudit:
          createAudit ?? (() => ({ ...IDLE_AUDIT, report: async (fault) => void faults.push(fault) })),
      };
      const engine = await createEngineCore(ports);
      engine.subscribe((event) => events.push(event));
      const files = () => {
        if (!gateway) throw new Error("the device was never unlocked");
        return gateway;
      };
      return { engine, events, files };
    },
  };
}

/** The real function at its least: these journeys are not about guessing passphrases. */
const LIGHT_KDF = { memoryKib: 1024, iterations: 1, parallelism: 1 };

/** Answers this many requests whose path ends so with a lost connection, after they reached the server or before. */
export function losing(path: string, when: "before" | "after", times = 1): Fetch {
  let left = times;
  return async (url, init) => {
    if (!url.endsWith(path) || left === 0) return fetch(url, init);
    left--;
    if (when === "after") await (await fetch(url, init)).arrayBuffer();
    throw new TypeError("connection lost");
  };
}

function createTabs(): { readonly join: () => TabChannel } {
  const members = new Set<(message: Parameters<TabChannel["post"]>[0]) => void>();
  return {
    join: () => {
      let mine: ((message: Parameters<TabChannel["post"]>[0]) => void) | undefined;
      return {
        post: (message) => {
          for (const member of members) if (member !== mine) member(message);
        },
        onMessage: (listener) => {
          mine = listener;
          members.add(listener);
          return () => members.delete(listener);
        },
      };
    },
  };
}

function delayByTimer(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** These journeys are about keys, logs and folders; transfers and audits have their own. */
const IDLE_TRANSFER: TransferPart = {
  upload: async () => ok(null),
  transfers: async () => ({
    isPaused: false,
    doneBytes: 0,
    totalBytes: 0,
    bytesPerSecond: 0,
    doneFiles: 0,
    totalFiles: 0,
    stopsOnLeaving: 0,
    newVersions: 0,
    items: [],
  }),
  pauseTransfers: async () => {},
  resumeTransfers: async () => {},
  cancelTransfer: async () => {},
  retryTransfer: async () => {},
  clearFinishedTransfers: async () => {},
  saveSetAside: async () => ok(null),
  download: async () => ok(null),
  readFile: async () => ({ ok: false, error: { type: "NotFound" } }),
  lead: async () => {},
  stop: async () => {},
};

const IDLE_AUDIT: AuditPart = {
  trust: async () => ({
    state: "pending",
    checkedUpTo: null,
    notariesSigned: 0,
    notariesTotal: 0,
    devicesConfirmed: 0,
    devicesKnown: 0,
    isLocalLedger: true,
    isChecking: false,
    reasons: [],
  }),
  periods: async () => [],
  period: async () => null,
  checkNow: async () => {},
  proofFiles: async () => [],
  proofFile: async () => ({ ok: false, error: { type: "NotFound" } }),
  anchor: async () => null,
  report: async () => {},
  sealed: () => {},
  reconnected: () => {},
  sealedSizes: async () => ({ sealed: 0, verified: 0 }),
  lead: async () => {},
  stop: async () => {},
};

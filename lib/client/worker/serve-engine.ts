import { expose, proxy } from "comlink";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { createEngineCore } from "../engine-core.ts";
import type { TransferHost, TransferPart } from "../engine-parts.ts";
import type { EnginePorts } from "../session/engine-ports.ts";
import { createDexieRowStore } from "../storage/dexie-row-store.ts";
import type { TransferPage } from "../transfer/ports.ts";
import { browserFetch } from "../transport/browser-fetch.ts";
import type { EngineWorker } from "./engine-setup.ts";
import { connectKdf } from "./kdf-worker.ts";
import { loadDeployment } from "./load-deployment.ts";
import { createTabChannel } from "./tab-channel.ts";
import { createWebLocks } from "./web-locks.ts";

/** What a worker's entry file composes. */
export interface EngineComposition {
  readonly createSuite: () => Promise<CryptoSuite>;
  readonly createTransfer: (host: TransferHost, outside: TransferOutside) => TransferPart;
  readonly createAudit: EnginePorts["createAudit"];
}

interface TransferOutside {
  /** One for each worker that handles blocks. */
  readonly threads: readonly MessagePort[];
  readonly page: TransferPage;
}

/** Waits for the page's setup, then serves the engine: the whole of a worker. */
export function serveEngine(composition: EngineComposition): void {
  const worker: EngineWorker = {
    start: async (setup, onEvent, page) => {
      const engine = await createEngineCore({
        suite: await composition.createSuite(),
        randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
        now: Date.now,
        random: Math.random,
        delay: delayByTimer,
        fetch: browserFetch,
        locks: createWebLocks(navigator.locks),
        kdf: connectKdf(setup.kdf),
        stores: {
          vault: createDexieRowStore("holdfast-device", "strict"),
          journal: createDexieRowStore("holdfast-journal", "strict"),
          cache: createDexieRowStore("holdfast-cache", "relaxed"),
        },
        loadDeployment: () => loadDeployment(browserFetch, self.location.origin, Date.now),
        tabs: createTabChannel(),
        isStoragePersisted: () => navigator.storage.persisted(),
        createTransfer: (host) => composition.createTransfer(host, { threads: setup.threads, page }),
        createAudit: composition.createAudit,
      });
      engine.subscribe(onEvent);
      return proxy(engine);
    },
  };
  expose(worker);
}

function delayByTimer(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal?.addEventListener("abort", end);
  });
}

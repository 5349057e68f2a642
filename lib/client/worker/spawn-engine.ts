import { proxy, type Remote, transfer, wrap } from "comlink";
import type { EngineEvent } from "../engine.ts";
import type { TransferPage } from "../transfer/ports.ts";
import type { EngineFace, EngineWorker } from "./engine-setup.ts";

/** The workers of one engine, from a first start or after a lock, until they are ended together. */
export interface SpawnedEngine {
  readonly remote: Promise<Remote<EngineFace>>;
  /** Ends the workers and with them every key in their memory. */
  readonly terminate: () => void;
}

/** Blocks are encrypted beside the engine, so that a large upload never makes a folder wait. */
const MAX_BLOCK_THREADS = 4;

export function spawnEngine(onEvent: (event: EngineEvent) => void, page: TransferPage): SpawnedEngine {
  // Each `new Worker(new URL(…))` has to stand as it is for the bundler to find the file.
  const engine = new Worker(new URL("../../../workers/sync.worker.ts", import.meta.url), { type: "module" });
  const kdf = new Worker(new URL("../../../workers/crypto.worker.ts", import.meta.url), { type: "module" });
  const threadCount = Math.max(1, Math.min(MAX_BLOCK_THREADS, navigator.hardwareConcurrency - 1));
  const threads = Array.from(
    { length: threadCount },
    () => new Worker(new URL("../../../workers/transfer.worker.ts", import.meta.url), { type: "module" }),
  );
  const kdfPort = connect(kdf);
  const threadPorts = threads.map(connect);
  const setup = transfer({ kdf: kdfPort, threads: threadPorts }, [kdfPort, ...threadPorts]);
  const started = wrap<EngineWorker>(engine).start(setup, proxy(onEvent), proxy(pageForWorker(page)));
  return {
    // A worker whose script cannot be had never answers: without this, a page would wait for it for ever.
    remote: Promise.race([started, failureOf(engine)]),
    terminate: () => {
      for (const worker of [engine, kdf, ...threads]) worker.terminate();
    },
  };
}

/** A function of the page that the worker may call. */
export function asCallback<T extends object>(callback: T): T {
  return proxy(callback);
}

/** Rejects at the first error; what comes after the start changes nothing any more. */
function failureOf(worker: Worker): Promise<never> {
  return new Promise((_, reject) => {
    worker.addEventListener(
      "error",
      (event) =>
        reject(new Error(event.message === "" ? "A part of the app could not be loaded" : event.message)),
      { once: true },
    );
  });
}

/** Gives the worker one end of a channel and answers the other. */
function connect(worker: Worker): MessagePort {
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(null, [port1]);
  return port2;
}

/** A port in an answer must be transferred. */
function pageForWorker(page: TransferPage): TransferPage {
  return {
    ...page,
    openTarget: async (file) => {
      const target = await page.openTarget(file);
      return target.kind === "pull" ? transfer(target, [target.port]) : target;
    },
  };
}

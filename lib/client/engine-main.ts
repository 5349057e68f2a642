import type { DeviceEngine, EngineEvent } from "./engine.ts";
import type { TransferPage } from "./transfer/ports.ts";
import { lockWhenIdle } from "./worker/idle-lock.ts";
import { asCallback, spawnEngine } from "./worker/spawn-engine.ts";

export interface EngineOptions {
  /** What transfers need a page for. */
  readonly page: TransferPage;
  /** Time without a touch after which the device locks itself. */
  readonly idleLockMs?: number;
}

const IDLE_LOCK_MS = 30 * 60_000;

/** The engine on the main thread: a thin face over workers, which are thrown away whenever the device locks. */
export function createEngine({ page, idleLockMs = IDLE_LOCK_MS }: EngineOptions): DeviceEngine {
  const listeners = new Set<(event: EngineEvent) => void>();
  let wasUnlocked = false;

  const tell = (event: EngineEvent): void => {
    for (const listener of listeners) listener(event);
    if (event.type === "device") void followPhase();
  };
  let spawned = spawnEngine(tell, page);
  const respawn = (): void => {
    spawned.terminate();
    spawned = spawnEngine(tell, page);
    wasUnlocked = false;
    for (const listener of listeners) listener({ type: "device" });
  };
  /** Another tab has locked the device: this one's keys go as well. */
  const followPhase = async (): Promise<void> => {
    const { phase } = await (await spawned.remote).device();
    if (wasUnlocked && phase === "locked") respawn();
    else wasUnlocked = phase === "unlocked";
  };
  const lock = async (): Promise<void> => {
    await (await spawned.remote).lock();
    respawn();
  };

  const engine: DeviceEngine = {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    device: async () => (await spawned.remote).device(),
    createOrganization: async (input, progress) => {
      // Before keys are made: a browser that evicts storage would take them along. Not awaited, because Firefox asks the
      // person, who may look at the question later; the answer is shown, and a refusal is not fatal.
      void navigator.storage
        .persist()
        .catch(() => false)
        .then(() => tell({ type: "device" }));
      return (await spawned.remote).createOrganization(input, asCallback(progress));
    },
    recoveryKit: async () => (await spawned.remote).recoveryKit(),
    confirmRecoveryKit: async (word) => (await spawned.remote).confirmRecoveryKit(word),
    unlock: async (passphrase) => (await spawned.remote).unlock(passphrase),
    lock,
    workspaces: async () => (await spawned.remote).workspaces(),
    createWorkspace: async (name) => (await spawned.remote).createWorkspace(name),
    renameWorkspace: async (...request) => (await spawned.remote).renameWorkspace(...request),
    folder: async (...request) => (await spawned.remote).folder(...request),
    createFolder: async (...request) => (await spawned.remote).createFolder(...request),
    rename: async (...request) => (await spawned.remote).rename(...request),
    move: async (...request) => (await spawned.remote).move(...request),
    remove: async (...request) => (await spawned.remote).remove(...request),
    undo: async (token) => (await spawned.remote).undo(token),
    versions: async (...request) => (await spawned.remote).versions(...request),
    restoreFolder: async (...request) => (await spawned.remote).restoreFolder(...request),
    keepBoth: async (...request) => (await spawned.remote).keepBoth(...request),
    restoreVersion: async (...request) => (await spawned.remote).restoreVersion(...request),
    setAsideEdits: async (workspace) => (await spawned.remote).setAsideEdits(workspace),
    saveSetAside: async (...request) => (await spawned.remote).saveSetAside(...request),
    giveUpSetAside: async (...request) => (await spawned.remote).giveUpSetAside(...request),
    upload: async (...request) => (await spawned.remote).upload(...request),
    transfers: async () => (await spawned.remote).transfers(),
    pauseTransfers: async () => (await spawned.remote).pauseTransfers(),
    resumeTransfers: async () => (await spawned.remote).resumeTransfers(),
    cancelTransfer: async (id) => (await spawned.remote).cancelTransfer(id),
    retryTransfer: async (id) => (await spawned.remote).retryTransfer(id),
    clearFinishedTransfers: async () => (await spawned.remote).clearFinishedTransfers(),
    download: async (...request) => (await spawned.remote).download(...request),
    readFile: async (...request) => (await spawned.remote).readFile(...request),
    trust: async () => (await spawned.remote).trust(),
    periods: async (query) => (await spawned.remote).periods(query),
    period: async (epoch) => (await spawned.remote).period(epoch),
    checkNow: async () => (await spawned.remote).checkNow(),
    proofFiles: async () => (await spawned.remote).proofFiles(),
    proofFile: async (id) => (await spawned.remote).proofFile(id),
    anchor: async () => (await spawned.remote).anchor(),
  };

  lockWhenIdle(document, idleLockMs, async () => !wasUnlocked || (await isTransferring(engine)), lock);
  return engine;
}

async function isTransferring(engine: DeviceEngine): Promise<boolean> {
  const { items, isPaused } = await engine.transfers();
  return !isPaused && items.some(({ state }) => state === "queued" || state === "running");
}

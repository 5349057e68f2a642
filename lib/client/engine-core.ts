import { err, ok, type Result } from "#protocol/result.ts";
import type { DeviceEngine, EngineError, EngineEvent, TransferSummary, TrustSummary } from "./engine.ts";
import { isKitWord, wordsOfRootKey } from "./identity/recovery-kit.ts";
import { DeviceLife } from "./session/device-life.ts";
import type { DeviceSession } from "./session/device-session.ts";
import type { EnginePorts } from "./session/engine-ports.ts";
import { guarded } from "./session/guarded.ts";
import { summarizeWorkspace } from "./session/workspace-summary.ts";
import { StorageFailure } from "./storage/row-store.ts";
import { giveUpSetAside, listSetAside } from "./sync/set-aside.ts";

/**
 * The whole engine behind its face, without a worker around it: the product puts it into one, tests do not.
 * Every answer of an operation is a value; what storage throws becomes one here.
 */
export async function createEngineCore(ports: EnginePorts): Promise<DeviceEngine> {
  const listeners = new Set<(event: EngineEvent) => void>();
  const tell = (event: EngineEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const life = new DeviceLife(ports, tell);
  await life.load();

  /** Runs while the device is unlocked. */
  const withSession = <T>(
    task: (session: DeviceSession) => Promise<Result<T, EngineError>>,
  ): Promise<Result<T, EngineError>> =>
    guarded(async () => {
      const { session } = life;
      return session ? task(session) : err({ type: "DeviceLocked" });
    });

  /** What is known without a device, or of one that is locked meanwhile. */
  const whileOpen = async <T>(task: (session: DeviceSession) => Promise<T>, otherwise: T): Promise<T> => {
    const { session } = life;
    if (!session) return otherwise;
    try {
      return await task(session);
    } catch (error) {
      if (error instanceof StorageFailure && error.error.type === "DeviceLocked") return otherwise;
      throw error;
    }
  };

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    device: () => life.state(),
    createOrganization: (input, progress) => guarded(() => life.createOrganization(input, progress)),
    recoveryKit: () =>
      withSession(async ({ secrets }) => {
        const { rootSecretKey, organizationName, kitPosition, kitCreatedAt } = secrets;
        if (rootSecretKey === null) return err({ type: "AlreadyConfirmed" });
        const words = wordsOfRootKey(rootSecretKey);
        return ok({ organizationName, words, confirmPosition: kitPosition, createdAt: kitCreatedAt });
      }),
    confirmRecoveryKit: (word) =>
      withSession(async ({ secrets }) => {
        if (secrets.rootSecretKey === null) return err({ type: "AlreadyConfirmed" });
        if (!isKitWord(secrets.rootSecretKey, secrets.kitPosition, word)) return err({ type: "WrongWord" });
        await life.forgetRootKey();
        return ok(null);
      }),
    unlock: (passphrase) => guarded(() => life.unlock(passphrase)),
    lock: () => life.lock(),

    workspaces: () =>
      withSession(async (session) => {
        const [rows, trust] = await Promise.all([session.workspaces.list(), session.audit.trust()]);
        return ok(await Promise.all(rows.map((row) => summarizeWorkspace(session, trust, row))));
      }),
    createWorkspace: (name) =>
      withSession(async (session) => {
        const created = await session.workspaces.create(name);
        if (!created.ok) return created;
        return ok(await summarizeWorkspace(session, await session.audit.trust(), created.value));
      }),
    renameWorkspace: (workspace, name) => withSession(({ workspaces }) => workspaces.rename(workspace, name)),

    folder: (workspace, folder) => withSession(({ folders }) => folders.list(workspace, folder)),
    createFolder: (workspace, parent, name) =>
      withSession(({ folders }) => folders.create(workspace, parent, name)),
    rename: (workspace, entry, parent, name) =>
      withSession(({ folders }) => folders.rename(workspace, entry, parent, name)),
    move: (workspace, entries, from, to) =>
      withSession(({ folders }) => folders.move(workspace, entries, from, to)),
    remove: (workspace, entries, from) =>
      withSession(({ folders }) => folders.remove(workspace, entries, from)),
    restoreFolder: (workspace, folder) => withSession(({ folders }) => folders.restore(workspace, folder)),
    undo: (token) => withSession(({ folders }) => folders.undo(token)),
    versions: (workspace, file) => withSession(({ versions }) => versions.list(workspace, file)),
    restoreVersion: (workspace, file, version) =>
      withSession(({ versions }) => versions.restore(workspace, file, version)),
    setAsideEdits: (workspace) => withSession(({ host }) => listSetAside(host, workspace)),
    saveSetAside: (workspace, edit) => withSession(({ transfer }) => transfer.saveSetAside(workspace, edit)),
    giveUpSetAside: (workspace, edit) => withSession(({ host }) => giveUpSetAside(host, workspace, edit)),
    keepBoth: (workspace, file, replaced) =>
      withSession((session) => session.keepBoth(workspace, file, replaced)),

    upload: (workspace, folder, sources) =>
      withSession(({ transfer }) => transfer.upload(workspace, folder, sources)),
    transfers: () => whileOpen(({ transfer }) => transfer.transfers(), NO_TRANSFERS),
    pauseTransfers: () => whileOpen(({ transfer }) => transfer.pauseTransfers(), undefined),
    resumeTransfers: () => whileOpen(({ transfer }) => transfer.resumeTransfers(), undefined),
    cancelTransfer: (id) => whileOpen(({ transfer }) => transfer.cancelTransfer(id), undefined),
    retryTransfer: (id) => whileOpen(({ transfer }) => transfer.retryTransfer(id), undefined),
    clearFinishedTransfers: () => whileOpen(({ transfer }) => transfer.clearFinishedTransfers(), undefined),
    download: (workspace, entries, parent) =>
      withSession(({ transfer }) => transfer.download(workspace, entries, parent)),
    readFile: (workspace, file, version, maxBytes) =>
      withSession(({ transfer }) => transfer.readFile(workspace, file, version, maxBytes)),

    trust: () => whileOpen(({ audit }) => audit.trust(), NOTHING_CHECKED),
    periods: (query) => whileOpen(({ audit }) => audit.periods(query), []),
    period: (epoch) => whileOpen(({ audit }) => audit.period(epoch), null),
    checkNow: () => whileOpen(({ audit }) => audit.checkNow(), undefined),
    proofFiles: () => whileOpen(({ audit }) => audit.proofFiles(), []),
    proofFile: (id) => withSession(({ audit }) => audit.proofFile(id)),
    anchor: () => whileOpen(({ audit }) => audit.anchor(), null),
  };
}

const NO_TRANSFERS: TransferSummary = {
  isPaused: false,
  doneBytes: 0,
  totalBytes: 0,
  bytesPerSecond: 0,
  doneFiles: 0,
  totalFiles: 0,
  stopsOnLeaving: 0,
  newVersions: 0,
  items: [],
};

/** While the device is locked nothing is known, which is not the same as nothing being wrong. */
const NOTHING_CHECKED: TrustSummary = {
  state: "stale",
  checkedUpTo: null,
  notariesSigned: 0,
  notariesTotal: 0,
  devicesConfirmed: 0,
  devicesKnown: 0,
  isLocalLedger: false,
  isChecking: false,
  reasons: [],
};
